export interface PaceOptions {
  /** Shortest time between two turns, ms. */
  readonly intervalMs: number;
  /** A monotonic clock, ms. */
  readonly now: () => number;
  /** Calls back after `delayMs`; returns the way to call it off. */
  readonly after: (delayMs: number, action: () => void) => () => void;
  /** One turn. The next one waits until `done` is called. */
  readonly turn: (done: () => void) => void;
}

export interface Pace {
  /** There is something new. Any number of calls become one turn; none is lost. */
  readonly request: () => void;
  readonly stop: () => void;
}

/**
 * Paces work that follows fast changes: at most one turn per interval and never two at once. A burst can't starve it (the
 * timer is not reset by requests), and the last change always gets its turn.
 */
export function createPace({ intervalMs, now, after, turn }: PaceOptions): Pace {
  let wanted = false;
  let busy = false;
  let lastMs = -Infinity;
  let callOff: (() => void) | null = null;
  let stopped = false;
  const schedule = (): void => {
    if (stopped || busy || !wanted || callOff !== null) return;
    callOff = after(Math.max(0, lastMs + intervalMs - now()), () => {
      callOff = null;
      wanted = false;
      busy = true;
      lastMs = now();
      turn(() => {
        busy = false;
        schedule();
      });
    });
  };
  return {
    request: () => {
      wanted = true;
      schedule();
    },
    stop: () => {
      stopped = true;
      callOff?.();
    },
  };
}
