import { formatDuration, formatSpeedup } from '../../../shared/format/format.ts';
import type { ProjectionPoint } from '../../../shared/timing/projection.ts';
import type { Sentence } from './sentence.ts';

export interface MeasuredPoint {
  readonly concurrency: number;
  readonly wallMs: number;
  /** Estimated speedup of the run itself. */
  readonly speedup: number;
}

/** One position of the chart; null where a series has no point. */
export interface ProjectionRow {
  readonly concurrency: number;
  readonly wallMs: number;
  readonly speedup: number;
  readonly within: number | null;
  readonly beyond: number | null;
  readonly band: readonly [number, number] | null;
  readonly extrapolated: boolean;
}

/** Projected points as rows for the chart; the line of the trusted part and of the extrapolated part meet in one point. */
export function projectionRows(points: readonly ProjectionPoint[]): readonly ProjectionRow[] {
  const ordered = [...points].sort((left, right) => left.concurrency - right.concurrency);
  const lastTrusted = ordered.findLastIndex((point) => !point.extrapolated);
  return ordered.map((point, index) => ({
    concurrency: point.concurrency,
    wallMs: point.wallMs,
    speedup: point.speedup,
    within: point.extrapolated ? null : point.speedup,
    beyond: point.extrapolated || index === lastTrusted ? point.speedup : null,
    band: bandOf(point),
    extrapolated: point.extrapolated,
  }));
}

/** The 90 % interval of the wall time on the axis of speedups: a longer wall is a lower speedup. */
function bandOf(point: ProjectionPoint): readonly [number, number] | null {
  if (point.interval === null) return null;
  const [shortest, longest] = point.interval;
  const workMs = point.speedup * point.wallMs;
  return [workMs / longest, workMs / shortest];
}

const IDEAL_STEPS = 60;

/** The ideal, min(c, n), the line nothing can cross: enough points to follow a logarithmic axis from 1 to `last`. */
export function idealLine(last: number, taskCount: number): readonly { readonly concurrency: number; readonly speedup: number }[] {
  return Array.from({ length: IDEAL_STEPS + 1 }, (_, step) => {
    const concurrency = last ** (step / IDEAL_STEPS);
    return { concurrency, speedup: Math.min(concurrency, taskCount) };
  });
}

/**
 * What the most telling other setting would give: the highest that is not extrapolated and above the measured one,
 * else the lowest below it.
 */
export function projectionSentence(points: readonly ProjectionPoint[], measured: MeasuredPoint | null, soFar: boolean): Sentence {
  if (points.length === 0 || measured === null) return ['A projection needs at least one finished task.'];
  const above = points.filter((point) => point.concurrency > measured.concurrency * 1.05);
  const chosen = above.findLast((point) => !point.extrapolated) ?? above[0] ?? points.findLast((point) => point.concurrency < measured.concurrency * 0.95);
  const opening = soFar ? 'Judging by the tasks so far, ' : '';
  if (chosen === undefined) return [opening === '' ? 'This run ' : `${opening}this run `, 'took ', { value: formatDuration(measured.wallMs) }, '.'];
  const range = chosen.interval === null ? '' : ` (90%: ${formatDuration(chosen.interval[0])} to ${formatDuration(chosen.interval[1])})`;
  const gain = measured.wallMs / chosen.wallMs;
  const against = gain >= 1.05 ? `, ${formatSpeedup(gain)} faster than the ${formatDuration(measured.wallMs)} measured` : gain <= 0.95 ? `, against the ${formatDuration(measured.wallMs)} measured` : ', about the same as measured';
  return [opening === '' ? 'At ' : `${opening}at `, { value: String(chosen.concurrency) }, ' at once these tasks would take about ', { value: formatDuration(chosen.wallMs) }, range, against, chosen.extrapolated ? ' (extrapolated).' : '.'];
}

const CONCURRENCIES = [1, 2, 3, 5, 10, 20] as const;
/** From this many in flight on, twice as many is asked for too: the furthest that is not extrapolated. */
const DOUBLED_FROM = 11;

/** What a run is projected to: the usual settings and the observed one. Ascending. */
export function projectedConcurrencies(observed: number): readonly number[] {
  const wanted = new Set<number>([...CONCURRENCIES, Math.max(1, observed), ...(observed >= DOUBLED_FROM ? [2 * observed] : [])]);
  return [...wanted].sort((left, right) => left - right);
}
