/** A bucket that refills evenly (https://en.wikipedia.org/wiki/Token_bucket). All times in ms on one clock. */
export interface TokenBucket {
  level(nowMs: number): number;
  /** How long until `cost` is there, ms; 0 when it is. A cost above the capacity waits for a full bucket, else it would wait for ever. */
  waitMs(cost: number, nowMs: number): number;
  /** Takes `cost`, into debt if need be; a negative cost gives back. */
  take(cost: number, nowMs: number): void;
  /** Replaces what is known of it. */
  set(state: BucketState, nowMs: number): void;
}

export interface BucketState {
  readonly capacity: number;
  readonly perSecond: number;
  readonly level: number;
}

/** What floating point may lose between a wait and its end. */
const ROUNDING = 1e-6;

export function createTokenBucket(start: BucketState, startMs: number): TokenBucket {
  let { capacity, perSecond, level } = start;
  let asOfMs = startMs;

  const refill = (nowMs: number): void => {
    level = Math.min(capacity, level + (Math.max(0, nowMs - asOfMs) * perSecond) / 1000);
    asOfMs = Math.max(asOfMs, nowMs);
  };
  return {
    level(nowMs) {
      refill(nowMs);
      return level;
    },
    waitMs(cost, nowMs) {
      refill(nowMs);
      const missing = Math.min(cost, capacity) - level;
      return missing <= ROUNDING ? 0 : (missing * 1000) / perSecond;
    },
    take(cost, nowMs) {
      refill(nowMs);
      level = Math.min(capacity, level - cost);
    },
    set(state, nowMs) {
      ({ capacity, perSecond } = state);
      level = Math.min(capacity, state.level);
      asOfMs = nowMs;
    },
  };
}
