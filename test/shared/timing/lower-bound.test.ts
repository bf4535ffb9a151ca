import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerBoundMs } from '../../../shared/timing/lower-bound.ts';
import { summariseRun } from '../../../shared/timing/summarise-run.ts';
import { plans, simulate } from './simulated-schedule.ts';

/** n tasks without retries at a constant limit, where DESIGN's formula applies as it stands. */
function constantLimit(durations: readonly number[], concurrency: number): number {
  return lowerBoundMs({ taskServiceMs: durations, attemptDurationsMs: durations, meanSlots: concurrency, peakSlots: concurrency });
}

test('the longest task bounds the wall where slots abound', () => {
  expect(constantLimit([900, 100, 200], 3)).toBe(900);
});

test('the total shared by the slots bounds the wall where tasks abound', () => {
  expect(constantLimit([100, 100, 100, 100, 100, 100], 2)).toBe(300);
});

test('two of the k + 1 longest tasks have to share a slot', () => {
  expect(constantLimit([300, 500, 10, 400], 2)).toBe(700);
});

test('the bound of nothing is nothing', () => {
  expect(constantLimit([], 4)).toBe(0);
});

test('retries count together for their task, but the pair bound counts single attempts', () => {
  expect(lowerBoundMs({ taskServiceMs: [300, 100], attemptDurationsMs: [150, 150, 100], meanSlots: 2, peakSlots: 2 })).toBe(300);
  expect(lowerBoundMs({ taskServiceMs: [200, 190, 180], attemptDurationsMs: [100, 100, 95, 95, 90, 90], meanSlots: 4, peakSlots: 4 })).toBe(200);
});

test('the lower bound never passes the wall of a real schedule, with live limit changes, retries and rate limits', () => {
  fc.assert(
    fc.property(plans({ gate: true }), (plan) => {
      const { run, tasks, attempts, wallMs } = simulate(plan);
      const durations = Array.from(attempts.sentMs, (sentMs, row) => attempts.finishedMs[row]! - sentMs);
      const { concurrency } = summariseRun(run, tasks, attempts);
      const peakSlots = Math.max(...plan.limits.map((limit) => limit.slots));
      const bound = lowerBoundMs({ taskServiceMs: tasks.serviceMs, attemptDurationsMs: durations, meanSlots: concurrency, peakSlots });
      expect(bound).toBeLessThanOrEqual(wallMs * (1 + 1e-9));
    }),
    { numRuns: 500 },
  );
});

test('a summary never claims more than a perfect schedule', () => {
  fc.assert(
    fc.property(plans({ gate: true }), (plan) => {
      const { run, tasks, attempts, wallMs } = simulate(plan);
      const summary = summariseRun(run, tasks, attempts);
      expect(summary.wallMs).toBeCloseTo(wallMs, 6);
      expect(summary.lowerBoundMs).toBeLessThanOrEqual(summary.wallMs);
      expect(summary.lowerBoundMs).toBeGreaterThanOrEqual((summary.sumServiceMs / summary.concurrency) * (1 - 1e-6));
      expect(summary.speedupEstimated).toBeLessThanOrEqual(summary.theoreticalMax);
      expect(summary.peakInFlight).toBeLessThanOrEqual(Math.max(...plan.limits.map((limit) => limit.slots)));
    }),
    { numRuns: 300 },
  );
});
