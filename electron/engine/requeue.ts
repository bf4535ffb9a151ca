import type { Store } from '../store/open.ts';

export interface Requeued {
  readonly count: number;
  /** How many of them had failed, and how many were cancelled. */
  readonly failed: number;
  readonly cancelled: number;
}

/** Puts failed tasks (all, or the named failed and cancelled ones) back into the queue, in the store. */
export function requeueTasks({ journal, runTasks }: Store, runId: string, indices: readonly number[] | null): Requeued {
  journal.flush();
  const cancelledBefore = new Set(indices?.filter((index) => runTasks.standing(runId, index).status === 'cancelled'));
  const again = runTasks.requeue(runId, indices);
  const cancelled = again.filter((index) => cancelledBefore.has(index)).length;
  return { count: again.length, failed: again.length - cancelled, cancelled };
}
