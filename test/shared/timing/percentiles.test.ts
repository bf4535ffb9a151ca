import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { median, nearestRank, percentiles } from '../../../shared/timing/percentiles.ts';

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, position) => position + 1);
}

test('percentiles are samples by nearest rank, never in between', () => {
  expect(percentiles(upTo(100).toReversed())).toEqual({ p50: 50, p90: 90, p95: 95, p99: 99 });
  expect(percentiles([15, 20, 35, 40, 50]).p50).toBe(35);
});

test('too few samples give null instead of a guess', () => {
  expect(percentiles([])).toEqual({ p50: null, p90: null, p95: null, p99: null });
  expect(percentiles([7])).toEqual({ p50: 7, p90: null, p95: null, p99: null });
  expect(percentiles(upTo(9)).p90).toBeNull();
  expect(percentiles(upTo(10))).toEqual({ p50: 5, p90: 9, p95: null, p99: null });
  expect(percentiles(upTo(19)).p95).toBeNull();
  expect(percentiles(upTo(20))).toEqual({ p50: 10, p90: 18, p95: 19, p99: null });
  expect(percentiles(upTo(99)).p99).toBeNull();
});

test('numbers are sorted as numbers, and what is not known is no sample', () => {
  expect(percentiles([100, 9, Number.NaN, 20]).p50).toBe(20);
});

test('rounding does not choose the next rank', () => {
  expect(nearestRank(upTo(100), 0.07)).toBe(7);
  expect(nearestRank(upTo(10), 0)).toBe(1);
  expect(nearestRank(upTo(10), 1)).toBe(10);
  expect(nearestRank([], 0.5)).toBeNull();
});

test('at least the fraction of samples lies at or below, and fewer below the one before', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, percent) => {
      const sorted = values.toSorted((left, right) => left - right);
      const found = nearestRank(sorted, percent / 100)!;
      expect(sorted.filter((value) => value <= found).length * 100).toBeGreaterThanOrEqual(percent * sorted.length);
      expect(sorted.filter((value) => value < found).length * 100).toBeLessThan(percent * sorted.length);
    }),
  );
});

test('the median of an even number is the mean of the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, Number.NaN]);
});
