import type { TaskDetail } from '../../shared/contract/commands.ts';
import type { LiveAnswer } from '../../shared/run-state/live-answer.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';
import { rowStatusAt } from './table-order.ts';

export interface DrawerSlice {
  /** Position of the task in the drawer; null when it is closed. */
  readonly taskIndex: number | null;
  /** The stored detail; null while it loads and where no run has the task. */
  readonly task: TaskDetail | null;
  /** The answer as it streams in; null when nothing is being streamed. */
  readonly liveAnswer: LiveAnswer | null;
  readonly openTask: (index: number) => void;
  readonly closeTask: () => void;
  /** The task above or below in the order shown. */
  readonly stepTask: (step: 1 | -1) => void;
  /** After rows changed: the open task is fetched again when its state did. */
  readonly refreshTask: () => void;
  /** After a gap in the streamed text: asks for all of it. */
  readonly watchAgain: () => void;
  /** Copies the whole answer of a task; several selected ones are copied with a blank line between. */
  readonly copyAnswer: (index: number) => Promise<void>;
}

/** Copying reads whole answers one by one; more than these are an export's work. */
const COPIED_AT_MOST = 200;

export function createDrawerSlice(set: SetState, get: GetState, services: Services): DrawerSlice {
  const { client, pageId } = services;
  const watcher = `drawer-${pageId}`;
  let shown = '';
  let rewatching = false;

  const signatureOf = (index: number): string => {
    const { runState } = get();
    if (runState === null) return `${index} input`;
    return `${index} ${runState.run.runId} ${runState.tasks.status[index] ?? ''} ${runState.tasks.attempts[index] ?? ''}`;
  };
  const load = async (index: number): Promise<void> => {
    const { batchId, runState } = get();
    if (batchId === null) return;
    const runId = runState?.run.runId;
    if (runId === undefined || rowStatusAt(runState?.tasks ?? null, index) === 'idle') return set({ task: null });
    const task = await client.call('task.detail', { runId, index });
    if (get().taskIndex === index && get().runState?.run.runId === runId) set({ task });
  };
  const watch = async (index: number | null): Promise<void> => {
    const runId = get().runState?.run.runId;
    if (runId === undefined) return;
    const answers = await client.call('task.watch', { watcher, runId, indices: index === null ? [] : [index] });
    const answer = answers.find((candidate) => candidate.index === index);
    if (answer === undefined || get().taskIndex !== index) return;
    const known = get().liveAnswer;
    // Pieces that came while asking may reach further than the reply.
    if (known !== null && (known.attempt > answer.attempt || (known.attempt === answer.attempt && known.text.length >= answer.text.length))) return;
    set({ liveAnswer: { attempt: answer.attempt, text: answer.text } });
  };

  return {
    taskIndex: null,
    task: null,
    liveAnswer: null,
    openTask(index) {
      shown = '';
      set({ taskIndex: index, liveAnswer: null, ...(get().taskIndex === index ? {} : { task: null }) });
      get().refreshTask();
    },
    closeTask() {
      if (get().taskIndex === null) return;
      shown = '';
      set({ taskIndex: null, task: null, liveAnswer: null });
      void get().attempt(() => watch(null));
    },
    stepTask(step) {
      const { taskIndex, order } = get();
      if (taskIndex === null) return;
      const position = order === null ? taskIndex : order.indexOf(taskIndex);
      const next = position + step;
      if (position === -1 || next < 0 || next >= (order?.length ?? get().rowCount())) return;
      get().openTask(order?.[next] ?? next);
    },
    refreshTask() {
      const { taskIndex, runState } = get();
      if (taskIndex === null) return;
      const signature = signatureOf(taskIndex);
      if (signature === shown) return;
      shown = signature;
      void get().attempt(() => load(taskIndex));
      if (rowStatusAt(runState?.tasks ?? null, taskIndex) === 'running') void get().attempt(() => watch(taskIndex));
    },
    watchAgain() {
      const { taskIndex } = get();
      if (taskIndex === null || rewatching) return;
      rewatching = true;
      void get().attempt(async () => {
        await watch(taskIndex).finally(() => {
          rewatching = false;
        });
      });
    },
    async copyAnswer(index) {
      const { runState, selected } = get();
      const runId = runState?.run.runId;
      const chosen = selected.size > 0 ? [...selected].toSorted((left, right) => left - right) : [index];
      if (runId === undefined) return get().notify('There is no answer yet.');
      if (chosen.length > COPIED_AT_MOST) return get().notify(`At most ${COPIED_AT_MOST} answers can be copied at once.`, 'Export the selected tasks instead.');
      await get().attempt(async () => {
        const answers: string[] = [];
        for (const task of chosen) {
          const detail = await client.call('task.detail', { runId, index: task });
          if (detail.output !== null) answers.push(detail.output);
        }
        if (answers.length === 0) get().notify('There is no answer yet.');
        else await get().copy(answers.join('\n\n'), answers.length === 1 ? 'the answer' : `${answers.length} answers`);
      });
    },
  };
}
