import type { AttemptPatch } from '../../shared/contract/columns.ts';
import { attemptEndMs, attemptState, firstTokenWaitEndMs } from './data/columns.ts';
import { HEAT_STEPS, heatStep, type HeatGrid } from './data/timeline-heat.ts';
import type { TimeRange } from './data/timeline-range.ts';
import type { TimelineGeometry } from './timeline-geometry.ts';

/** Resolved colours: a canvas knows no CSS variables. */
export interface TimelinePalette {
  readonly surface: string;
  readonly text: string;
  readonly wait: string;
  readonly firstToken: string;
  readonly stream: string;
  readonly fail: string;
  readonly warn: string;
}

/** Opacity of each heat step over the surface; step 0 is the empty surface. */
export const HEAT_OPACITY = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;

export interface SpanPainting {
  readonly attempts: AttemptPatch;
  readonly rows: Uint32Array;
  readonly range: TimeRange;
  readonly nowMs: number;
  /** Whether the run asks for streamed answers. */
  readonly streamed: boolean;
  readonly geometry: TimelineGeometry;
}

/** Spans for many attempts, one pass per colour so that the canvas changes its state rarely. The origin is the plot's corner. */
export function paintSpans(context: CanvasRenderingContext2D, { attempts, rows, range, nowMs, geometry, streamed }: SpanPainting, palette: TimelinePalette): void {
  const scale = geometry.plotWidth / (range.toMs - range.fromMs);
  const { barTop, barHeight } = geometry;
  const span = (row: number, fromMs: number, toMs: number): void => {
    const left = Math.max(0, (fromMs - range.fromMs) * scale);
    const right = Math.min(geometry.plotWidth, (toMs - range.fromMs) * scale);
    context.fillRect(left, attempts.slot[row]! * geometry.rowHeight + barTop, Math.max(0.75, right - left - 0.5), barHeight);
  };
  context.fillStyle = palette.stream;
  for (const row of rows) if (attemptState(attempts.outcome[row]!) !== 'cancelled') span(row, attempts.sentMs[row]!, attemptEndMs(attempts, row, nowMs));
  context.fillStyle = palette.firstToken;
  for (const row of rows) {
    const waitEndMs = firstTokenWaitEndMs(attempts, row, nowMs, streamed);
    if (waitEndMs !== null) span(row, attempts.sentMs[row]!, waitEndMs);
  }
  context.fillStyle = palette.wait;
  for (const row of rows) if (attemptState(attempts.outcome[row]!) === 'cancelled') span(row, attempts.sentMs[row]!, attemptEndMs(attempts, row, nowMs));
  context.fillStyle = hatchOf(context, palette) ?? palette.fail;
  for (const row of rows) {
    const state = attemptState(attempts.outcome[row]!);
    if (state === 'failed' || state === 'rateLimited') span(row, attempts.sentMs[row]!, attemptEndMs(attempts, row, nowMs));
  }
  context.fillStyle = palette.text;
  for (const row of rows) if (attempts.number[row]! > 1) context.fillRect(Math.max(0, (attempts.sentMs[row]! - range.fromMs) * scale), attempts.slot[row]! * geometry.rowHeight + barTop, 1.5, barHeight);
  context.fillStyle = palette.warn;
  for (const row of rows) if (attemptState(attempts.outcome[row]!) === 'rateLimited') triangle(context, (attempts.sentMs[row]! - range.fromMs) * scale, attempts.slot[row]! * geometry.rowHeight + Math.max(0, barTop - 6));
}

function triangle(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.beginPath();
  context.moveTo(x - 3, y);
  context.lineTo(x + 3, y);
  context.lineTo(x, y + 5);
  context.fill();
}

/** Stripes in the colour of failures on the surface. */
function hatchOf(context: CanvasRenderingContext2D, palette: TimelinePalette): CanvasPattern | null {
  const tile = document.createElement('canvas');
  tile.width = 4;
  tile.height = 4;
  const pen = tile.getContext('2d');
  if (pen === null) return null;
  pen.fillStyle = palette.surface;
  pen.fillRect(0, 0, 4, 4);
  pen.fillStyle = palette.fail;
  for (let step = 0; step < 4; step += 1) pen.fillRect(step, (4 - step) % 4, 2, 1);
  return context.createPattern(tile, 'repeat');
}

/** The heat strip: equal neighbours are painted as one. */
export function paintHeat(context: CanvasRenderingContext2D, heat: HeatGrid, geometry: TimelineGeometry, palette: TimelinePalette): void {
  const cellWidth = geometry.plotWidth / heat.columns;
  const rowHeight = geometry.plotHeight / heat.rows;
  const gap = rowHeight >= 6 ? 1 : 0;
  context.fillStyle = palette.stream;
  for (let row = 0; row < heat.rows; row += 1) {
    let runStart = 0;
    for (let column = 0; column < heat.columns; column += 1) {
      const step = heatStep(heat.utilisation[row * heat.columns + column]!);
      const nextStep = column + 1 < heat.columns ? heatStep(heat.utilisation[row * heat.columns + column + 1]!) : -1;
      if (nextStep === step) continue;
      if (step > 0) {
        context.globalAlpha = HEAT_OPACITY[step] ?? HEAT_OPACITY[HEAT_STEPS];
        const left = Math.round(runStart * cellWidth);
        const top = Math.round(row * rowHeight);
        context.fillRect(left, top, Math.round((column + 1) * cellWidth) - left, Math.round((row + 1) * rowHeight) - top - gap);
      }
      runStart = column + 1;
    }
  }
  context.globalAlpha = 1;
}
