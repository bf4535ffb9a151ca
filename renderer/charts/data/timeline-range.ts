import type { AttemptPatch } from '../../../shared/contract/columns.ts';
import { attemptEndMs, isSent } from './columns.ts';

/** A stretch of the run clock, ms. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The closest zoom, ms. */
const CLOSEST_MS = 1;

/** First send to last finish; what is in flight reaches to `nowMs`. Null before anything was sent. */
export function fullRange(attempts: AttemptPatch, nowMs: number): TimeRange | null {
  let fromMs = Infinity;
  let toMs = -Infinity;
  for (let row = 0; row < attempts.ordinal.length; row += 1) {
    if (!isSent(attempts, row)) continue;
    fromMs = Math.min(fromMs, attempts.sentMs[row]!);
    toMs = Math.max(toMs, attemptEndMs(attempts, row, nowMs));
  }
  return fromMs <= toMs ? { fromMs, toMs: Math.max(toMs, fromMs + CLOSEST_MS) } : null;
}

/** Moves a range into `full` without changing its length, where that is possible. */
function clampRange(fromMs: number, lengthMs: number, full: TimeRange): TimeRange {
  const fullMs = full.toMs - full.fromMs;
  const length = Math.min(fullMs, Math.max(Math.min(CLOSEST_MS, fullMs), lengthMs));
  const start = Math.min(full.toMs - length, Math.max(full.fromMs, fromMs));
  return { fromMs: start, toMs: start + length };
}

/** Zooms by `factor` (above 1 shows less time) and keeps the moment `aroundMs` where it is on the screen. */
export function zoomRange(range: TimeRange, factor: number, aroundMs: number, full: TimeRange): TimeRange {
  const lengthMs = (range.toMs - range.fromMs) / factor;
  const share = (aroundMs - range.fromMs) / (range.toMs - range.fromMs);
  return clampRange(aroundMs - share * lengthMs, lengthMs, full);
}

/** Moves by a fraction of what is visible, later for positive values. */
export function panRange(range: TimeRange, fraction: number, full: TimeRange): TimeRange {
  const lengthMs = range.toMs - range.fromMs;
  return clampRange(range.fromMs + fraction * lengthMs, lengthMs, full);
}

/** The stretch between two moments in either order. */
export function selectRange(firstMs: number, secondMs: number, full: TimeRange): TimeRange {
  const fromMs = Math.min(firstMs, secondMs);
  return clampRange(fromMs, Math.abs(secondMs - firstMs), full);
}
