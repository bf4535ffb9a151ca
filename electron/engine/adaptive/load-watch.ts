import { createCohorts, type Cohort, type CohortMean } from './cohorts.ts';
import { kneeOf } from './knee.ts';
import { createSlowdownEstimate } from './slowdown-estimate.ts';

/** An attempt as the load sees it. */
export interface LoadMark {
  readonly sentMs: number;
  /** Integral of the number in flight until it left: its share of the integral over its own time is its mean load. */
  readonly inFlightMs: number;
  readonly cohort: Cohort;
}

/** Watches how the latency answers to the load: its usual size, whether it has risen, and from where on more is useless. */
export interface LoadWatch {
  /** `inFlight` counts the attempt that leaves. */
  sent(nowMs: number, inFlight: number): LoadMark;
  /** An attempt ended; `inFlight` still counts it. Returns whether something new was learnt. */
  ended(mark: LoadMark, nowMs: number, inFlight: number, hasSucceeded: boolean): boolean;
  /** Moving average of the latency, ms; 1000 before the first. */
  usualLatencyMs(): number;
  /** The latency is far above that of the first attempts. */
  hasRisen(): boolean;
  /** In flight at most that are of use, up to `maximum`; null while more seems better. */
  knee(maximum: number): number | null;
}

/** These groups say what is usual at the start; single attempts would not, since short ones come back first. */
const FIRST_COHORTS = 2;
const SMOOTHING = 0.1;
const RISE = 1.5;
const BEFORE_ANY_MS = 1000;

export function createLoadWatch(startMs: number): LoadWatch {
  const cohorts = createCohorts();
  const slowdown = createSlowdownEstimate();
  let firstCohorts = 0;
  let firstMeanMs = 0;
  let usualMs: number | null = null;
  let sumMs = 0;
  let current = 0;
  let asOfMs = startMs;

  const change = (inFlight: number, nowMs: number): void => {
    sumMs += current * Math.max(0, nowMs - asOfMs);
    asOfMs = Math.max(asOfMs, nowMs);
    current = inFlight;
  };
  const learn = (cohort: CohortMean | null, nowMs: number): boolean => {
    if (!cohort) return false;
    slowdown.add(cohort, nowMs);
    if (firstCohorts < FIRST_COHORTS) {
      firstCohorts += 1;
      firstMeanMs += (cohort.latencyMs - firstMeanMs) / firstCohorts;
    }
    return true;
  };
  return {
    sent(nowMs, inFlight) {
      change(inFlight, nowMs);
      return { sentMs: nowMs, inFlightMs: sumMs, cohort: cohorts.join() };
    },
    ended(mark, nowMs, inFlight, hasSucceeded) {
      change(inFlight - 1, nowMs);
      if (!hasSucceeded) return learn(mark.cohort.left(), nowMs);
      const latencyMs = Math.max(0, nowMs - mark.sentMs);
      usualMs = usualMs === null ? latencyMs : usualMs + SMOOTHING * (latencyMs - usualMs);
      const meanInFlight = latencyMs > 0 ? (sumMs - mark.inFlightMs) / latencyMs : inFlight;
      return learn(mark.cohort.succeeded(Math.max(1, meanInFlight), latencyMs), nowMs);
    },
    usualLatencyMs: () => usualMs ?? BEFORE_ANY_MS,
    hasRisen: () => firstCohorts === FIRST_COHORTS && usualMs !== null && usualMs > RISE * firstMeanMs,
    knee(maximum) {
      const learnt = slowdown.slowdown();
      return learnt ? kneeOf(learnt, maximum) : null;
    },
  };
}
