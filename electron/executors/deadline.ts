/** A timer that does not trust its own lateness; see `startDeadline`. */
export interface Deadline {
  /** Starts its time anew, also after `stop`. */
  refresh(): void;
  stop(): void;
}

/** A timer that comes this much too late was not merely busy: the whole process stood still. */
const LATE_MS = 1000;
/** What came meanwhile lies in the sockets' buffers; this long there is to read it. */
const GRACE_MS = 5000;

/**
 * Calls `expired` after `durationMs` (at most 2^31-1). When the process stood still meanwhile (SIGSTOP, a debugger, a
 * machine that slept), a timer fires at once on waking, before anything was read: an answer that came in time and was
 * paid for would be thrown away. A deadline that is more than 1 s late therefore waits for `graceMs` more.
 * `nowMs` is a clock that never goes back.
 */
export function startDeadline(durationMs: number, expired: () => void, nowMs: () => number, graceMs = GRACE_MS): Deadline {
  let dueMs = 0;
  let timer: NodeJS.Timeout | null = null;
  let isGrace = false;

  const fire = (): void => {
    timer = null;
    if (nowMs() - dueMs <= LATE_MS) return expired();
    isGrace = true;
    start(graceMs);
  };
  const start = (waitMs: number): void => {
    dueMs = nowMs() + waitMs;
    timer = setTimeout(fire, waitMs);
  };
  start(durationMs);
  return {
    refresh() {
      if (timer !== null && !isGrace) {
        dueMs = nowMs() + durationMs;
        timer.refresh();
        return;
      }
      if (timer !== null) clearTimeout(timer);
      isGrace = false;
      start(durationMs);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
