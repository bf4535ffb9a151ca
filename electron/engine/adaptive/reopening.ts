/**
 * After a refusal many slots may be free at once. They are not all filled blindly: first one task goes out, and each time
 * a refusal would have come back by now but did not, twice as many may follow. A refused burst is a handful then.
 */
export interface Reopening {
  /** A refusal was heard, and nothing goes out before `fromMs`. `refusalMs`: how long a refusal takes to come back. */
  begin(fromMs: number, refusalMs: number): void;
  sent(): void;
  /** How long the next send has to wait, ms; 0 for not at all. */
  waitMs(nowMs: number): number;
}

/** A step is so many times as long as a refusal takes. */
const STEP = 1.5;
const STEP_MAX_MS = 1000;
/** From here on everything is open. */
const STEPS = 10;

export function createReopening(): Reopening {
  let fromMs = -Infinity;
  let stepMs = 0;
  let sent = 0;
  return {
    begin(from, refusalMs) {
      fromMs = from;
      stepMs = Math.min(STEP_MAX_MS, STEP * refusalMs);
      sent = 0;
    },
    sent() {
      sent += 1;
    },
    waitMs(nowMs) {
      // 1, 3, 7, 15 … may have been sent after 0, 1, 2, 3 … steps.
      const steps = Math.max(0, Math.floor(Math.log2(sent + 1)));
      return steps > STEPS ? 0 : Math.max(0, fromMs + steps * stepMs - nowMs);
    },
  };
}
