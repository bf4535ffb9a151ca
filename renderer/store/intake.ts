import { gapSentence } from '../../shared/format/gap-sentence.ts';
import type { EventBatch } from '../../shared/contract/events.ts';
import { toErrorInfo } from '../../shared/errors.ts';
import { runStateOf } from '../../shared/run-state/run-state.ts';
import { applyEvents } from './apply-events.ts';
import { followProgress } from './progress.ts';
import { isLive } from './run-text.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';

/**
 * Where events come in. Batches wait for the next frame and are applied together; while a snapshot is under way they
 * wait for it, so that nothing older than a snapshot is laid over it. A gap in the numbers asks for snapshots again.
 */
export interface Intake {
  readonly receive: (batch: EventBatch) => void;
  /** Applies what has come in; for the frame and for tests. */
  readonly flush: () => void;
  /** Asks for everything on screen again. */
  readonly resync: () => Promise<void>;
  readonly openRun: (runId: string) => Promise<void>;
  readonly closeRun: () => void;
}

export function createIntake(set: SetState, get: GetState, services: Services): Intake {
  const { client } = services;
  let waiting: EventBatch[] = [];
  let lastSeq: number | null = null;
  /** Events of the open run up to here are in its snapshot already. */
  let runSeq = 0;
  let holds = 0;
  let scheduled = false;
  let runWanted: string | null = null;

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    services.onFrame(() => {
      scheduled = false;
      flush();
    });
  };

  const held = async (work: () => Promise<void>): Promise<void> => {
    holds += 1;
    try {
      await work();
    } finally {
      holds -= 1;
      if (waiting.length > 0) schedule();
    }
  };

  const showRun = async (runId: string): Promise<void> => {
    const snapshot = await client.call('run.snapshot', { runId });
    if (runWanted !== runId) return;
    runSeq = snapshot.seq;
    const runState = runStateOf(snapshot);
    set({ runState, progress: followProgress(get().progress, runState, services.nowMs()), requestedConcurrency: null });
    get().runShown(null);
  };

  const flush = (): void => {
    if (holds > 0 || lastSeq === null || waiting.length === 0) return;
    const batches = waiting;
    waiting = [];
    const fresh: EventBatch[] = [];
    for (const batch of batches) {
      if (batch.seq <= lastSeq) continue;
      if (batch.seq > lastSeq + 1) {
        void resync();
        break;
      }
      lastSeq = batch.seq;
      fresh.push(batch);
    }
    if (fresh.length === 0) return;
    const before = get();
    const wasLive = isLive(before.runState?.run ?? null);
    const { state, newRunId, answerGap, gaps } = applyEvents(before, fresh, runSeq);
    const header = state.runState?.run ?? null;
    set(state.runState === undefined || state.runState === null ? state : { ...state, progress: followProgress(before.progress, state.runState, services.nowMs()) });
    for (const gap of gaps) get().notify(gapSentence(gap));
    if (answerGap) get().watchAgain();
    if (newRunId !== null && newRunId !== runWanted) void get().attempt(() => openRun(newRunId));
    else if (state.runState !== undefined) get().runShown(wasLive && !isLive(header) ? 'stopped' : null);
  };

  const openRun = async (runId: string): Promise<void> => {
    runWanted = runId;
    if (get().runState?.run.runId !== runId) get().resetTable();
    await held(() => showRun(runId));
  };

  const resync = (): Promise<void> =>
    held(async () => {
      try {
        const app = await client.call('app.snapshot', {});
        lastSeq = app.seq;
        set({ phase: 'ready', failure: null, version: app.version, host: app.host, dataDir: app.dataDir, isReadOnly: app.isReadOnly, writer: app.writer, storeNotices: app.notices, settings: app.settings, batches: app.batches, providers: app.providers, defaultProviderId: app.defaultProviderId });
        if (runWanted !== null) await showRun(runWanted);
      } catch (thrown) {
        if (lastSeq === null) set({ phase: 'failed', failure: toErrorInfo(thrown) });
        else get().report(thrown);
      }
    });

  return {
    receive(batch) {
      waiting.push(batch);
      schedule();
    },
    flush,
    resync,
    openRun,
    closeRun() {
      runWanted = null;
      set({ runState: null, summary: null, progress: null, requestedConcurrency: null, failures: null, editing: null });
    },
  };
}
