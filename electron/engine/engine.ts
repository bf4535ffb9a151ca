import { TasklaneError } from '../../shared/errors.ts';
import { CONCURRENCY_MAX, CONCURRENCY_MIN, type RunHeader, type RunSettings, type TaskEdit } from '../../shared/vocabulary.ts';
import type { Executor } from '../executors/executor.ts';
import type { Store } from '../store/open.ts';
import { damageSentence } from '../store/store-error.ts';
import { settingsFingerprint } from './fingerprint.ts';
import { createGapClock, systemBootMs } from './gap-clock.ts';
import type { EngineListener } from './listener.ts';
import { createProviders } from './providers.ts';
import { requeueTasks } from './requeue.ts';
import { ActiveRun } from './run.ts';

export interface EngineOptions {
  readonly store: Store;
  readonly listener: EngineListener;
  /** Makes the place where a run's attempts are carried out; closed when the run ends or pauses. */
  readonly executorFor: (settings: RunSettings) => Promise<Executor>;
  /** Any clock that never goes back, ms; default performance.now. */
  readonly monotonicMs?: () => number;
  /** A clock that goes on while the machine sleeps, ms, to tell sleep by; default the system's. */
  readonly bootMs?: () => number;
  readonly wallClock?: () => Date;
  /** Uniform in [0, 1); default Math.random. */
  readonly random?: () => number;
}

/** What is different when failed tasks are sent again. */
export interface RetryChange {
  /** Changes what is sent for them; null or absent: as before. A prompt of its own is for one task only. */
  readonly edit?: TaskEdit | null;
  /** The run's concurrency from now on; null or absent: as it is. */
  readonly concurrency?: number | null;
}

/** Runs batches from the store: start, pause, resume, cancel, retry, with a concurrency that changes live. */
export interface Engine {
  /** Starts, resumes or extends a run from its stored state. Throws `run_state` when it is on already or Tasklane closes. */
  start(runId: string, change?: { readonly settings?: RunSettings; readonly total?: number }): Promise<void>;
  pause(runId: string): void;
  cancel(runId: string): Promise<void>;
  setConcurrency(runId: string, concurrency: number): void;
  /**
   * Puts failed tasks (or the named failed and cancelled ones) back into the queue; returns how many. A run that had
   * ended goes on with them; a paused one stays paused until it is resumed.
   */
  retry(runId: string, indices: readonly number[] | null, change?: RetryChange): Promise<number>;
  /** Gives failed tasks up: they become cancelled; null means all of them. Returns how many. */
  skip(runId: string, indices: readonly number[] | null): number;
  cancelTasks(runId: string, indices: readonly number[]): void;
  /** The live header of a run that is on, else the stored one. Throws `run_not_found`. */
  header(runId: string): RunHeader;
  partialAnswer(runId: string, index: number): { readonly attempt: number; readonly text: string } | null;
  activeRunIds(): readonly string[];
  /** Something about the run could not be read or told: pauses it where it is on. */
  fault(runId: string, thrown: unknown): void;
  /** Resolves when the run is not on (any more). */
  idle(runId: string): Promise<void>;
  /** Pauses every run and waits for what is in flight; with `abort`, ends that too and keeps it as interrupted. */
  stop(how: 'drain' | 'abort'): Promise<void>;
}

export function createEngine({ store, listener, executorFor, monotonicMs = () => performance.now(), bootMs = systemBootMs, wallClock = () => new Date(), random = Math.random }: EngineOptions): Engine {
  const clock = createGapClock({
    monotonicMs,
    read: () => ({ monotonicMs: monotonicMs(), bootMs: bootMs(), wallMs: wallClock().getTime() }),
    recognised(gap) {
      listener.gapRecognised(gap);
      if (gap.kind !== 'clock') providers.stoodStill(gap.durationMs);
    },
  });
  const providers = createProviders(() => clock.nowMs(), random);
  const active = new Map<string, ActiveRun>();
  /** How long providers kept runs from sending that are paused now, ms. */
  const gateClosedMs = new Map<string, number>();
  let stopped = false;

  store.journal.onFailure((error) => {
    for (const run of active.values()) run.pause('disk', null, damageSentence(error));
  });

  const header = (runId: string): RunHeader => active.get(runId)?.header() ?? store.runs.get(runId);
  /** Puts the run among those that are on at once; settles when it can send. */
  const begin = async (stored: RunHeader, untouchedSinceMs: number): Promise<void> => {
    if (stopped) throw closingError();
    const executor = executorFor(stored.settings);
    const earlier = { untouchedSinceMs, gateClosedMs: gateClosedMs.get(stored.runId) ?? 0 };
    const run = new ActiveRun(stored, earlier, { store, provider: providers.of(stored.settings), executor, listener, monotonicMs: () => clock.nowMs(), wallClock, random });
    active.set(stored.runId, run);
    clock.watch();
    void run.finished.then(() => {
      active.delete(stored.runId);
      if (active.size === 0) clock.rest();
      gateClosedMs.set(stored.runId, run.gateClosedMs());
      listener.runChanged(stored.runId);
    });
    run.start();
    await executor;
  };
  const requireActive = (runId: string, action: string): ActiveRun => {
    const run = active.get(runId);
    if (run) return run;
    throw new TasklaneError('run_state', `Run ${runId} can't be ${action}: it is ${store.runs.get(runId).status}, not running.`);
  };
  const setConcurrency = (runId: string, concurrency: number): void => {
    checkConcurrency(concurrency);
    const run = active.get(runId);
    if (run) {
      run.setConcurrency(concurrency);
      return;
    }
    const stored = store.runs.get(runId);
    store.runs.save({ ...stored, settings: { ...stored.settings, concurrency }, effectiveConcurrency: concurrency });
    listener.runChanged(runId);
  };

  return {
    async start(runId, { settings, total } = {}) {
      if (stopped) throw closingError();
      const run = active.get(runId);
      if (run?.header().status === 'pausing' && !settings && total === undefined && run.unpause()) return;
      if (run?.isEnding()) await settled(run);
      else if (run) throw new TasklaneError('run_state', `Run ${runId} is on already.`);
      const stored = store.runs.get(runId);
      if (settings && settingsFingerprint(settings) !== settingsFingerprint(stored.settings)) throw settingsChangedError(runId);
      const changed: RunHeader = { ...stored, settings: settings ?? stored.settings, total: total ?? stored.total };
      if (stored.status === 'cancelled' || (stored.status === 'completed' && changed.total === stored.total)) throw new TasklaneError('run_state', `Run ${runId} is ${stored.status}: nothing is left to send.`, 'Retry its failed tasks, or start a new run.');
      // An outage says nothing about the tasks that met it: a person who resumes gives them all their tries again.
      if (stored.stopReason === 'offline' || stored.stopReason === 'provider_down') store.runTasks.forgiveTries(runId);
      await begin(changed, changed.total > stored.total ? stored.activeMs : 0);
    },
    pause(runId) {
      requireActive(runId, 'paused').pause('user');
    },
    async cancel(runId) {
      const run = active.get(runId);
      if (run) {
        run.cancel();
        await settled(run);
        // Where it was coming to a pause already, what is left is still to be given up.
        if (store.runs.get(runId).status !== 'paused') return;
      }
      const stored = store.runs.get(runId);
      if (stored.status === 'completed' || stored.status === 'cancelled') throw new TasklaneError('run_state', `Run ${runId} is ${stored.status} already.`);
      const count = store.runTasks.cancelQueued(stored, null, stored.activeMs);
      store.runs.save({ ...stored, status: 'cancelled', stopReason: null, stopMessage: null, interruption: null, cancelled: stored.cancelled + count, endedAt: wallClock().toISOString() });
      listener.tasksReplaced(runId);
      listener.runChanged(runId);
    },
    setConcurrency,
    async retry(runId, indices, { edit = null, concurrency = null } = {}) {
      if (stopped) throw closingError();
      if (concurrency !== null) checkConcurrency(concurrency);
      const run = active.get(runId);
      if (run && !run.isEnding()) return run.retry(indices, edit, concurrency);
      if (run) await settled(run);
      const { status } = store.runs.get(runId);
      const { count } = requeueTasks(store, runId, indices, edit);
      if (count === 0) return 0;
      if (concurrency !== null) setConcurrency(runId, concurrency);
      listener.tasksReplaced(runId);
      if (status === 'paused') listener.runChanged(runId);
      else await begin(store.runs.get(runId), 0);
      return count;
    },
    skip(runId, indices) {
      const run = active.get(runId);
      if (run) return run.skip(indices);
      store.runs.get(runId);
      const count = store.deadLetters.skip(runId, indices);
      listener.tasksReplaced(runId);
      listener.runChanged(runId);
      return count;
    },
    cancelTasks(runId, indices) {
      const run = active.get(runId);
      if (run) {
        run.cancelTasks(indices);
        return;
      }
      const stored = store.runs.get(runId);
      const count = store.runTasks.cancelQueued(stored, indices, stored.activeMs);
      store.runs.save({ ...stored, cancelled: stored.cancelled + count });
      listener.tasksReplaced(runId);
      listener.runChanged(runId);
    },
    header,
    partialAnswer: (runId, index) => active.get(runId)?.partialAnswer(index) ?? null,
    activeRunIds: () => [...active.keys()],
    fault(runId, thrown) {
      active.get(runId)?.fault(thrown);
    },
    async idle(runId) {
      await active.get(runId)?.finished;
    },
    async stop(how) {
      stopped = true;
      const runs = [...active.values()];
      for (const run of runs) {
        if (how === 'drain') run.pauseToEnd();
        else run.interrupt();
      }
      await Promise.all(runs.map((run) => run.finished));
    },
  };
}

/** Throws `usage`. */
function checkConcurrency(concurrency: number): void {
  if (Number.isInteger(concurrency) && concurrency >= CONCURRENCY_MIN && concurrency <= CONCURRENCY_MAX) return;
  throw new TasklaneError('usage', `Expected a concurrency from ${CONCURRENCY_MIN} to ${CONCURRENCY_MAX}, got ${concurrency}.`);
}

function settingsChangedError(runId: string): TasklaneError {
  return new TasklaneError('settings_changed', `Expected the settings that run ${runId} began with, but prompt, model, parameters or address are others now: its answers would be mixed.`, 'Resume it with its own settings, or start the batch anew with the changed ones.');
}

function closingError(): TasklaneError {
  return new TasklaneError('run_state', 'Tasklane is closing, so nothing is started any more.');
}

/** Waits for a run that is ending. Throws `store_failed` where the disk keeps it from ending. */
async function settled(run: ActiveRun): Promise<void> {
  const end = await Promise.race([run.finished.then(() => 'written' as const), run.refused.then(() => 'refused' as const)]);
  if (end === 'refused') throw new TasklaneError('store_failed', 'The end of this run could not be written yet: the store refuses.', 'Free some space or make the data folder writable; it is tried again every second.');
}
