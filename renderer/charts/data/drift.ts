import { ATTEMPT_COMPLETED, type AttemptPatch } from '../../../shared/contract/columns.ts';
import { formatDuration, formatFraction } from '../../../shared/format/format.ts';
import { nearestRank } from '../../../shared/timing/percentiles.ts';
import { minMaxPerColumn } from './min-max.ts';
import type { Sentence } from './sentence.ts';

/** Columns that the cloud is thinned to: two dots each at most, within what recharts holds calmly. */
const COLUMNS = { live: 200, still: 480 } as const;
/** Requests in a stretch of the trend, and stretches at most. */
const TREND_SAMPLES = 20;
const TREND_STRETCHES = 60;
/** The first and the last quarter are compared from this many requests on. */
const COMPARED_FROM = 40;
/** A change of the median below this share is called steady. */
const STEADY = 0.1;

export interface DriftPoint {
  /** Time of sending since the run's first send, ms. */
  readonly atMs: number;
  readonly serviceMs: number;
}

export interface TrendPoint {
  readonly atMs: number;
  readonly p50: number;
  readonly p90: number;
}

export interface Drift {
  readonly points: readonly DriftPoint[];
  /** True when dots were left out; the fastest and the slowest of every moment are kept. */
  readonly thinned: boolean;
  /** Median and p90 of stretches with the same number of requests; empty with too few. */
  readonly trend: readonly TrendPoint[];
  /** Medians of the first and the last quarter of requests, ms; null with too few. */
  readonly quarters: readonly [number, number] | null;
  /** When the last of them finished, since the first send. */
  readonly endMs: number;
}

function medianOf(times: Float64Array): number {
  return nearestRank(times.toSorted(), 0.5)!;
}

/** How service times of completed attempts moved over the run, in the order of sending; null when none completed. */
export function drift(attempts: AttemptPatch, live: boolean): Drift | null {
  const rows = Array.from(attempts.ordinal, (_, row) => row).filter((row) => attempts.outcome[row] === ATTEMPT_COMPLETED);
  if (rows.length === 0) return null;
  rows.sort((left, right) => attempts.sentMs[left]! - attempts.sentMs[right]!);
  const startMs = attempts.sentMs[rows[0]!]!;
  const atMs = Float64Array.from(rows, (row) => attempts.sentMs[row]! - startMs);
  const serviceMs = Float64Array.from(rows, (row) => attempts.finishedMs[row]! - attempts.sentMs[row]!);
  const endMs = atMs.reduce((latest, at, position) => Math.max(latest, at + serviceMs[position]!), 1);
  const columns = live ? COLUMNS.live : COLUMNS.still;
  const kept = rows.length <= 2 * columns ? Uint32Array.from(rows.keys()) : minMaxPerColumn(atMs, serviceMs, 0, endMs, columns);
  const stretches = Math.min(TREND_STRETCHES, Math.floor(rows.length / TREND_SAMPLES));
  const trend = Array.from({ length: stretches < 2 ? 0 : stretches }, (_, stretch) => {
    const from = Math.floor((stretch * rows.length) / stretches);
    const to = Math.floor(((stretch + 1) * rows.length) / stretches);
    const sorted = serviceMs.slice(from, to).sort();
    return { atMs: (atMs[from]! + atMs[to - 1]!) / 2, p50: nearestRank(sorted, 0.5)!, p90: nearestRank(sorted, 0.9)! };
  });
  const quarter = Math.floor(rows.length / 4);
  return {
    points: Array.from(kept, (position) => ({ atMs: atMs[position]!, serviceMs: serviceMs[position]! })),
    thinned: kept.length < rows.length,
    trend,
    quarters: rows.length < COMPARED_FROM ? null : [medianOf(serviceMs.slice(0, quarter)), medianOf(serviceMs.slice(-quarter))],
    endMs,
  };
}

/** `Slower by 32%: the median went from 2.0 s in the first quarter of requests to 2.7 s in the last.` */
export function driftSentence(found: Drift, soFar: boolean): Sentence {
  if (found.quarters === null) return ['Too few requests to tell a drift from chance; each dot is one.'];
  const [first, last] = found.quarters;
  const change = first > 0 ? last / first - 1 : 0;
  const verdict = Math.abs(change) < STEADY ? 'steady' : `${change > 0 ? 'slower' : 'faster'} by ${formatFraction(Math.abs(change))}`;
  const opening = soFar ? `So far ${verdict}` : verdict.charAt(0).toUpperCase() + verdict.slice(1);
  return [{ value: opening }, ': the median was ', { value: formatDuration(first) }, ' in the first quarter of requests and ', { value: formatDuration(last) }, ' in the last.'];
}
