import type { RateLimitInfo } from '../../executors/executor.ts';
import { createTokenBucket, type TokenBucket } from './token-bucket.ts';
import type { MinuteWait } from './user-limits.ts';

/** What was sent, as far as a budget is concerned. */
export interface SentCost {
  readonly sentMs: number;
  readonly estimatedTokens: number;
}

/**
 * The provider's own count of requests and tokens, followed from its `x-ratelimit-*` headers. A header tells how much was
 * left when its request came in; since then the bucket has refilled, and more was sent:
 * level = remaining + rate x age - cost sent since.
 */
export interface HeaderBudget {
  /** null when a task of so many tokens may go now. */
  wait(estimatedTokens: number, nowMs: number): MinuteWait | null;
  sent(cost: SentCost): void;
  /** Takes in the headers of the answer to what was sent at `sentMs`. Returns whether a stated limit is new. */
  learn(headers: RateLimitInfo, sentMs: number, nowMs: number): boolean;
}

/** The rate is taken a little lower than stated, because two clocks never run alike. */
const RATE_FRACTION = 0.995;
/** A stated limit refills evenly over a minute, unless the headers show a much slower refill (less than half). */
const SLOWER_FRACTION = 0.5;
/** Below these the refill can't be told from rounding. */
const USED_MIN = 3;
const RESET_MIN_MS = 500;
/** How fast the usual cost is followed, per request. */
const USUAL_SMOOTHING = 0.05;
/** A shortfall that was once seen is kept in reserve, and forgotten slowly, per header. */
const RESERVE_FADING = 0.99;
/** Never keep back more of the limit than this. */
const RESERVE_MAX_FRACTION = 0.25;
/** Estimates that a refusal may be off by and still be explained by the headers. */
const ESTIMATE_SLACK = 1.2;

interface Side {
  readonly bucket: TokenBucket;
  limit: number;
  /** Kept back: one more of the usual cost, or how much less there was lately than we had counted. */
  usualCost: number;
  shortfall: number;
  /** When the request left that the latest word is about. */
  syncedSentMs: number;
  /** Sent after that. */
  since: { readonly sentMs: number; readonly cost: number }[];
}

interface Word {
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number | null;
}

export function createHeaderBudget(): HeaderBudget {
  const sides: { requests: Side | null; tokens: Side | null } = { requests: null, tokens: null };
  // What left before the first header came, for as long as none came.
  let unheard: SentCost[] | null = [];

  const heard = (name: 'requests' | 'tokens', word: Word | null, sentMs: number, nowMs: number): boolean => {
    if (!word) return false;
    const side = sides[name] ?? newSide((unheard ?? []).map((sent) => ({ sentMs: sent.sentMs, cost: name === 'requests' ? 1 : sent.estimatedTokens })), nowMs);
    sides[name] = side;
    // Answers come back in any order; an older one knows less.
    if (sentMs < side.syncedSentMs) return false;
    const isNew = side.limit !== word.limit;
    side.limit = word.limit;
    side.syncedSentMs = sentMs;
    side.since = side.since.filter((entry) => entry.sentMs > sentMs);
    const costSince = side.since.reduce((sum, entry) => sum + entry.cost, 0);
    const perSecond = RATE_FRACTION * refillPerSecond(word);
    const level = word.remaining + (perSecond * (nowMs - sentMs)) / 1000 - costSince;
    side.shortfall = isNew ? 0 : Math.max(RESERVE_FADING * side.shortfall, side.bucket.level(nowMs) - level);
    side.bucket.set({ capacity: word.limit, perSecond, level }, nowMs);
    return isNew;
  };
  return {
    wait(estimatedTokens, nowMs) {
      const forRequestMs = waitMs(sides.requests, 1, nowMs);
      const forTokensMs = waitMs(sides.tokens, estimatedTokens, nowMs);
      if (forRequestMs <= 0 && forTokensMs <= 0) return null;
      return forTokensMs > forRequestMs ? { waitMs: forTokensMs, by: 'tokens per minute' } : { waitMs: forRequestMs, by: 'requests per minute' };
    },
    sent(cost) {
      unheard?.push(cost);
      if (unheard && unheard.length > UNHEARD_MAX) unheard = unheard.slice(-UNHEARD_MAX / 2);
      record(sides.requests, 1, cost.sentMs);
      record(sides.tokens, cost.estimatedTokens, cost.sentMs);
    },
    learn(headers, sentMs, nowMs) {
      const ofRequests = heard('requests', wordOf(headers.limitRequests, headers.remainingRequests, headers.resetRequestsMs), sentMs, nowMs);
      const ofTokens = heard('tokens', wordOf(headers.limitTokens, headers.remainingTokens, headers.resetTokensMs), sentMs, nowMs);
      if (sides.requests || sides.tokens) unheard = null;
      return ofRequests || ofTokens;
    },
  };
}

/** Requests that are remembered while no header has come. */
const UNHEARD_MAX = 1000;

function newSide(since: Side['since'], nowMs: number): Side {
  const usualCost = since.reduce((sum, entry) => sum + entry.cost, 0) / Math.max(1, since.length);
  return { bucket: createTokenBucket({ capacity: 0, perSecond: 1, level: 0 }, nowMs), limit: Number.NaN, usualCost, shortfall: 0, syncedSentMs: -Infinity, since };
}

/** What is left is rounded, and estimates fall short: something is kept back. */
function waitMs(side: Side | null, cost: number, nowMs: number): number {
  if (!side) return 0;
  const reserve = Math.min(RESERVE_MAX_FRACTION * side.limit, Math.max(side.usualCost, side.shortfall));
  return side.bucket.waitMs(cost + reserve, nowMs);
}

function record(side: Side | null, cost: number, sentMs: number): void {
  if (!side) return;
  side.usualCost = side.usualCost === 0 ? cost : side.usualCost + USUAL_SMOOTHING * (cost - side.usualCost);
  side.bucket.take(cost, sentMs);
  side.since.push({ sentMs, cost });
}

function wordOf(limit: number | null, remaining: number | null, resetMs: number | null): Word | null {
  return limit === null || remaining === null || limit <= 0 ? null : { limit, remaining, resetMs };
}

/**
 * Units that come back each second: limit / 60, unless the headers themselves show less than half of that. Some providers
 * state requests per day in the same header (Groq: limit 14400, remaining 14370, reset 2m59s), where what was used over
 * the time until all is back gives the true rate.
 */
export function refillPerSecond({ limit, remaining, resetMs }: Word): number {
  const byMinute = limit / 60;
  const used = limit - remaining;
  if (resetMs === null || resetMs < RESET_MIN_MS || used <= USED_MIN) return byMinute;
  const observed = (used * 1000) / resetMs;
  return observed < SLOWER_FRACTION * byMinute ? observed : byMinute;
}

/** Whether a refusal is only what its headers say: nothing left by the provider's own count. */
export function explainsRefusal(headers: RateLimitInfo | null, estimatedTokens: number): boolean {
  if (!headers) return false;
  const { remainingRequests, remainingTokens } = headers;
  return (remainingRequests !== null && remainingRequests < 1) || (remainingTokens !== null && remainingTokens < ESTIMATE_SLACK * estimatedTokens);
}
