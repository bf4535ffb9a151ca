import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { clampConcurrency, drainingCount, stepDown, stepUp, stopAt, stopPosition } from '../../../renderer/store/concurrency.ts';
import { CONCURRENCY_STOPS } from '../../../shared/vocabulary.ts';

const setting = fc.integer({ min: 1, max: 1000 });

test('the slider never shows more than what is set, and each stop stands at its own place', () => {
  expect(CONCURRENCY_STOPS.map((stop) => stopAt(stopPosition(stop)))).toEqual([...CONCURRENCY_STOPS]);
  fc.assert(fc.property(setting, (value) => stopAt(stopPosition(value)) <= value));
  expect([stopPosition(5), stopPosition(128), stopPosition(700)]).toEqual([3, 13, 13]);
});

test('+ and - always move by at least one within 1 to 1000, so that no setting is a trap', () => {
  fc.assert(
    fc.property(setting, (value) => {
      const up = stepUp(value);
      const down = stepDown(value);
      return up <= 1000 && down >= 1 && (value === 1000 || up > value) && (value === 1 || down < value);
    }),
  );
});

test('going up and down again from a stop comes back to it', () => {
  for (const stop of CONCURRENCY_STOPS.slice(0, -1)) expect(stepDown(stepUp(stop))).toBe(stop);
  expect([stepUp(128), stepDown(160), stepUp(130), stepDown(130), stepUp(990)]).toEqual([160, 128, 160, 128, 992]);
});

test('what is typed is rounded into the range, and what is no number changes nothing', () => {
  expect([clampConcurrency(0, 4), clampConcurrency(2.6, 4), clampConcurrency(5000, 4), clampConcurrency(Number.NaN, 4), clampConcurrency(Number.POSITIVE_INFINITY, 4)]).toEqual([1, 3, 1000, 4, 4]);
});

test('draining is said only while more are in flight than the limit allows', () => {
  expect([drainingCount(4, 9), drainingCount(4, 4), drainingCount(12, 3)]).toEqual([5, null, null]);
});
