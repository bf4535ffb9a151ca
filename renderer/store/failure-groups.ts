import type { TaskPatch } from '../../shared/contract/columns.ts';
import { FAILURE_CLASSES, TASK_STATUSES } from '../../shared/vocabulary.ts';
import type { FailureClass } from '../../shared/vocabulary.ts';

export interface FailureGroup {
  readonly class: FailureClass;
  /** Positions of the tasks that failed in this way, ascending. */
  readonly indices: readonly number[];
}

/** What may be done about a class. A prompt that is too long gets no blind retry: it would fail again. */
export function mayRetry(failureClass: FailureClass): boolean {
  return failureClass !== 'context_length';
}

/** The failed tasks by the class of their latest failure, the largest group first, equal ones by first task. */
export function failureGroups(tasks: TaskPatch): readonly FailureGroup[] {
  const failed = TASK_STATUSES.indexOf('failed');
  const groups = new Map<FailureClass, number[]>();
  tasks.status.forEach((status, index) => {
    const failureClass = FAILURE_CLASSES[(tasks.failure[index] ?? 0) - 1];
    if (status !== failed || failureClass === undefined) return;
    const indices = groups.get(failureClass) ?? [];
    indices.push(index);
    groups.set(failureClass, indices);
  });
  return [...groups]
    .map(([failureClass, indices]) => ({ class: failureClass, indices }))
    .toSorted((left, right) => right.indices.length - left.indices.length || (left.indices[0] ?? 0) - (right.indices[0] ?? 0));
}
