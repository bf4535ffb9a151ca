import { assertNever } from '../../shared/errors.ts';
import { stopReasonSentence } from '../../shared/format/stop-reason.ts';
import type { Failure, StopReason } from '../../shared/vocabulary.ts';

/** What to do after a failed attempt. */
export type Verdict =
  /** Send again after `delayMs`; the attempt counts. */
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** The provider asks for less: hold every task of the run for `delayMs`; the attempt does not count. */
  | { readonly kind: 'hold'; readonly delayMs: number }
  | { readonly kind: 'fail' }
  /** Pause the run, all else stays queued. */
  | { readonly kind: 'stop'; readonly reason: StopReason };

export interface FailureContext {
  readonly failure: Failure;
  /** Attempts of this task that count, this one included, from 1. */
  readonly spent: number;
  /** Most attempts a task may have. */
  readonly maxAttempts: number;
  /** Times in a row that the run was held without a success between, this one included, from 1. */
  readonly consecutiveHolds: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const BACKOFF_CAP_MS = 60_000;
/** Waits beyond this are for a person to decide. */
const LONGEST_WAIT_MS = 10 * 60_000;

/** Tries of one kind of failure, first delay of its backoff. */
interface Tries {
  readonly tries: number;
  readonly baseMs: number;
}

/** Decides by class, status and code, never by message text. Pure: the one policy for failures. */
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
      return holdOrStop(context);
    case 'server':
      return retryOrFail(context, { tries: failure.httpStatus === 409 ? 2 : 5, baseMs: 500 });
    case 'network':
      return retryOrFail(context, failure.maybeBilled ? { tries: 2, baseMs: 1000 } : { tries: 6, baseMs: 1000 });
    case 'timeout':
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
  if (failure.shouldRetry === false || spent >= Math.min(tries, maxAttempts)) return { kind: 'fail' };
  const jitterMs = fullJitterMs(spent, baseMs, random);
  const delayMs = failure.retryAfterMs === null ? jitterMs : failure.retryAfterMs + jitterMs;
  return delayMs > LONGEST_WAIT_MS ? { kind: 'stop', reason: 'rate_limit' } : { kind: 'retry', delayMs };
}

function holdOrStop({ failure, consecutiveHolds, random }: FailureContext): Verdict {
  const jitterMs = fullJitterMs(consecutiveHolds, 500, random);
  const delayMs = failure.retryAfterMs === null ? 250 + jitterMs : failure.retryAfterMs + Math.min(jitterMs, 1000);
  return delayMs > LONGEST_WAIT_MS ? { kind: 'stop', reason: 'rate_limit' } : { kind: 'hold', delayMs };
}

/**
 * Exponential backoff with full jitter: uniform in [0, min(60 s, base x 2^(n - 1))) for the n-th failure.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function fullJitterMs(failures: number, baseMs: number, random: () => number): number {
  return random() * Math.min(BACKOFF_CAP_MS, baseMs * 2 ** Math.min(failures - 1, 30));
}

/** For people: why the run stopped, what to do, and what the provider said. */
export function stopMessage(reason: StopReason, failure: Failure | null): string {
  return failure ? `${stopReasonSentence(reason)} The provider said: ${failure.message}` : stopReasonSentence(reason);
}
