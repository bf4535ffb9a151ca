import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { listSchedule } from '../../../shared/timing/list-schedule.ts';
import { scheduledWallMs, slowdownFactor } from '../../../shared/timing/slowdown.ts';

/** Millisecond by millisecond: who is in flight goes on at 1 / f(n) of its speed. */
function steppedWall(durations: readonly number[], concurrency: number, factor: (inFlight: number) => number, stepMs: number): number {
  const waiting = [...durations];
  const left: number[] = [];
  let wallMs = 0;
  while (waiting.length > 0 || left.length > 0) {
    while (left.length < concurrency && waiting.length > 0) left.push(waiting.shift()!);
    const progressMs = stepMs / factor(left.length);
    for (let position = left.length - 1; position >= 0; position -= 1) {
      left[position]! -= progressMs;
      if (left[position]! <= 1e-9) left.splice(position, 1);
    }
    wallMs += stepMs;
  }
  return wallMs;
}

test('each task goes to the slot that is free first', () => {
  expect(Array.from(listSchedule([5, 3, 2, 4], 2))).toEqual([5, 9]);
  expect(Array.from(listSchedule([5, 3, 2, 4], 1))).toEqual([14]);
  expect(Array.from(listSchedule([5, 3], 10))).toEqual([3, 5]);
  expect(Array.from(listSchedule([], 3))).toEqual([]);
});

test('the schedule is the one that a clock would show', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 8 }), (durations, concurrency) => {
      expect(listSchedule(durations, concurrency).at(-1)).toBe(steppedWall(durations, concurrency, () => 1, 1));
    }),
  );
});

test('under load the wall is what tasks that slow one another down would take', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 5 }), fc.double({ min: 0, max: 0.5, noNaN: true }), fc.double({ min: 0, max: 0.05, noNaN: true }), (durations, concurrency, a, b) => {
      const slowdown = { a, b };
      const stepped = steppedWall(durations, concurrency, (inFlight) => slowdownFactor(slowdown, inFlight), 0.01);
      const wallMs = scheduledWallMs(durations, concurrency, slowdown, 0);
      // Stepping notices each end up to a step late, and what follows is late too.
      expect(Math.abs(stepped - wallMs)).toBeLessThan(0.02 * (durations.length + 1) * 3);
    }),
    { numRuns: 60 },
  );
});

test('overhead passes between two tasks of a slot, not before the first', () => {
  expect([scheduledWallMs([100, 100, 100], 1, null, 5), scheduledWallMs([100, 100, 100], 3, null, 5), scheduledWallMs([], 3, null, 5)]).toEqual([310, 100, 0]);
});

test('a lone task is not slowed down', () => {
  expect([slowdownFactor({ a: 0.5, b: 0.1 }, 1), slowdownFactor({ a: 0.5, b: 0.1 }, 0), slowdownFactor({ a: 0.5, b: 0.1 }, 3), slowdownFactor(null, 9)]).toEqual([1, 1, 1 + 1 + 0.6000000000000001, 1]);
});
