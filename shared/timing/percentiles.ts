import type { Percentiles } from '../contract/summary.ts';

/** Guards against 0.07 x 100 = 7.000000000000001 choosing the 8th value. */
const ROUNDING = 1e-9;

/** Samples in ascending order, as a copy; NaN are left out. */
export function ascending(values: ArrayLike<number>): Float64Array {
  const samples = new Float64Array(values.length);
  let count = 0;
  for (let position = 0; position < values.length; position += 1) {
    const value = values[position]!;
    if (Number.isNaN(value)) continue;
    samples[count] = value;
    count += 1;
  }
  return samples.subarray(0, count).sort();
}

/**
 * The percentile by nearest rank: the smallest of the ascending samples that at least `fraction` (0 to 1) of them do not
 * pass. Always one of the samples; null when there are none.
 */
export function nearestRank(sortedAscending: ArrayLike<number>, fraction: number): number | null {
  const count = sortedAscending.length;
  if (count === 0) return null;
  const rank = Math.min(count, Math.max(1, Math.ceil(fraction * count - ROUNDING)));
  return sortedAscending[rank - 1]!;
}

/** p50, p90, p95 and p99 by nearest rank; null below 1, 10, 20 and 100 samples. NaN are no samples. */
export function percentiles(values: ArrayLike<number>): Percentiles {
  const sorted = ascending(values);
  const from = (samples: number, fraction: number): number | null => (sorted.length < samples ? null : nearestRank(sorted, fraction));
  return { p50: from(1, 0.5), p90: from(10, 0.9), p95: from(20, 0.95), p99: from(100, 0.99) };
}

/** The median: the middle sample, or the mean of the two in the middle; NaN when there are none. */
export function median(values: ArrayLike<number>): number {
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
