import type { FailureGroup } from '../../shared/contract/commands.ts';
import type { TaskPatch } from '../../shared/contract/columns.ts';
import { FAILURE_CLASSES, TASK_STATUSES } from '../../shared/vocabulary.ts';
import type { FailureClass, RunSettings } from '../../shared/vocabulary.ts';

/**
 * What may be hoped for when a task of a class is sent again as it is. `promising`: it may succeed; `fix`: only once
 * something else was changed; `ask`: it may succeed, but may be billed twice, so a person decides; `hopeless`: it fails again.
 */
export type RetryOutlook = 'promising' | 'fix' | 'ask' | 'hopeless';

/** What to change before sending again: where the button beside "Retry" leads. */
export type FailureFix = 'key' | 'provider' | 'prompt' | 'maxTokens' | 'timeout';

interface ClassActions {
  readonly outlook: RetryOutlook;
  readonly fix: FailureFix | null;
  /** Whether fewer at once may help. */
  readonly slower: boolean;
}

const CLASS_ACTIONS = {
  auth: { outlook: 'fix', fix: 'key', slower: false },
  quota: { outlook: 'fix', fix: null, slower: false },
  rate_limit: { outlook: 'promising', fix: null, slower: true },
  server: { outlook: 'promising', fix: null, slower: true },
  network: { outlook: 'promising', fix: null, slower: true },
  timeout: { outlook: 'promising', fix: 'timeout', slower: true },
  tls: { outlook: 'fix', fix: 'provider', slower: false },
  redirect: { outlook: 'fix', fix: 'provider', slower: false },
  bad_request: { outlook: 'fix', fix: 'prompt', slower: false },
  context_length: { outlook: 'hopeless', fix: 'prompt', slower: false },
  invalid_response: { outlook: 'promising', fix: 'maxTokens', slower: false },
  stream_cut: { outlook: 'promising', fix: null, slower: false },
  schema: { outlook: 'fix', fix: 'prompt', slower: false },
  interrupted: { outlook: 'ask', fix: null, slower: false },
} as const satisfies Record<FailureClass, ClassActions>;

export interface GroupActions {
  readonly outlook: RetryOutlook;
  readonly fix: FailureFix | null;
  /** Concurrency to send again at, half of the present one and at least 1; null where fewer at once would not help. */
  readonly slowerAt: number | null;
}

/** The right actions for failures of a class, in a run with these settings. */
export function actionsFor(failureClass: FailureClass, settings: Pick<RunSettings, 'concurrency' | 'maxTokens'>): GroupActions {
  const { outlook, fix, slower } = CLASS_ACTIONS[failureClass];
  return {
    outlook,
    // A limit that was never sent can't have cut anything.
    fix: fix === 'maxTokens' && settings.maxTokens === null ? null : fix,
    slowerAt: slower && settings.concurrency > 1 ? Math.max(1, Math.floor(settings.concurrency / 2)) : null,
  };
}

/** The tasks of all groups that may well succeed when they are sent again as they are. */
export function promisingTasks(groups: readonly FailureGroup[]): readonly number[] {
  return groups.flatMap((group) => (CLASS_ACTIONS[group.class].outlook === 'promising' ? [...group.indices] : []));
}

/** Failed tasks that are not bound to fail again as they are, by position; for a retry of "all". */
export function retryableTasks(tasks: TaskPatch): readonly number[] {
  const failed = TASK_STATUSES.indexOf('failed');
  const found: number[] = [];
  tasks.status.forEach((status, index) => {
    const failureClass = FAILURE_CLASSES[(tasks.failure[index] ?? 0) - 1];
    if (status === failed && (failureClass === undefined || CLASS_ACTIONS[failureClass].outlook !== 'hopeless')) found.push(index);
  });
  return found;
}
