/**
 * A token bucket that keeps a bad hour from multiplying the load: each retry takes a token, successes and time give
 * them back. After the retry quota of the AWS SDKs (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html)
 * and the retry throttling of gRPC (https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs).
 * Unlike theirs an empty bucket refuses nothing: a retry waits until its token has dripped in, because a batch has time
 * and a failed task needs a person. A wait that was named is not shortened by what successes give back later; the next
 * retries get that. All times in ms on one clock that never goes back.
 */
export interface RetryBudget {
  /** Takes the token of a retry, into debt if need be; how long that retry has to wait for it, ms, 0 when it is there. */
  take(nowMs: number): number;
  /** An attempt succeeded; a retry's success gives its whole token back. */
  succeeded(nowMs: number, wasRetry: boolean): void;
}

const CAPACITY = 100;
const TOKENS_PER_SECOND = 1;
const TOKENS_PER_SUCCESS = 0.2;

/** A full bucket. */
export function createRetryBudget(startMs: number): RetryBudget {
  let tokens = CAPACITY;
  let asOfMs = startMs;

  const add = (amount: number): void => {
    tokens = Math.min(CAPACITY, tokens + amount);
  };
  const drip = (nowMs: number): void => {
    add((Math.max(0, nowMs - asOfMs) / 1000) * TOKENS_PER_SECOND);
    asOfMs = Math.max(asOfMs, nowMs);
  };
  return {
    take(nowMs) {
      drip(nowMs);
      tokens -= 1;
      return Math.max(0, (-tokens / TOKENS_PER_SECOND) * 1000);
    },
    succeeded(nowMs, wasRetry) {
      drip(nowMs);
      add(wasRetry ? 1 : TOKENS_PER_SUCCESS);
    },
  };
}
