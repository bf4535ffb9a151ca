import { createTokenBucket, type TokenBucket } from './token-bucket.ts';

/** What holds a task back, of the two that are counted by the minute. */
export type MinuteLimit = 'requests per minute' | 'tokens per minute';

export interface MinuteWait {
  readonly waitMs: number;
  readonly by: MinuteLimit;
}

/** The limits that the user set: reserved by estimate when a task is sent, settled by what it used. */
export interface UserLimits {
  /** null when a task of so many tokens may go now. */
  wait(estimatedTokens: number, nowMs: number): MinuteWait | null;
  reserve(estimatedTokens: number, nowMs: number): void;
  /** `usedTokens`: what the provider counted; 0 when it refused; null when it did not say, so that the estimate stands. */
  settle(estimatedTokens: number, usedTokens: number | null, nowMs: number): void;
}

/**
 * So much of a minute's worth may go at once. Within any 60 s the limit is exceeded by at most this share, so that a
 * provider that counts by the minute has no reason to refuse, and no burst follows a quiet time.
 */
const BURST_SECONDS = 1;

/** null = no such limit; otherwise above 0. */
export function createUserLimits(requestsPerMinute: number | null, tokensPerMinute: number | null, startMs: number): UserLimits {
  const requests = bucketOf(requestsPerMinute, startMs);
  const tokens = bucketOf(tokensPerMinute, startMs);
  return {
    wait(estimatedTokens, nowMs) {
      const forRequestMs = requests?.waitMs(1, nowMs) ?? 0;
      const forTokensMs = tokens?.waitMs(estimatedTokens, nowMs) ?? 0;
      if (forRequestMs <= 0 && forTokensMs <= 0) return null;
      return forTokensMs > forRequestMs ? { waitMs: forTokensMs, by: 'tokens per minute' } : { waitMs: forRequestMs, by: 'requests per minute' };
    },
    reserve(estimatedTokens, nowMs) {
      requests?.take(1, nowMs);
      tokens?.take(estimatedTokens, nowMs);
    },
    settle(estimatedTokens, usedTokens, nowMs) {
      if (usedTokens !== null) tokens?.take(usedTokens - estimatedTokens, nowMs);
    },
  };
}

function bucketOf(perMinute: number | null, startMs: number): TokenBucket | null {
  if (perMinute === null) return null;
  const perSecond = perMinute / 60;
  const capacity = Math.max(1, perSecond * BURST_SECONDS);
  return createTokenBucket({ capacity, perSecond, level: capacity }, startMs);
}
