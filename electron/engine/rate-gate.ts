/**
 * Holds back all sending until a time. Counts how long it was closed, so that each task knows which part of its wait
 * was the provider's. All times on the run clock.
 */
export interface RateGate {
  /** Closes until `untilMs` at least; calls `opened` once it is over. */
  close(untilMs: number): void;
  isClosed(): boolean;
  /** Total time closed so far, ms. */
  closedMs(): number;
  /** Time until it opens, ms; 0 when it is open. */
  leftMs(): number;
  /** Opens without calling `opened`. */
  reset(): void;
}

/** Longest delay a timer takes; longer ones fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** `closedMs`: how long it was closed in an earlier life. */
export function createRateGate(nowMs: () => number, opened: () => void, closedMs = 0): RateGate {
  let until = 0;
  let since: number | null = null;
  let banked = closedMs;
  let timer: NodeJS.Timeout | null = null;

  const end = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (since !== null) banked += nowMs() - since;
    since = null;
  };
  const wake = (): void => {
    timer = null;
    const left = until - nowMs();
    if (left > 0.5) {
      timer = setTimeout(wake, Math.min(left, TIMER_MAX_MS));
      return;
    }
    end();
    opened();
  };
  return {
    close(untilMs) {
      until = since === null ? untilMs : Math.max(until, untilMs);
      since ??= nowMs();
      if (timer) clearTimeout(timer);
      timer = setTimeout(wake, Math.min(Math.max(0, until - nowMs()), TIMER_MAX_MS));
    },
    isClosed: () => since !== null,
    closedMs: () => banked + (since === null ? 0 : nowMs() - since),
    leftMs: () => (since === null ? 0 : Math.max(0, until - nowMs())),
    reset: end,
  };
}
