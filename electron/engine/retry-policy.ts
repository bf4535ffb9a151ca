import { assertNever } from '../../shared/errors.ts';
import { stopReasonSentence } from '../../shared/format/stop-reason.ts';
import { DEFAULTS, type Failure, type FailureClass, type StopReason } from '../../shared/vocabulary.ts';

/** What to do after a failed attempt. */
export type Verdict =
  /** Send again after `delayMs`; the attempt counts. */
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** The provider asks for less: hold every task that goes there for `delayMs`; the attempt does not count. */
  | { readonly kind: 'hold'; readonly delayMs: number }
  | { readonly kind: 'fail' }
  /** Pause the run, all else stays queued. */
  | { readonly kind: 'stop'; readonly reason: StopReason };

export interface FailureContext {
  readonly failure: Failure;
  /** Attempts of this task that count, this one included, from 1. */
  readonly spent: number;
  /** How many of them failed by which row of the table, this one included. */
  readonly tries: Tries;
  /** Most attempts a task may have; from the default on, each kind of failure has its own number. */
  readonly maxAttempts: number;
  /** Times in a row that the provider was held without a success between, this one included, from 1. */
  readonly consecutiveHolds: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const BACKOFF_CAP_MS = 60_000;
/** Waits beyond this, ms, are for a person to decide. */
export const LONGEST_WAIT_MS = 10 * 60_000;
const RATE_LIMIT_WAIT_MS = 250;
const RATE_LIMIT_JITTER_MAX_MS = 1000;

/** Rows of the table that retry: how many tries, and the first delay of the backoff, ms. */
const ROWS = {
  unsent: { tries: 6, baseMs: 1000 },
  unanswered: { tries: 2, baseMs: 1000 },
  server: { tries: 5, baseMs: 500 },
  conflict: { tries: 2, baseMs: 500 },
  unusable: { tries: 2, baseMs: 500 },
} as const satisfies Record<string, { readonly tries: number; readonly baseMs: number }>;
type Row = keyof typeof ROWS;

const byWhetherSent = ({ maybeBilled }: Failure): Row => (maybeBilled ? 'unanswered' : 'unsent');
/** The row of each class that is tried again. */
const ROW_OF = {
  server: ({ httpStatus }) => (httpStatus === 409 ? 'conflict' : 'server'),
  network: byWhetherSent,
  timeout: byWhetherSent,
  invalid_response: () => 'unusable',
  stream_cut: () => 'unusable',
  schema: () => 'unusable',
} as const satisfies Partial<Record<FailureClass, (failure: Failure) => Row>>;

/** How often a task failed by each row of the table. */
export type Tries = Readonly<Partial<Record<Row, number>>>;

/**
 * The one policy for failures, pure. Decides by class, status and code, never by message text:
 *
 * | signal                                                        | action                                             |
 * |---------------------------------------------------------------|----------------------------------------------------|
 * | `network`, `timeout`, nothing was sent                        | 6 tries, backoff from 1 s                          |
 * | `network`, `timeout` after sending (may have been billed)     | 2 tries, backoff from 1 s                          |
 * | `server`: 408, 425, 500, 502-504, 520-524, 529, other 5xx     | 5 tries, backoff from 0.5 s                        |
 * | `server`: 409                                                 | 2 tries, backoff from 0.5 s                        |
 * | `invalid_response`, `stream_cut`, `schema`                    | 2 tries, backoff from 0.5 s                        |
 * | `rate_limit`: 429                                             | hold the provider; does not count as a try         |
 * | `quota`: 402, 429 insufficient_quota and its like             | stop the batch                                     |
 * | `auth`: 401, 403                                              | stop the batch                                     |
 * | `bad_request`: 404                                            | stop the batch, `model_not_found`                  |
 * | `tls`                                                         | stop the batch                                     |
 * | `bad_request` (400, 413, 422, 501, 505, ...), `context_length`| fail                                               |
 * | `redirect`: 3xx                                               | fail                                               |
 * | `interrupted`                                                 | fail                                               |
 *
 * Beside the rows: each counts its own tries, so that a task which fails in one way and then in another has those of
 * both. `x-should-retry: false` turns a retry or a hold into a failure; `true` changes nothing. Retry-After is the least
 * wait, jitter comes on top; one over 10 minutes stops the batch, `rate_limit`, also at the last try: the task stays in
 * the queue. A maximum of attempts below the default is one for all rows together; the default or more leaves the rows
 * as they are.
 */
export function decide(context: FailureContext): Verdict {
  const { failure } = context;
  switch (failure.class) {
    case 'auth':
      return { kind: 'stop', reason: 'auth' };
    case 'quota':
      return { kind: 'stop', reason: 'quota' };
    case 'tls':
      return { kind: 'stop', reason: 'tls' };
    case 'rate_limit':
      return hold(context);
    case 'server':
    case 'network':
    case 'timeout':
    case 'invalid_response':
    case 'stream_cut':
    case 'schema':
      return retryOrFail(context, ROW_OF[failure.class](failure));
    case 'bad_request':
      return failure.httpStatus === 404 ? { kind: 'stop', reason: 'model_not_found' } : { kind: 'fail' };
    case 'redirect':
    case 'context_length':
    case 'interrupted':
      return { kind: 'fail' };
    default:
      return assertNever(failure.class);
  }
}

/** With one more failure, or `times` of them; one that is not tried again counts nowhere. */
export function countTries(tries: Tries, failure: Failure, times = 1): Tries {
  const rows: Partial<Record<FailureClass, (failure: Failure) => Row>> = ROW_OF;
  const row = rows[failure.class]?.(failure);
  return row ? { ...tries, [row]: (tries[row] ?? 0) + times } : tries;
}

function retryOrFail({ failure, spent, tries, maxAttempts, random }: FailureContext, row: Row): Verdict {
  const { tries: most, baseMs } = ROWS[row];
  const count = tries[row] ?? 1;
  if (failure.shouldRetry === false) return { kind: 'fail' };
  if (asksTooMuch(failure)) return { kind: 'stop', reason: 'rate_limit' };
  if (count >= most || (maxAttempts < DEFAULTS.maxAttempts && spent >= maxAttempts)) return { kind: 'fail' };
  return { kind: 'retry', delayMs: (failure.retryAfterMs ?? 0) + fullJitterMs(count, baseMs, random) };
}

function hold({ failure, consecutiveHolds, random }: FailureContext): Verdict {
  if (failure.shouldRetry === false) return { kind: 'fail' };
  if (asksTooMuch(failure)) return { kind: 'stop', reason: 'rate_limit' };
  const jitterMs = fullJitterMs(consecutiveHolds, 500, random);
  return { kind: 'hold', delayMs: failure.retryAfterMs === null ? RATE_LIMIT_WAIT_MS + jitterMs : failure.retryAfterMs + Math.min(jitterMs, RATE_LIMIT_JITTER_MAX_MS) };
}

/** Whether the provider names a wait that is for a person to decide. */
export function asksTooMuch({ retryAfterMs }: Failure): boolean {
  return retryAfterMs !== null && retryAfterMs > LONGEST_WAIT_MS;
}

/**
 * Exponential backoff with full jitter: uniform in [0, min(cap, base x 2^(n - 1))) for the n-th failure, n from 1; ms.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitterMs(failures: number, baseMs: number, random: () => number, capMs = BACKOFF_CAP_MS): number {
  return random() * Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 30));
}

/** For people: why the run stopped, what to do, and what the provider said. */
export function stopMessage(reason: StopReason, failure: Failure | null): string {
  return failure ? `${stopReasonSentence(reason)} The provider said: ${failure.message}` : stopReasonSentence(reason);
}
