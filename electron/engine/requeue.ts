import { TasklaneError } from '../../shared/errors.ts';
import type { TaskEdit } from '../../shared/vocabulary.ts';
import type { Store } from '../store/open.ts';

export interface Requeued {
  readonly count: number;
  /** How many of them had failed, and how many were cancelled. */
  readonly failed: number;
  readonly cancelled: number;
}

/**
 * Puts failed tasks (all, or the named failed and cancelled ones) back into the queue, in the store; with `edit`, what is
 * sent for them changes. Throws `usage` for a prompt by hand on several tasks.
 */
export function requeueTasks({ journal, runTasks, deadLetters }: Store, runId: string, indices: readonly number[] | null, edit: TaskEdit | null): Requeued {
  if (edit?.prompt !== null && edit?.prompt !== undefined && indices?.length !== 1) throw new TasklaneError('usage', `Expected one task for a prompt written by hand, got ${indices?.length ?? 'all failed ones'}.`, 'Change the template instead, which is rendered for each task.');
  journal.flush();
  const cancelledBefore = new Set(indices?.filter((index) => runTasks.standing(runId, index).status === 'cancelled'));
  const again = runTasks.requeue(runId, indices);
  if (edit) deadLetters.edit(runId, again, edit);
  const cancelled = again.filter((index) => cancelledBefore.has(index)).length;
  return { count: again.length, failed: again.length - cancelled, cancelled };
}
