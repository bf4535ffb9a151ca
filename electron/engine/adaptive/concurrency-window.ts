/** How many may be in flight, found by trying. Limits are whole numbers from 1 to the maximum. */
export interface ConcurrencyWindow {
  limit(): number;
  isSlowStart(): boolean;
  /** Something else limits, so that growth has no sense. */
  endSlowStart(): void;
  /** An attempt succeeded while all slots were in use. While the latency is higher than it was, slow start waits, and ends before long. */
  grow(nowMs: number, hasLatencyRisen: boolean): void;
  /** One more is tried at once, without a hold; for when something else limits. */
  widen(): void;
  /** At most this many for now, and growth goes on from there: more would not be faster. Ends slow start. */
  lowerTo(limit: number, nowMs: number): void;
  /** At least this many, for when something else limits. */
  raiseTo(limit: number): void;
  /** A refusal; `inFlight`: in flight when it left, itself included; `consecutive`: refusals in a row with nothing let in between, from 1. */
  refused(inFlight: number, consecutive: number, nowMs: number): void;
  /** Tries more if it was quiet for long enough. `latencyMs`: the usual latency; `isCareful`: in small steps, because the server is known to slow down; `successes`: since the last refusal. */
  probe(nowMs: number, { latencyMs, isCareful, successes }: ProbeContext): void;
  setMaximum(maximum: number): void;
}

export interface ProbeContext {
  readonly latencyMs: number;
  readonly isCareful: boolean;
  readonly successes: number;
}

export interface WindowStart {
  readonly limit: number;
  readonly maximum: number;
  readonly isSlowStart: boolean;
  readonly nowMs: number;
}

/** Quiet time before more is tried, ms; a probe that failed makes it longer. */
const HOLD_MS = 10_000;
const HOLD_MAX_MS = 40_000;
const HOLD_GROWTH = 1.5;
/** Where few go through, refused probes would be many among them: so many successes for each, or so much time. */
const SUCCESSES_PER_PROBE = 80;
const HOLD_FOR_FEW_MS = 300_000;
/** A probe that went well is followed by one twice as large after about one latency, ms at least. */
const CHECK_MIN_MS = 1500;
/** From this many refusals in a row on the limit has moved far, and is followed in larger steps. */
const CONSECUTIVE_FOR_CUT = 3;
const CUT = 0.9;

/**
 * Slow start (RFC 5681, 3.1): one more per success, which doubles the limit each latency, until a refusal or until the
 * latency rises. Then hold; after a quiet time a probe of 1, then 2, 4, 8 .. more, one latency each, so that a limit that
 * was raised is found in logarithmic time. A refused probe goes back to what was let in and holds for longer.
 */
export function createConcurrencyWindow(start: WindowStart): ConcurrencyWindow {
  let { limit, maximum, isSlowStart } = start;
  let changedMs = start.nowMs;
  let holdMs = HOLD_MS;
  let step = 1;
  let isProbing = false;

  const change = (next: number, nowMs: number): void => {
    limit = Math.min(maximum, Math.max(1, Math.floor(next)));
    changedMs = nowMs;
  };
  return {
    limit: () => limit,
    isSlowStart: () => isSlowStart,
    endSlowStart() {
      isSlowStart = false;
    },
    grow(nowMs, hasLatencyRisen) {
      if (!isSlowStart) return;
      if (!hasLatencyRisen) change(limit + 1, nowMs);
      else if (nowMs - changedMs > HOLD_MS) isSlowStart = false;
    },
    widen() {
      limit = Math.min(maximum, limit + 1);
    },
    lowerTo(next, nowMs) {
      isSlowStart = false;
      if (next >= limit) return;
      isProbing = false;
      step = 1;
      change(next, nowMs);
    },
    raiseTo(next) {
      limit = Math.min(maximum, Math.max(limit, Math.ceil(next)));
    },
    refused(inFlight, consecutive, nowMs) {
      isSlowStart = false;
      holdMs = isProbing ? Math.min(HOLD_MAX_MS, holdMs * HOLD_GROWTH) : HOLD_MS;
      isProbing = false;
      step = 1;
      // What left with fewer in flight was let in, so the cap is one less than what this attempt found.
      change(consecutive >= CONSECUTIVE_FOR_CUT ? CUT * Math.min(limit, inFlight) : Math.min(limit, inFlight) - 1, nowMs);
    },
    probe(nowMs, { latencyMs, isCareful, successes }) {
      if (isSlowStart || limit >= maximum) return;
      const quietMs = isProbing ? Math.max(CHECK_MIN_MS, latencyMs * (isCareful ? 2 : 1)) : holdMs;
      if (nowMs - changedMs <= quietMs) return;
      if (holdMs > HOLD_MS && successes < SUCCESSES_PER_PROBE && nowMs - changedMs < HOLD_FOR_FEW_MS) return;
      if (isProbing) {
        step = Math.min(Math.max(1, Math.floor(limit / (isCareful ? 8 : 2))), step * 2);
        holdMs = HOLD_MS;
      }
      isProbing = true;
      change(limit + step, nowMs);
    },
    setMaximum(next) {
      maximum = next;
      limit = Math.min(limit, maximum);
    },
  };
}
