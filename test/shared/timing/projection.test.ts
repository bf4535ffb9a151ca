import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom, logNormal } from '../../../shared/random/random.ts';
import { projectRun } from '../../../shared/timing/projection.ts';
import { scheduledWallMs, slowdownFactor } from '../../../shared/timing/slowdown.ts';

const CONCURRENCIES = [1, 2, 3, 5, 10, 20];

function project(durationsMs: readonly number[], given: Partial<Parameters<typeof projectRun>[0]> = {}) {
  return projectRun({ durationsMs, concurrencies: CONCURRENCIES, observedConcurrency: 3, random: createRandom(1), ...given });
}

function latencies(count: number, seed: number): readonly number[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => logNormal(random, 1000, 0.6));
}

test('three tasks are projected by scheduling them again, without an interval that three cannot give', () => {
  expect(project([2800, 2000, 1900], { concurrencies: [1, 2, 3, 10] })).toEqual([
    { concurrency: 1, wallMs: 6700, interval: null, speedup: 1, extrapolated: false },
    { concurrency: 2, wallMs: 3900, interval: null, speedup: 6700 / 3900, extrapolated: false },
    { concurrency: 3, wallMs: 2800, interval: null, speedup: 6700 / 2800, extrapolated: false },
    { concurrency: 10, wallMs: 2800, interval: null, speedup: 6700 / 2800, extrapolated: true },
  ]);
});

test('beyond twice what was observed a point is extrapolated, at twice it is not', () => {
  expect(project([1, 1], { concurrencies: [3, 6, 7] }).map((point) => point.extrapolated)).toEqual([false, false, true]);
});

test('no tasks, no projection', () => {
  expect(project([])).toEqual([]);
});

test('a projected speedup never passes min(c, n), and no wall, nor its interval, is under the longest task', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0.1, max: 90_000, noNaN: true })), { minLength: 1, maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
      fc.record({ a: fc.double({ min: 0, max: 1, noNaN: true }), b: fc.double({ min: 0, max: 0.1, noNaN: true }) }),
      fc.boolean(),
      fc.nat(20),
      (durationsMs, concurrencies, slowdown, isSlowed, overheadMs) => {
        const points = project(durationsMs, { concurrencies, overheadMs, slowdown: isSlowed ? slowdown : null });
        const longestMs = Math.max(...durationsMs) / (isSlowed ? slowdownFactor(slowdown, 3) : 1);
        for (const { concurrency, wallMs, interval, speedup } of points) {
          expect(speedup).toBeLessThanOrEqual(Math.min(concurrency, durationsMs.length));
          expect(wallMs).toBeGreaterThanOrEqual(longestMs);
          if (interval === null) continue;
          expect(interval[0]).toBeGreaterThanOrEqual(longestMs);
          expect(interval[0] <= wallMs && wallMs <= interval[1]).toBe(true);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('rounding does not lift a speedup over min(c, n)', () => {
  // 0.1 + 0.1 + 0.1 is a little more than 3 x 0.1.
  expect(project([0.1, 0.1, 0.1], { concurrencies: [3, 5] }).map((point) => point.speedup)).toEqual([3, 3]);
});

test('one giant among thousands of tasks bounds the interval too', () => {
  const [point] = project([100_000, ...Array.from({ length: 2100 }, () => 1)], { concurrencies: [1000] });
  expect([point!.wallMs, point!.interval![0]]).toEqual([100_000, 100_000]);
});

test('an interval comes with 20 tasks, or with repeats', () => {
  expect(project(latencies(19, 1)).every((point) => point.interval === null)).toBe(true);
  expect(project(latencies(20, 1)).every((point) => point.interval !== null)).toBe(true);
  expect(project([100, 200, 300], { repeats: [[110, 190, 320]] }).every((point) => point.interval !== null)).toBe(true);
});

test('with repeats the interval is about these tasks: equal repeats leave no doubt', () => {
  const durations = [100, 200, 300, 250];
  expect(project(durations, { repeats: [durations, durations], concurrencies: [2] })).toEqual([{ concurrency: 2, wallMs: 450, interval: [450, 450], speedup: 850 / 450, extrapolated: false }]);
});

test('the interval narrows with more tasks, and holds its width where tasks are too many to be drawn one by one', () => {
  const relativeWidth = (count: number): number => {
    const [point] = project(latencies(count, 3), { concurrencies: [5] });
    return (point!.interval![1] - point!.interval![0]) / point!.wallMs;
  };
  const widths = [20, 200, 1900, 2100].map(relativeWidth);
  expect(widths[0]!).toBeGreaterThan(2 * widths[1]!);
  expect(widths[1]!).toBeGreaterThan(2 * widths[2]!);
  expect(Math.abs(widths[3]! / (widths[2]! * Math.sqrt(1900 / 2100)) - 1)).toBeLessThan(0.35);
});

test('a server that slows down under load is projected within 3 % from one run, once the slowdown is known', () => {
  const slowdown = { a: 0.08, b: 0.002 };
  const alone = latencies(300, 9);
  const slowed = alone.map((durationMs) => durationMs * slowdownFactor(slowdown, 5));
  const points = project(slowed, { observedConcurrency: 5, slowdown });
  for (const { concurrency, wallMs } of points) expect(Math.abs(wallMs / scheduledWallMs(alone, concurrency, slowdown, 0) - 1)).toBeLessThan(0.03);
  expect(points.at(-1)!.speedup).toBeLessThan(20 / slowdownFactor(slowdown, 20) + 0.01);
});

test('the same seed gives the same projection', () => {
  expect(project(latencies(50, 2))).toEqual(project(latencies(50, 2)));
});

test('overhead between tasks lengthens the wall and lowers the speedup of one at a time below 1', () => {
  expect(project([100, 100, 100], { concurrencies: [1], overheadMs: 50 })).toEqual([{ concurrency: 1, wallMs: 400, interval: null, speedup: 0.75, extrapolated: false }]);
});
