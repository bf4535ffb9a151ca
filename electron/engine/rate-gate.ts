/**
 * Says whether the provider keeps a run from sending (it asked for a wait, or it is in trouble), and counts how long it
 * did, so that each task knows which part of its wait was the provider's. All times on the run clock.
 */
export interface RateGate {
  close(): void;
  open(): void;
  /** Total time closed so far, ms. */
  closedMs(): number;
}

/** `closedMs`: how long it was closed in an earlier life. */
export function createRateGate(nowMs: () => number, closedMs = 0): RateGate {
  let since: number | null = null;
  let banked = closedMs;
  return {
    close() {
      since ??= nowMs();
    },
    open() {
      if (since !== null) banked += nowMs() - since;
      since = null;
    },
    closedMs: () => banked + (since === null ? 0 : nowMs() - since),
  };
}
