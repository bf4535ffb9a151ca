import type { TaskEdit } from '../../shared/vocabulary.ts';
import type { Store } from '../store/open.ts';
import { taskRowOf } from '../store/run-tasks.ts';
import type { Attempts } from './attempts.ts';
import type { Backlog, BacklogRun } from './backlog.ts';
import type { EngineListener } from './listener.ts';
import type { Progress } from './progress.ts';
import type { RateGate } from './rate-gate.ts';
import { requeueTasks } from './requeue.ts';
import type { RunClock } from './run-clock.ts';

/** What a person does to the queue of a run that is on. */
export interface QueueChanges {
  cancel(indices: readonly number[]): void;
  /** Puts failed (and named cancelled) tasks back into the queue; returns how many. */
  retry(indices: readonly number[] | null, edit: TaskEdit | null): number;
  /** Gives failed tasks up; returns how many. */
  skip(indices: readonly number[] | null): number;
}

export interface QueueChangesParts {
  readonly source: BacklogRun;
  readonly store: Store;
  readonly listener: EngineListener;
  readonly clock: RunClock;
  readonly gate: RateGate;
  readonly progress: Progress;
  readonly backlog: Backlog;
  readonly attempts: Attempts;
}

export function createQueueChanges({ source, store, listener, clock, gate, progress, backlog, attempts }: QueueChangesParts): QueueChanges {
  const { runId } = source;
  /**
   * Those who wait for what a flush just committed tell of it in this turn, but later: what was changed since is told
   * behind them, or the older state would be the last that is heard of.
   */
  const tell = (notice: () => void): void => queueMicrotask(notice);
  return {
    cancel(indices) {
      const queued = indices.filter((index) => backlog.drop(index) || !backlog.isHeld(index));
      for (const index of indices) attempts.abort(index, 'cancel');
      store.journal.flush();
      progress.count('cancelled', store.runTasks.cancelQueued(source, queued, clock.nowMs()));
      const rows = queued.map((index) => taskRowOf(index, store.runTasks.standing(runId, index)));
      tell(() => rows.forEach((row) => listener.taskChanged(runId, row)));
    },
    retry(indices, edit) {
      const { count, failed, cancelled } = requeueTasks(store, runId, indices, edit);
      progress.count('failed', -failed);
      progress.count('cancelled', -cancelled);
      source.requeuedSinceMs = clock.nowMs();
      source.requeuedGateMs = gate.closedMs();
      backlog.rewind();
      tell(() => listener.tasksReplaced(runId));
      return count;
    },
    skip(indices) {
      store.journal.flush();
      const count = store.deadLetters.skip(runId, indices);
      progress.count('failed', -count);
      progress.count('cancelled', count);
      tell(() => listener.tasksReplaced(runId));
      return count;
    },
  };
}
