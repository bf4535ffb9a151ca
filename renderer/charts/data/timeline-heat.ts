import type { AttemptPatch } from '../../../shared/contract/columns.ts';
import { attemptEndMs, attemptState } from './columns.ts';
import type { TimeRange } from './timeline-range.ts';

export interface HeatGrid {
  readonly columns: number;
  readonly rows: number;
  readonly slotsPerRow: number;
  /** Share of the cell in which its slots were busy, 0 to 1; row-major. */
  readonly utilisation: Float32Array;
  /** Failures, 429s apart, that ended in each column, over all slots: one in 100,000 stays visible. */
  readonly failures: Uint32Array;
  readonly rateLimited: Uint32Array;
}

export interface HeatInput {
  readonly attempts: AttemptPatch;
  /** Rows of the attempts to count. */
  readonly rows: Uint32Array;
  readonly range: TimeRange;
  readonly nowMs: number;
  readonly columns: number;
  readonly slots: number;
  readonly slotsPerRow: number;
}

/** Steps of the heat scale; utilisation is drawn in this many shades so that each can be named in the legend. */
export const HEAT_STEPS = 5;

/** Step of a utilisation, 0 for an idle cell, 1 to HEAT_STEPS else. */
export function heatStep(utilisationFraction: number): number {
  return utilisationFraction < 0.005 ? 0 : Math.min(HEAT_STEPS, Math.max(1, Math.ceil(utilisationFraction * HEAT_STEPS - 1e-6)));
}

/** Counts busy time by slot and time. Linear in attempts plus the cells they cover. */
export function heatGrid({ attempts, rows, range, nowMs, columns, slots, slotsPerRow }: HeatInput): HeatGrid {
  const rowCount = Math.max(1, Math.ceil(slots / slotsPerRow));
  const busy = new Float32Array(columns * rowCount);
  const failures = new Uint32Array(columns);
  const rateLimited = new Uint32Array(columns);
  const cellMs = (range.toMs - range.fromMs) / columns;
  for (const row of rows) {
    const from = (Math.max(range.fromMs, attempts.sentMs[row]!) - range.fromMs) / cellMs;
    const endMs = attemptEndMs(attempts, row, nowMs);
    const to = (Math.min(range.toMs, endMs) - range.fromMs) / cellMs;
    const base = Math.floor(attempts.slot[row]! / slotsPerRow) * columns;
    const lastCell = Math.min(columns - 1, Math.max(0, Math.floor(to)));
    for (let cell = Math.min(columns - 1, Math.floor(from)); cell <= lastCell; cell += 1) busy[base + cell]! += Math.max(0, Math.min(to, cell + 1) - Math.max(from, cell));
    if (endMs > range.toMs) continue;
    const state = attemptState(attempts.outcome[row]!);
    if (state === 'failed') failures[lastCell]! += 1;
    if (state === 'rateLimited') rateLimited[lastCell]! += 1;
  }
  for (let cell = 0; cell < busy.length; cell += 1) {
    const inRow = Math.min(slotsPerRow, slots - Math.floor(cell / columns) * slotsPerRow);
    busy[cell] = Math.min(1, busy[cell]! / Math.max(1, inRow));
  }
  return { columns, rows: rowCount, slotsPerRow, utilisation: busy, failures, rateLimited };
}
