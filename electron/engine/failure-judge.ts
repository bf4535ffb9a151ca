import type { Failure, StopReason } from '../../shared/vocabulary.ts';
import { decide, type Verdict } from './retry-policy.ts';

/** What a run does about a failed attempt; `stop` beside a failed task ends sending as well. */
export type Judgement = Exclude<Verdict, { kind: 'fail' }> | { readonly kind: 'fail'; readonly stop: StopReason | null };

/** Applies the policy for failures to one run: remembers what its rules count across tasks. */
export interface FailureJudge {
  succeeded(atMs: number): void;
  /** `spent`: attempts of the task that count, this one included; sent and finished on the run clock. */
  judge(failure: Failure, spent: number, sentMs: number, finishedMs: number): Judgement;
}

const IDENTICAL_FAILURES_LIMIT = 5;
/** A run that gets nothing but rate-limit answers for this long stops. */
const RATE_LIMIT_PATIENCE_MS = 15 * 60_000;

/** `startMs` and all times on the run clock; `random` uniform in [0, 1). */
export function createFailureJudge(maxAttempts: number, startMs: number, random: () => number): FailureJudge {
  let lastSuccessMs = startMs;
  let consecutiveHolds = 0;
  let heldSinceMs = -Infinity;
  let identical = { signature: '', count: 0 };

  const countIdentical = (failure: Failure): StopReason | null => {
    if (failure.class !== 'bad_request' && failure.class !== 'context_length' && failure.class !== 'redirect') return null;
    const signature = `${failure.class} ${failure.httpStatus} ${failure.code}`;
    identical = { signature, count: signature === identical.signature ? identical.count + 1 : 1 };
    return identical.count >= IDENTICAL_FAILURES_LIMIT ? 'identical_failures' : null;
  };
  return {
    succeeded(atMs) {
      lastSuccessMs = atMs;
      consecutiveHolds = 0;
      identical = { signature: '', count: 0 };
    },
    judge(failure, spent, sentMs, finishedMs) {
      // A burst that was refused together is one reason to hold back, not as many as it had requests.
      if (failure.class === 'rate_limit' && sentMs >= heldSinceMs) {
        consecutiveHolds += 1;
        heldSinceMs = finishedMs;
      }
      const verdict = decide({ failure, spent, maxAttempts, consecutiveHolds, random });
      if (verdict.kind === 'hold' && finishedMs - lastSuccessMs > RATE_LIMIT_PATIENCE_MS) return { kind: 'stop', reason: 'rate_limit' };
      return verdict.kind === 'fail' ? { kind: 'fail', stop: countIdentical(failure) } : verdict;
    },
  };
}
