/** Longest delay a timer takes, ms; longer ones fire at once. */
export const TIMER_MAX_MS = 2 ** 31 - 1;

/** Rings once at a time of a clock, however far off, and never early. */
export interface Alarm {
  /** Replaces an earlier time. Infinity: not before it is set again. */
  set(atMs: number): void;
  clear(): void;
}

/** `nowMs`: a clock that never goes back. `ring` is never called from within `set`. */
export function createAlarm(nowMs: () => number, ring: () => void): Alarm {
  let timer: NodeJS.Timeout | null = null;

  const clear = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
  const set = (atMs: number): void => {
    clear();
    if (atMs === Infinity) return;
    timer = setTimeout(
      () => {
        timer = null;
        // Timers may fire a little early, are clamped, and the clock may stand still while the machine sleeps.
        if (nowMs() < atMs) set(atMs);
        else ring();
      },
      Math.min(Math.max(1, atMs - nowMs()), TIMER_MAX_MS),
    );
  };
  return { set, clear };
}
