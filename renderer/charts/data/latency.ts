import { ATTEMPT_COMPLETED, type AttemptPatch } from '../../../shared/contract/columns.ts';
import type { Percentiles } from '../../../shared/contract/summary.ts';
import { formatCount, formatDuration } from '../../../shared/format/format.ts';
import { nearestRank } from '../../../shared/timing/percentiles.ts';
import { capitalised, type Sentence } from './sentence.ts';

/** Fewer completed attempts than this are shown one by one, without percentiles. */
export const DOTS_BELOW = 10;
/** From this many on, the tail is what matters: a percentile curve replaces the histogram. */
export const CURVE_FROM = 10_000;
/** Points of the percentile curve at most. */
const CURVE_POINTS = 400;
/** A range of more than this many times the median is drawn on a logarithmic scale. */
const LOG_FROM_RATIO = 8;

/** One completed attempt, for the dot plot. */
export interface LatencyDot {
  readonly taskIndex: number;
  readonly serviceMs: number;
}

export interface LatencyBin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

export interface LatencyHistogram {
  readonly scale: 'linear' | 'log';
  readonly bins: readonly LatencyBin[];
}

/** A point of the percentile curve: `fraction` of the attempts took at most `serviceMs`. */
export interface CurvePoint {
  readonly fraction: number;
  /** -log10(1 - fraction): 0.3 at p50, 1 at p90, 2 at p99; the axis of the curve. */
  readonly nines: number;
  readonly serviceMs: number;
}

export type LatencyShape =
  | { readonly kind: 'none' }
  | { readonly kind: 'dots'; readonly dots: readonly LatencyDot[] }
  | { readonly kind: 'histogram'; readonly histogram: LatencyHistogram }
  | { readonly kind: 'curve'; readonly points: readonly CurvePoint[] };

/** Service times of completed attempts, ascending, ms. */
export function completedServiceTimes(attempts: AttemptPatch): Float64Array {
  const times = new Float64Array(attempts.ordinal.length);
  let count = 0;
  for (let row = 0; row < attempts.ordinal.length; row += 1) {
    if (attempts.outcome[row] !== ATTEMPT_COMPLETED) continue;
    times[count] = attempts.finishedMs[row]! - attempts.sentMs[row]!;
    count += 1;
  }
  return times.slice(0, count).sort();
}

/** How the distribution is drawn at this number of samples. */
export function latencyShape(attempts: AttemptPatch, sorted: Float64Array): LatencyShape {
  if (sorted.length === 0) return { kind: 'none' };
  if (sorted.length < DOTS_BELOW) return { kind: 'dots', dots: completedDots(attempts) };
  if (sorted.length < CURVE_FROM) return { kind: 'histogram', histogram: latencyHistogram(sorted) };
  return { kind: 'curve', points: percentileCurve(sorted) };
}

function completedDots(attempts: AttemptPatch): readonly LatencyDot[] {
  const dots: LatencyDot[] = [];
  for (let row = 0; row < attempts.ordinal.length; row += 1) {
    if (attempts.outcome[row] === ATTEMPT_COMPLETED) dots.push({ taskIndex: attempts.taskIndex[row]!, serviceMs: attempts.finishedMs[row]! - attempts.sentMs[row]! });
  }
  return dots.sort((left, right) => left.taskIndex - right.taskIndex);
}

/**
 * Bins of equal width on a linear scale, or of equal ratio where the slowest took many times the median. Their number
 * follows the square root of the sample count, 8 to 40. Every sample is in exactly one bin, the slowest included.
 * @param sorted ascending, at least one sample
 */
export function latencyHistogram(sorted: Float64Array): LatencyHistogram {
  const lowest = sorted[0]!;
  const highest = sorted[sorted.length - 1]!;
  const middle = nearestRank(sorted, 0.5)!;
  const scale = lowest > 0 && highest > LOG_FROM_RATIO * middle ? 'log' : 'linear';
  const target = Math.min(40, Math.max(8, Math.round(Math.sqrt(sorted.length))));
  const edges = scale === 'log' ? ratioEdges(lowest, highest, target) : evenEdges(lowest, highest, target);
  const counts = new Uint32Array(edges.length - 1);
  let bin = 0;
  for (const value of sorted) {
    while (bin < counts.length - 1 && value >= edges[bin + 1]!) bin += 1;
    counts[bin]! += 1;
  }
  return { scale, bins: Array.from(counts, (count, index) => ({ fromMs: edges[index]!, toMs: edges[index + 1]!, count })) };
}

/** Edges on round numbers, so that a bin reads "2.0 to 2.5 s". */
function evenEdges(lowest: number, highest: number, target: number): readonly number[] {
  const rough = Math.max((highest - lowest) / target, highest * 1e-6, 1e-3);
  const power = 10 ** Math.floor(Math.log10(rough));
  const distance = (width: number): number => Math.abs(Math.log(width / rough));
  const width = [1, 2, 2.5, 5, 10].map((factor) => factor * power).reduce((best, candidate) => (distance(candidate) < distance(best) ? candidate : best));
  const first = Math.floor(lowest / width);
  const last = Math.max(first + 1, Math.floor(highest / width) + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * width);
}

function ratioEdges(lowest: number, highest: number, target: number): readonly number[] {
  const ratio = (highest / lowest) ** (1 / target);
  return Array.from({ length: target + 1 }, (_, index) => (index === target ? highest : lowest * ratio ** index));
}

/**
 * The percentile curve by nearest rank, on an axis of nines. It ends at fraction 1 - 1/n, beyond which n samples say
 * nothing; the slowest sample stands there, so that no outlier is lost.
 * @param sorted ascending, at least two samples
 */
export function percentileCurve(sorted: Float64Array, maxPoints = CURVE_POINTS): readonly CurvePoint[] {
  const lastNines = Math.log10(sorted.length);
  return Array.from({ length: maxPoints }, (_, step) => {
    const nines = (lastNines * step) / (maxPoints - 1);
    const fraction = 1 - 10 ** -nines;
    return { fraction, nines, serviceMs: step === maxPoints - 1 ? sorted[sorted.length - 1]! : nearestRank(sorted, fraction)! };
  });
}

/** `Half of 300 completed requests took at most 2.1 s, 90% at most 4.0 s; the slowest took 9.8 s.` */
export function latencySentence(sorted: Float64Array, percentiles: Percentiles, soFar: boolean): Sentence {
  const slowest = sorted[sorted.length - 1];
  if (slowest === undefined) return ['No request has completed yet.'];
  const opening = soFar ? 'So far ' : '';
  if (sorted.length < DOTS_BELOW) {
    const range: Sentence = sorted.length === 1 ? ['the only completed request took ', { value: formatDuration(slowest) }] : [`${sorted.length} completed requests took `, { value: formatDuration(sorted[0]!) }, ' to ', { value: formatDuration(slowest) }];
    return capitalised([opening, ...range, '; too few for percentiles.']);
  }
  const shares: Sentence = [
    `half of ${formatCount(sorted.length)} completed requests took at most `,
    { value: formatDuration(percentiles.p50), testId: 'chart-p50-value' },
    ...(percentiles.p90 === null ? [] : [', 90% at most ', { value: formatDuration(percentiles.p90), testId: 'chart-p90-value' }]),
    ...(percentiles.p99 === null ? [] : [', 99% at most ', { value: formatDuration(percentiles.p99), testId: 'chart-p99-value' }]),
  ];
  return capitalised([opening, ...shares, '; the slowest took ', { value: formatDuration(slowest) }, '.']);
}
