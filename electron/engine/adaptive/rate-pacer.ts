/**
 * Spaces sends when a provider limits the rate without saying so. After a refusal it goes on a little below the rate that
 * was let in, comes back to it, waits there, and then tries more and more: the window of CUBIC (RFC 9438), as the SDKs
 * of AWS use it for rates. With x = (t - T) / T since the last refusal: rate = wMax (1 + 0.15 x^3), four times steeper
 * beyond T.
 */
export interface RatePacer {
  perSecond(nowMs: number): number;
  /** How long the next send has to wait, ms; 0 for not at all. */
  waitMs(nowMs: number): number;
  sent(nowMs: number): void;
  /** A refusal; `acceptedPerSecond`: what the provider let in since the one before. */
  refused(acceptedPerSecond: number, nowMs: number): void;
  /** When the last refusal was counted, ms. */
  refusedMs(): number;
  /** Whether it kept anything waiting since the last refusal. */
  hasHeldBack(): boolean;
}

/** Share below the accepted rate that it starts again from. */
const DIP = 0.15;
const STEEPNESS = 4;
/**
 * Time until the accepted rate is reached again: so many sends, ms at least and at most, so that refusals stay rare among
 * few sends as well; longer while refusals keep naming the same rate.
 */
const PLATEAU_SENDS = 40;
const PLATEAU_MIN_MS = 12_000;
const PLATEAU_MAX_MS = 120_000;
const PLATEAU_STRETCH_MAX = 2;
const PLATEAU_GROWTH = 1.4;
const SAME_RATE = 0.08;
const OTHER_RATE = 0.2;
/** A single refusal lowers the rate at most to this share. */
const CUT_MOST = 0.6;
/** Growth beyond this starts a new round from there, so that a raised limit is found exponentially fast. */
const NEW_ROUND = 1.6;
const LEAST_PER_SECOND = 0.01;
/** Sends that may go at once, as seconds of the rate. */
const BURST_SECONDS = 0.2;

export function createRatePacer(acceptedPerSecond: number, startMs: number): RatePacer {
  let most = Math.max(LEAST_PER_SECOND, acceptedPerSecond);
  let roundStartMs = startMs;
  let refusedMs = startMs;
  let stretch = 1;
  let hasHeldBack = false;
  let level = 0;
  let asOfMs = startMs;

  const plateauMs = (): number => stretch * Math.min(PLATEAU_MAX_MS, Math.max(PLATEAU_MIN_MS, (PLATEAU_SENDS * 1000) / most));
  const perSecond = (nowMs: number): number => {
    const rate = cubicRate(most, nowMs - roundStartMs, plateauMs());
    if (rate <= NEW_ROUND * most) return rate;
    most = rate;
    stretch = 1;
    roundStartMs = nowMs - plateauMs();
    return rate;
  };
  const refill = (nowMs: number): void => {
    const rate = perSecond(nowMs);
    level = Math.min(Math.max(1, rate * BURST_SECONDS), level + (Math.max(0, nowMs - asOfMs) * rate) / 1000);
    asOfMs = Math.max(asOfMs, nowMs);
  };
  return {
    perSecond,
    waitMs(nowMs) {
      refill(nowMs);
      if (level >= 1 - 1e-6) return 0;
      hasHeldBack = true;
      return ((1 - level) * 1000) / perSecond(nowMs);
    },
    sent(nowMs) {
      refill(nowMs);
      level -= 1;
    },
    refused(accepted, nowMs) {
      const current = perSecond(nowMs);
      const next = Math.max(LEAST_PER_SECOND, Math.min(current, Math.max(accepted, CUT_MOST * current)));
      const change = Math.abs(next / most - 1);
      if (change < SAME_RATE) stretch = Math.min(PLATEAU_STRETCH_MAX, stretch * PLATEAU_GROWTH);
      if (change > OTHER_RATE) stretch = 1;
      most = next;
      roundStartMs = nowMs;
      refusedMs = nowMs;
      hasHeldBack = false;
      level = Math.min(level, 0);
    },
    refusedMs: () => refusedMs,
    hasHeldBack: () => hasHeldBack,
  };
}

/** Units per second `sinceMs` after a refusal at the rate `most`, which is reached again after `plateauMs`. */
export function cubicRate(most: number, sinceMs: number, plateauMs: number): number {
  const x = (sinceMs - plateauMs) / plateauMs;
  return Math.max(LEAST_PER_SECOND, most * (1 + DIP * x ** 3 * (x > 0 ? STEEPNESS : 1)));
}
