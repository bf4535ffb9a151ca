import type { FailpointName } from '../edits/failpoints.ts';

/** What a life is told by its environment, as JSON in CRASH_ORDERS. */
export interface Orders {
  /** Name of a seeded fault, or null for the program as it is. */
  readonly fault: string | null;
  /**
   * The place where the life ends itself, at the n-th pass of it (from 1), or at each pass with the task at this
   * position in the batch.
   */
  readonly end: { readonly point: FailpointName; readonly pass: number } | { readonly point: FailpointName; readonly task: number } | null;
  /** Pages of the write-ahead log after which SQLite makes a checkpoint; null leaves its default of 1,000. */
  readonly checkpointPages: number | null;
}

export const ORDERS_VARIABLE = 'CRASH_ORDERS';
/** Where a life writes down what it told its host: a file descriptor. */
export const TOLD_FD = 3;

/**
 * What a life wrote: `task RUN POSITION STATUS DIGEST` for a task that it called completed or failed (digest of the
 * answer, `-` where there is none), `count RUN COMPLETED FAILED` for each header that it showed.
 */
export function parseTold(text: string): Told {
  const tasks: ToldTask[] = [];
  const counts = new Map<string, { completed: number; failed: number }>();
  // The last line may be cut where the life ended while it was writing.
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    const [kind, runId = '', first, second, digest = ''] = line.split(' ');
    if (kind === 'task') tasks.push({ runId, position: Number(first), status: Number(second), digest: digest === '-' ? null : digest });
    if (kind === 'count') counts.set(runId, { completed: Math.max(Number(first), counts.get(runId)?.completed ?? 0), failed: Math.max(Number(second), counts.get(runId)?.failed ?? 0) });
  }
  return { tasks, counts };
}

export interface ToldTask {
  readonly runId: string;
  readonly position: number;
  /** As in TASK_STATUSES. */
  readonly status: number;
  readonly digest: string | null;
}

export interface Told {
  readonly tasks: readonly ToldTask[];
  /** Most that were shown, by run. */
  readonly counts: ReadonlyMap<string, { readonly completed: number; readonly failed: number }>;
}
