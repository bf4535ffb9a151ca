import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createRetryBudget } from '../../electron/engine/retry-budget.ts';

test('a hundred retries go out as they come; each one more waits a second longer than the one before', () => {
  const budget = createRetryBudget(0);
  const waits = Array.from({ length: 103 }, () => budget.take(0));
  expect(waits).toEqual([...Array<number>(100).fill(0), 1000, 2000, 3000]);
});

test('a token drips in each second, up to a full bucket, however long nothing happens', () => {
  const budget = createRetryBudget(0);
  for (let count = 0; count < 102; count += 1) budget.take(0);
  expect(budget.take(500)).toBeCloseTo(2500);
  expect(budget.take(2000)).toBeCloseTo(2000);
  const laterMs = 24 * 3_600_000;
  expect(Array.from({ length: 101 }, () => budget.take(laterMs)).slice(99)).toEqual([0, 1000]);
});

test('the success of a retry gives its token back, another one a fifth', () => {
  const budget = createRetryBudget(0);
  for (let count = 0; count < 110; count += 1) budget.take(0);
  budget.succeeded(0, true);
  expect(budget.take(0)).toBeCloseTo(10_000);
  for (let count = 0; count < 5; count += 1) budget.succeeded(0, false);
  expect(budget.take(0)).toBeCloseTo(10_000);
});

test('a clock that is asked for an earlier time drips nothing twice', () => {
  const budget = createRetryBudget(0);
  for (let count = 0; count < 150; count += 1) budget.take(0);
  expect([10_000, 4000, 10_000].map((nowMs) => budget.take(nowMs))).toEqual([41_000, 42_000, 43_000]);
});

test('over any stretch of time no more retries get their token than the bucket, the drip and the successes give', () => {
  const step = fc.record({ forwardMs: fc.integer({ min: 0, max: 3000 }), what: fc.constantFrom('take', 'take', 'take', 'success', 'success of a retry') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const budget = createRetryBudget(0);
      let nowMs = 0;
      let given = 100;
      const goes: number[] = [];
      for (const { forwardMs, what } of steps) {
        nowMs += forwardMs;
        if (what === 'take') goes.push(nowMs + budget.take(nowMs));
        else {
          budget.succeeded(nowMs, what === 'success of a retry');
          given += what === 'success' ? 0.2 : 1;
        }
      }
      expect(goes.filter((atMs) => atMs <= nowMs).length).toBeLessThanOrEqual(given + nowMs / 1000 + 1e-6);
    }),
  );
});
