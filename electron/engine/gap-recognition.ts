import type { ClockGap } from '../../shared/vocabulary.ts';

/** Three clocks, read at the same moment; all ms. */
export interface ClockReading {
  /** Never goes back and is never set. On Linux it stands still while the machine sleeps; on macOS and Windows it goes on. */
  readonly monotonicMs: number;
  /** Goes on while the machine sleeps, on every system. */
  readonly bootMs: number;
  /** Of the wall; anybody may set it. Since 1970, UTC. */
  readonly wallMs: number;
}

export interface Recognised {
  readonly gaps: readonly ClockGap[];
  /** Part of the stretch that the monotonic clock counted though nothing could be done in it, ms. */
  readonly countedMs: number;
}

/**
 * Below this a stretch counts as work: collecting garbage, a slow disk and a busy machine take up to a few seconds, and
 * a run's figures should hold them.
 */
export const STANDSTILL_MS = 5000;
/** Time services move a clock by less; from a minute on, the times of day that labels show mislead. */
export const CLOCK_SET_MS = 60_000;

/**
 * What lies between two readings of which the second was due `intervalMs` after the first. Where the clock of the boot
 * went on alone, the machine slept. Where both went on, the program stood still; that the machine slept can't be told
 * from it on macOS and Windows, and `stopped` is true in both cases.
 */
export function recogniseGaps(before: ClockReading, after: ClockReading, intervalMs: number): Recognised {
  const monotonicMs = after.monotonicMs - before.monotonicMs;
  const elapsedMs = Math.max(monotonicMs, after.bootMs - before.bootMs);
  const sleptMs = elapsedMs - monotonicMs;
  const stoppedMs = monotonicMs - intervalMs;
  const setMs = after.wallMs - before.wallMs - elapsedMs;
  const at = new Date(after.wallMs).toISOString();
  const gaps: ClockGap[] = [];
  if (sleptMs >= STANDSTILL_MS) gaps.push({ kind: 'slept', durationMs: sleptMs, at });
  if (stoppedMs >= STANDSTILL_MS) gaps.push({ kind: 'stopped', durationMs: stoppedMs, at });
  if (Math.abs(setMs) >= CLOCK_SET_MS) gaps.push({ kind: 'clock', durationMs: setMs, at });
  return { gaps, countedMs: stoppedMs >= STANDSTILL_MS ? stoppedMs : 0 };
}
