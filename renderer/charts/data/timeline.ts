import type { AttemptPatch } from '../../../shared/contract/columns.ts';
import { attemptEndMs, attemptState, isSent } from './columns.ts';
import { heatGrid, type HeatGrid } from './timeline-heat.ts';
import type { TimeRange } from './timeline-range.ts';

/** Marks recharts may hold: what stays calm while the run is live, and when it stands still. */
export const LIVE_MARKS = 500;
export const STILL_MARKS = 2000;
/** Below this many px for an attempt on average, spans would only smear: utilisation is shown instead. */
const LEGIBLE_PX = 3;
/** More rows than this are too thin for single spans. */
const SPAN_ROWS = 112;
/** Width of one heat cell. */
const CELL_PX = 3;
/** Rows of the heat strip at most; more slots share a row. */
const HEAT_ROWS = 96;

/** What the visible part of the timeline is drawn as; `rows` are positions in the attempt columns, in sending order. */
export type TimelineView = { readonly kind: 'bars' | 'canvas'; readonly rows: Uint32Array; readonly slots: number } | { readonly kind: 'heat'; readonly heat: HeatGrid; readonly slots: number; readonly attemptCount: number };

export interface TimelineInput {
  readonly attempts: AttemptPatch;
  readonly range: TimeRange;
  readonly nowMs: number;
  /** Width of the plot, px. */
  readonly widthPx: number;
  readonly live: boolean;
}

/** Slots that were ever used: the number of rows. */
export function usedSlots(attempts: AttemptPatch): number {
  let slots = 0;
  for (let row = 0; row < attempts.ordinal.length; row += 1) if (isSent(attempts, row)) slots = Math.max(slots, attempts.slot[row]! + 1);
  return slots;
}

/** Rows of the attempts that touch the range. */
export function visibleRows(attempts: AttemptPatch, range: TimeRange, nowMs: number): Uint32Array {
  const rows = new Uint32Array(attempts.ordinal.length);
  let count = 0;
  for (let row = 0; row < attempts.ordinal.length; row += 1) {
    if (!isSent(attempts, row) || attempts.sentMs[row]! > range.toMs || attemptEndMs(attempts, row, nowMs) < range.fromMs) continue;
    rows[count] = row;
    count += 1;
  }
  return rows.subarray(0, count);
}

/** Marks that one attempt takes as bars: its phases, and a sign for a retry or a 429. */
function marksOf(attempts: AttemptPatch, row: number): number {
  const phases = Number.isNaN(attempts.firstTokenMs[row]!) ? 1 : 2;
  const retry = attempts.number[row]! > 1 ? 1 : 0;
  return phases + retry + (attemptState(attempts.outcome[row]!) === 'rateLimited' ? 1 : 0);
}

/** Chooses bars, a canvas of spans, or the heat strip by how much is visible. */
export function timelineView({ attempts, range, nowMs, widthPx, live }: TimelineInput): TimelineView {
  const rows = visibleRows(attempts, range, nowMs);
  const slots = usedSlots(attempts);
  const limit = live ? LIVE_MARKS : STILL_MARKS;
  let marks = 0;
  for (const row of rows) {
    marks += marksOf(attempts, row);
    if (marks > limit) break;
  }
  if (marks <= limit) return { kind: 'bars', rows, slots };
  if (slots <= SPAN_ROWS && (slots * widthPx) / rows.length >= LEGIBLE_PX) return { kind: 'canvas', rows, slots };
  const columns = Math.max(1, Math.round(widthPx / CELL_PX));
  const slotsPerRow = Math.ceil(slots / HEAT_ROWS);
  return { kind: 'heat', heat: heatGrid({ attempts, rows, range, nowMs, columns, slots, slotsPerRow }), slots, attemptCount: rows.length };
}

/** The attempt under a point: the row in the columns, or -1. `toleranceMs` widens very short attempts. */
export function attemptAt(attempts: AttemptPatch, slot: number, atMs: number, nowMs: number, toleranceMs: number): number {
  let best = -1;
  let bestDistance = toleranceMs;
  for (let row = 0; row < attempts.ordinal.length; row += 1) {
    if (attempts.slot[row] !== slot || !isSent(attempts, row)) continue;
    const distance = Math.max(attempts.sentMs[row]! - atMs, atMs - attemptEndMs(attempts, row, nowMs), 0);
    if (distance > bestDistance || (distance === bestDistance && best !== -1)) continue;
    best = row;
    bestDistance = distance;
  }
  return best;
}
