import type { RunState } from '../../shared/run-state/run-state.ts';
import { formatCounted } from '../../shared/format/format.ts';
import type { TaskEdit } from '../../shared/vocabulary.ts';
import type { RunSummary } from '../../shared/contract/summary.ts';
import { clampConcurrency } from './concurrency.ts';
import { retryableTasks } from './failure-actions.ts';
import type { Intake } from './intake.ts';
import type { Progress } from './progress.ts';
import { isEarlierRun } from './run-list.ts';
import { isFinished, isLive } from './run-text.ts';
import { debounce } from './services.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';

const CONCURRENCY_SEND_MS = 80;
export const TRIAL_TASKS = 3;

export interface RunSlice {
  /** A run of the batch on screen: the newest unless an earlier one was chosen. Null before the first. */
  readonly runState: RunState | null;
  /** Numbers of a run that stands still; null while it runs. */
  readonly summary: RunSummary | null;
  readonly progress: Progress | null;
  /** What was asked for but is not confirmed yet; null when the run's own setting holds. */
  readonly requestedConcurrency: number | null;
  /** True while a start, pause, resume, cancel or retry is on its way. */
  readonly commanding: boolean;
  /** Puts another run of the batch on screen, e.g. an earlier one for its results; whatever is done then, is done with it. */
  readonly showRun: (runId: string) => Promise<void>;
  /** Starts the draft; `limit` makes a trial run of the first tasks. */
  readonly start: (limit: number | null) => Promise<void>;
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly cancelRun: () => Promise<void>;
  /** Sends these tasks again, null = all failed ones; `change` says what is different for them. True when it was accepted. */
  readonly retry: (indices: readonly number[] | null, change?: { readonly edit?: TaskEdit; readonly concurrency?: number }) => Promise<boolean>;
  /** Sends all failed tasks again but those that are bound to fail again as they are; where all are, their tab says what helps. */
  readonly retryFailed: () => Promise<void>;
  /** Gives failed tasks up, null = all. */
  readonly skip: (indices: readonly number[] | null) => Promise<void>;
  readonly cancelTasks: (indices: readonly number[]) => Promise<void>;
  /** Changes the running run, and the draft for the next. */
  readonly setConcurrency: (value: number) => void;
  /** What Ctrl+Enter does: resume what is paused, else start. */
  readonly startOrResume: () => Promise<void>;
  /** Called by the intake after the open run changed. */
  readonly runShown: (change: 'stopped' | null) => void;
}

export function createRunSlice(set: SetState, get: GetState, services: Services, intake: Intake): RunSlice {
  const { client } = services;
  const sending = debounce(CONCURRENCY_SEND_MS);

  /** True when the command went out and was accepted. */
  const command = async (action: () => Promise<unknown>): Promise<boolean> => {
    if (get().commanding || get().refusesChanges()) return false;
    set({ commanding: true });
    const accepted = await get().attempt(action);
    set({ commanding: false });
    return accepted;
  };
  const withRun = (action: (runId: string) => Promise<unknown>): Promise<boolean> => {
    const header = get().runState?.run;
    return header === undefined ? Promise.resolve(false) : command(() => action(header.runId));
  };
  const doWithRun = async (action: (runId: string) => Promise<unknown>): Promise<void> => {
    await withRun(action);
  };
  const loadSummary = async (runId: string): Promise<void> => {
    const summary = await client.call('run.summary', { runId });
    if (get().runState?.run.runId === runId) set({ summary });
  };

  return {
    runState: null,
    summary: null,
    progress: null,
    requestedConcurrency: null,
    commanding: false,
    async showRun(runId) {
      if (get().runState?.run.runId === runId) return;
      get().closeTask();
      await get().attempt(() => intake.openRun(runId));
    },
    async start(limit) {
      const { batchId } = get();
      if (batchId === null) return;
      await command(async () => {
        if (!(await get().saveDraft())) return;
        const { runId } = await client.call('run.start', { batchId, limit });
        set({ summary: null });
        await intake.openRun(runId);
        // The concurrency may have been moved while the start was on its way.
        const { draft, runState } = get();
        if (draft !== null && runState?.run.runId === runId && runState.run.settings.concurrency !== draft.concurrency) get().setConcurrency(draft.concurrency);
      });
    },
    pause: () => doWithRun((runId) => client.call('run.pause', { runId })),
    resume: () => doWithRun((runId) => client.call('run.resume', { runId })),
    cancelRun: () => doWithRun((runId) => client.call('run.cancel', { runId })),
    skip: (indices) =>
      doWithRun(async (runId) => {
        const { count } = await client.call('run.skip', { runId, indices });
        set({ summary: null });
        get().notify(count === 0 ? 'There is nothing to skip.' : `Skipped ${formatCounted(count, 'task')}; the history is kept.`);
      }),
    retry: (indices, change) =>
      withRun(async (runId) => {
        const { count } = await client.call('run.retry', { runId, indices, edit: change?.edit ?? null, concurrency: change?.concurrency ?? null });
        set({ summary: null });
        const { runState } = get();
        const paused = runState?.run.runId === runId && runState.run.status === 'paused';
        if (count === 0) get().notify('There is nothing to retry.');
        else if (paused) get().notify(`${formatCounted(count, 'task')} queued again.`, 'The run is paused: resume it to send them.');
        else get().notify(`Sending ${formatCounted(count, 'task')} again.`);
      }),
    async retryFailed() {
      const { runState } = get();
      if (runState === null || runState.run.failed === 0) return;
      const indices = retryableTasks(runState.tasks);
      if (indices.length > 0) await get().retry(indices.length === runState.run.failed ? null : indices);
      else {
        get().showTab('failures');
        get().notify('These tasks would fail again in the same way.', 'Edit the prompt, then retry.');
      }
    },
    cancelTasks: (indices) => doWithRun((runId) => client.call('task.cancel', { runId, indices })),
    setConcurrency(value) {
      if (get().refusesChanges()) return;
      const { runState, draft } = get();
      const concurrency = clampConcurrency(value, draft?.concurrency ?? 1);
      if (draft !== null && draft.concurrency !== concurrency) get().editDraft({ concurrency });
      if (runState === null || isFinished(runState.run)) return;
      set({ requestedConcurrency: concurrency });
      const { runId } = runState.run;
      sending.call(() => void get().attempt(() => client.call('run.setConcurrency', { runId, concurrency })));
    },
    async startOrResume() {
      const header = get().runState?.run ?? null;
      if (header === null) await get().start(null);
      else if (header.status === 'paused') await get().resume();
      else if (header.status === 'ready') await get().start(null);
      else if (isFinished(header)) {
        const { detail } = get();
        // Only the newest trial goes on as the same run.
        if (!isEarlierRun(detail, header) && header.total < (detail?.taskCount ?? header.total) && header.status === 'completed') await get().start(null);
        else get().openDialog('startAgain');
      }
    },
    runShown(change) {
      const { runState, summary, requestedConcurrency } = get();
      if (runState === null) return;
      const { run } = runState;
      if (requestedConcurrency !== null && run.settings.concurrency === requestedConcurrency) set({ requestedConcurrency: null });
      const still = !isLive(run);
      if (!still && summary !== null) set({ summary: null });
      if (still && (change === 'stopped' || summary?.runId !== run.runId)) void get().attempt(() => loadSummary(run.runId));
      get().refreshDigests();
      get().refreshTask();
      get().refreshOrder();
      get().refreshFailures();
    },
  };
}
