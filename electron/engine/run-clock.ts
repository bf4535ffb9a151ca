/**
 * A run's clock: active milliseconds since its first start, without pauses, over all lives of the program. Monotonic:
 * changes of the wall clock do not move it.
 */
export interface RunClock {
  nowMs(): number;
  start(): void;
  stop(): void;
}

/** `startMs` is where an earlier life left off; `monotonicMs` is any clock that never goes back. */
export function createRunClock(startMs: number, monotonicMs: () => number): RunClock {
  let banked = startMs;
  let since: number | null = null;
  return {
    nowMs: () => banked + (since === null ? 0 : monotonicMs() - since),
    start() {
      since ??= monotonicMs();
    },
    stop() {
      if (since === null) return;
      banked += monotonicMs() - since;
      since = null;
    },
  };
}
