/** What is kept to tell the rate of tokens. Times are of any one clock that goes forward, ms. */
export interface TokenRate {
  /** Tokens counted so far, of all time. */
  readonly tokens: number;
  /** When that was last updated. */
  readonly atMs: number;
  /** Tokens of the past, weighted down with age. */
  readonly weighted: number;
  /** When counting began, so that the first seconds do not read too low. */
  readonly sinceMs: number;
  /** When tokens last came; the beginning if none did. */
  readonly latestMs: number;
}

/** After this time a token counts 1/e: short enough to be live, long enough not to flicker. */
const MEMORY_MS = 4000;
/** Below this the rate reads 0 rather than 0.01. */
const LEAST_PER_SECOND = 0.5;
const LEAST_SPAN_MS = 1000;
/** Without tokens for this long while tasks are in flight, the stream has stalled. */
export const STALLED_AFTER_MS = 10_000;

/** Begins to count; `tokens` is the total that is known already and does not count as new. */
export function startTokenRate(nowMs: number, tokens = 0): TokenRate {
  return { tokens, atMs: nowMs, weighted: 0, sinceMs: nowMs, latestMs: nowMs };
}

/** Takes in the total of output tokens at a time. A total that fell (a correction) counts as no new tokens. */
export function updateTokenRate(rate: TokenRate, nowMs: number, totalTokens: number): TokenRate {
  const added = Math.max(0, totalTokens - rate.tokens);
  const faded = rate.weighted * Math.exp(-Math.max(0, nowMs - rate.atMs) / MEMORY_MS);
  return {
    tokens: totalTokens,
    atMs: Math.max(nowMs, rate.atMs),
    weighted: faded + added,
    sinceMs: rate.sinceMs,
    latestMs: added > 0 ? nowMs : rate.latestMs,
  };
}

/** Tokens per second now: an exponentially weighted mean that falls to 0 when no more tokens come. */
export function tokensPerSecond(rate: TokenRate, nowMs: number): number {
  const ageMs = Math.max(LEAST_SPAN_MS, nowMs - rate.sinceMs);
  const weightMs = MEMORY_MS * (1 - Math.exp(-ageMs / MEMORY_MS));
  const perSecond = (rate.weighted * Math.exp(-Math.max(0, nowMs - rate.atMs) / MEMORY_MS) * 1000) / weightMs;
  return perSecond < LEAST_PER_SECOND ? 0 : perSecond;
}

/** Whole seconds since the last token when tasks are in flight and none came for 10 s; null otherwise. */
export function stalledSeconds(rate: TokenRate, nowMs: number, inFlight: number): number | null {
  const quietMs = nowMs - rate.latestMs;
  return inFlight > 0 && quietMs >= STALLED_AFTER_MS ? Math.floor(quietMs / 1000) : null;
}
