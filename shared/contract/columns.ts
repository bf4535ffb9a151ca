/**
 * Rows as columns (typed arrays): cloning 1,000 rows as objects over IPC costs 1.1 ms, as columns 0.013 ms.
 * A patch holds absolute values of the rows named by `index` (or `ordinal`), so the latest patch wins and patches may
 * be joined in any grouping. A snapshot is a patch that names every touched row. Rows never named are untouched:
 * a task is `queued`, an attempt does not exist. NaN stands for "not yet" in times, -1 for "unknown" in tokens.
 * All times are on the run clock (active ms since the run's first start, without pauses).
 */
export interface TaskPatch {
  /** Position of the task in its batch, from 0. */
  readonly index: Uint32Array;
  /** Position in TASK_STATUSES. */
  readonly status: Uint8Array;
  /** Attempts made so far, rate-limited ones included. */
  readonly attempts: Uint16Array;
  /** 0, or 1 + position in FAILURE_CLASSES of the latest failure. */
  readonly failure: Uint8Array;
  /** First send. */
  readonly startedMs: Float64Array;
  /** End of the last attempt. */
  readonly finishedMs: Float64Array;
  /** Sum over the task's attempts. */
  readonly serviceMs: Float64Array;
  /** The final attempt's own. */
  readonly finalServiceMs: Float64Array;
  /** The final attempt's; NaN when not streamed. */
  readonly timeToFirstTokenMs: Float64Array;
  readonly inputTokens: Int32Array;
  readonly outputTokens: Int32Array;
  /** Bits of TASK_FLAGS. */
  readonly flags: Uint8Array;
}

/** One row an attempt, in the order of sending: `ordinal` counts attempts of the run from 0. */
export interface AttemptPatch {
  readonly ordinal: Uint32Array;
  readonly taskIndex: Uint32Array;
  /** Attempt number within its task, from 1. */
  readonly number: Uint16Array;
  /** Slot it held, from 0. */
  readonly slot: Uint16Array;
  /** Wait before this attempt was sent, split by cause; the three add up to the whole wait since the task could first be sent. */
  readonly queueWaitMs: Float64Array;
  readonly rateWaitMs: Float64Array;
  readonly backoffMs: Float64Array;
  readonly sentMs: Float64Array;
  /** NaN when not streamed or none came. */
  readonly firstTokenMs: Float64Array;
  /** NaN while in flight. */
  readonly finishedMs: Float64Array;
  /** ATTEMPT_RUNNING, ATTEMPT_COMPLETED, ATTEMPT_CANCELLED, or ATTEMPT_FAILED + position in FAILURE_CLASSES. */
  readonly outcome: Uint8Array;
  readonly outputTokens: Int32Array;
}

export const ATTEMPT_RUNNING = 0;
export const ATTEMPT_COMPLETED = 1;
export const ATTEMPT_CANCELLED = 2;
export const ATTEMPT_FAILED = 3;

/**
 * The most tokens that one attempt may be said to have: a thousand times the largest context there is. A number above is
 * no count, whoever says it; it would not fit into these columns either.
 */
export const TOKEN_COUNT_MAX = 1e9;

/** One row of TaskPatch, as the engine emits it. */
export type TaskRow = { readonly [K in keyof TaskPatch]: number };
/** One row of AttemptPatch, as the engine emits it. */
export type AttemptRow = { readonly [K in keyof AttemptPatch]: number };

export function taskPatchOf(rows: readonly TaskRow[]): TaskPatch {
  return {
    index: Uint32Array.from(rows, (row) => row.index),
    status: Uint8Array.from(rows, (row) => row.status),
    attempts: Uint16Array.from(rows, (row) => row.attempts),
    failure: Uint8Array.from(rows, (row) => row.failure),
    startedMs: Float64Array.from(rows, (row) => row.startedMs),
    finishedMs: Float64Array.from(rows, (row) => row.finishedMs),
    serviceMs: Float64Array.from(rows, (row) => row.serviceMs),
    finalServiceMs: Float64Array.from(rows, (row) => row.finalServiceMs),
    timeToFirstTokenMs: Float64Array.from(rows, (row) => row.timeToFirstTokenMs),
    inputTokens: Int32Array.from(rows, (row) => row.inputTokens),
    outputTokens: Int32Array.from(rows, (row) => row.outputTokens),
    flags: Uint8Array.from(rows, (row) => row.flags),
  };
}

export function attemptPatchOf(rows: readonly AttemptRow[]): AttemptPatch {
  return {
    ordinal: Uint32Array.from(rows, (row) => row.ordinal),
    taskIndex: Uint32Array.from(rows, (row) => row.taskIndex),
    number: Uint16Array.from(rows, (row) => row.number),
    slot: Uint16Array.from(rows, (row) => row.slot),
    queueWaitMs: Float64Array.from(rows, (row) => row.queueWaitMs),
    rateWaitMs: Float64Array.from(rows, (row) => row.rateWaitMs),
    backoffMs: Float64Array.from(rows, (row) => row.backoffMs),
    sentMs: Float64Array.from(rows, (row) => row.sentMs),
    firstTokenMs: Float64Array.from(rows, (row) => row.firstTokenMs),
    finishedMs: Float64Array.from(rows, (row) => row.finishedMs),
    outcome: Uint8Array.from(rows, (row) => row.outcome),
    outputTokens: Int32Array.from(rows, (row) => row.outputTokens),
  };
}
