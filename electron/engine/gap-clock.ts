import os from 'node:os';

import type { ClockGap } from '../../shared/vocabulary.ts';
import { recogniseGaps, STANDSTILL_MS, type ClockReading } from './gap-recognition.ts';

/** The clock of all runs: monotonic, and without the time in which the program stood still. */
export interface GapClock {
  /** Never goes back. */
  nowMs(): number;
  /** Looks out for gaps from now on, until `rest`; without a run nobody has to be told of them. */
  watch(): void;
  rest(): void;
}

export interface GapClockParts {
  readonly read: () => ClockReading;
  readonly monotonicMs: () => number;
  /** Called in a turn of its own, with each gap. */
  readonly recognised: (gap: ClockGap) => void;
}

/** How often the clocks are read while it watches. */
const INTERVAL_MS = 1000;

export function createGapClock({ read, monotonicMs, recognised }: GapClockParts): GapClock {
  let last: ClockReading | null = null;
  let timer: NodeJS.Timeout | null = null;
  let skippedMs = 0;
  let toldMs = -Infinity;

  const look = (before: ClockReading): void => {
    const after = read();
    last = after;
    const { gaps, countedMs } = recogniseGaps(before, after, INTERVAL_MS);
    skippedMs += countedMs;
    if (gaps.length > 0) setImmediate(() => gaps.forEach(recognised));
  };
  return {
    nowMs() {
      const now = monotonicMs();
      // Answers that waited are dealt with before timers: whoever asks first after a standstill must not see it.
      if (last && now - last.monotonicMs >= INTERVAL_MS + STANDSTILL_MS) look(last);
      toldMs = Math.max(toldMs, now - skippedMs);
      return toldMs;
    },
    watch() {
      if (timer) return;
      last = read();
      timer = setInterval(() => {
        if (last) look(last);
      }, INTERVAL_MS);
      timer.unref();
    },
    rest() {
      if (timer) clearInterval(timer);
      timer = null;
      last = null;
    },
  };
}

/**
 * Time since the machine was started, sleep included, ms. Linux tells it to a hundredth of a second, Windows to 16 ms. On
 * macOS it would be worked out from the wall clock and move with it; there the monotonic clock itself counts sleep.
 * https://github.com/libuv/libuv/tree/v1.51.0/src: uv_uptime in unix/linux.c, win/util.c and unix/darwin.c, uv__hrtime
 * in unix/darwin.c.
 */
export function systemBootMs(): number {
  if (process.platform === 'darwin') return performance.now();
  return os.uptime() * 1000;
}
