import type { Failure, StopReason } from '../../shared/vocabulary.ts';
import type { Place } from './backlog.ts';
import type { Provider } from './providers.ts';
import { decide, fullJitterMs, type Tries, type Verdict } from './retry-policy.ts';

/** What a run does about a failed attempt. */
export type Judgement =
  | Exclude<Verdict, { readonly kind: 'fail' | 'hold' }>
  /** Everything that goes to the provider is held for `holdMs`; this task goes back to its place, at once or after a wait of its own. */
  | { readonly kind: 'hold'; readonly holdMs: number; readonly place: Place; readonly delayMs: number | null }
  /** `stop`: sending ends as well. */
  | { readonly kind: 'fail'; readonly stop: StopReason | null };

/** An attempt that failed, with what is known of its task. Times on the run clock. */
export interface JudgedAttempt {
  readonly failure: Failure;
  /** Attempts of the task that count, this one included. */
  readonly spent: number;
  /** How they failed, this one included. */
  readonly tries: Tries;
  /** 429s in a row that the task got before this attempt, and the provider's successes at the latest of them. */
  readonly refusals: number;
  readonly successesAtRefusal: number;
  /** Sent to another model than the run's: what that one refuses says nothing about the run's. */
  readonly isOfOtherModel: boolean;
  readonly sentMs: number;
  readonly finishedMs: number;
}

/** Applies the policy for failures to one run: remembers what its rules count across tasks. */
export interface FailureJudge {
  succeeded(atMs: number): void;
  judge(attempt: JudgedAttempt): Judgement;
}

const IDENTICAL_FAILURES_LIMIT = 5;
/** A run that gets nothing but rate-limit answers for this long stops. */
const RATE_LIMIT_PATIENCE_MS = 15 * 60_000;
/** So many times in a row a refused task is tried again before all others; then they come first. */
const REFUSALS_AT_HEAD = 3;
/** Longest hold for a task that is refused while others are answered. */
const HOLD_FOR_ONE_TASK_MS = 1000;

/** `startMs` on the run clock; `random` uniform in [0, 1). */
export function createFailureJudge(maxAttempts: number, startMs: number, random: () => number, provider: Pick<Provider, 'refused' | 'successes'>): FailureJudge {
  let lastSuccessMs = startMs;
  let identical = { signature: '', count: 0 };

  const countIdentical = (failure: Failure): StopReason | null => {
    const isFinal = failure.class === 'bad_request' || failure.class === 'context_length' || failure.class === 'redirect' || failure.shouldRetry === false;
    if (!isFinal) return null;
    const signature = `${failure.class} ${failure.httpStatus} ${failure.code}`;
    identical = { signature, count: signature === identical.signature ? identical.count + 1 : 1 };
    return identical.count >= IDENTICAL_FAILURES_LIMIT ? 'identical_failures' : null;
  };
  /**
   * A task that is refused again and again may be the only one (too long for the tokens per minute, say), and must not
   * hold the others: from its third refusal in a row on it goes to the end of the queue, and if others were answered
   * since the one before, it waits alone. Once nothing else is left, the run waits for it, as long as for any rate limit.
   */
  const holdFor = (holdMs: number, attempt: JudgedAttempt): Judgement => {
    const refusals = attempt.refusals + 1;
    if (refusals < REFUSALS_AT_HEAD) return { kind: 'hold', holdMs, place: 'head', delayMs: null };
    if (provider.successes() === attempt.successesAtRefusal) return { kind: 'hold', holdMs, place: 'end', delayMs: null };
    return { kind: 'hold', holdMs: Math.min(holdMs, HOLD_FOR_ONE_TASK_MS), place: 'end', delayMs: Math.max(holdMs, fullJitterMs(refusals, 500, random)) };
  };
  return {
    succeeded(atMs) {
      lastSuccessMs = atMs;
      identical = { signature: '', count: 0 };
    },
    judge(attempt) {
      const { failure, spent, tries, sentMs, finishedMs } = attempt;
      const consecutiveHolds = failure.class !== 'rate_limit' ? 0 : attempt.isOfOtherModel ? attempt.refusals + 1 : provider.refused(finishedMs - sentMs);
      const verdict = decide({ failure, spent, tries, maxAttempts, consecutiveHolds, random });
      switch (verdict.kind) {
        case 'fail':
          return { kind: 'fail', stop: countIdentical(failure) };
        case 'hold':
          // One refusal after a long silence is not yet a provider that keeps refusing.
          if (consecutiveHolds > 1 && finishedMs - lastSuccessMs > RATE_LIMIT_PATIENCE_MS) return { kind: 'stop', reason: 'rate_limit' };
          return attempt.isOfOtherModel ? { kind: 'hold', holdMs: 0, place: 'end', delayMs: verdict.delayMs } : holdFor(verdict.delayMs, attempt);
        default:
          return verdict;
      }
    },
  };
}
