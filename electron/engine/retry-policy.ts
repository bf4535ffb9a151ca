import { assertNever } from '../../shared/errors.ts';
import { stopReasonSentence } from '../../shared/format/stop-reason.ts';
import { DEFAULTS, type Failure, type StopReason } from '../../shared/vocabulary.ts';

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
  /** Most attempts a task may have; from the default on, each kind of failure has its own number. */
  readonly maxAttempts: number;
  /** Times in a row that the provider was held without a success between, this one included, from 1. */
  readonly consecutiveHolds: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const BACKOFF_CAP_MS = 60_000;
/** Waits beyond this are for a person to decide. */
const LONGEST_WAIT_MS = 10 * 60_000;
const RATE_LIMIT_WAIT_MS = 250;
const RATE_LIMIT_JITTER_MAX_MS = 1000;

/** Tries of one kind of failure, first delay of its backoff. */
interface Tries {
  readonly tries: number;
  readonly baseMs: number;
}

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
 * Beside the rows: `x-should-retry: false` turns a retry or a hold into a failure; `true` changes nothing. Retry-After
 * is the least wait, jitter comes on top; one over 10 minutes stops the batch, `rate_limit`. A maximum of attempts below
 * the default lowers every row; the default or more leaves the rows as they are.
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
      return retryOrFail(context, { tries: failure.httpStatus === 409 ? 2 : 5, baseMs: 500 });
    case 'network':
    case 'timeout':
      return retryOrFail(context, { tries: failure.maybeBilled ? 2 : 6, baseMs: 1000 });
    case 'invalid_response':
    case 'stream_cut':
    case 'schema':
      return retryOrFail(context, { tries: 2, baseMs: 500 });
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

function retryOrFail({ failure, spent, maxAttempts, random }: FailureContext, { tries, baseMs }: Tries): Verdict {
  const most = maxAttempts < DEFAULTS.maxAttempts ? Math.min(tries, maxAttempts) : tries;
  if (failure.shouldRetry === false || spent >= most) return { kind: 'fail' };
  if (asksTooMuch(failure)) return { kind: 'stop', reason: 'rate_limit' };
  return { kind: 'retry', delayMs: (failure.retryAfterMs ?? 0) + fullJitterMs(spent, baseMs, random) };
}

function hold({ failure, consecutiveHolds, random }: FailureContext): Verdict {
  if (failure.shouldRetry === false) return { kind: 'fail' };
  if (asksTooMuch(failure)) return { kind: 'stop', reason: 'rate_limit' };
  const jitterMs = fullJitterMs(consecutiveHolds, 500, random);
  return { kind: 'hold', delayMs: failure.retryAfterMs === null ? RATE_LIMIT_WAIT_MS + jitterMs : failure.retryAfterMs + Math.min(jitterMs, RATE_LIMIT_JITTER_MAX_MS) };
}

function asksTooMuch({ retryAfterMs }: Failure): boolean {
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
