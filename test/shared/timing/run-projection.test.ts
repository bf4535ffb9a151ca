import { expect, test } from 'vitest';
import type { AttemptRow } from '../../../shared/contract/columns.ts';
import { ATTEMPT_FAILED, attemptPatchOf, taskPatchOf } from '../../../shared/contract/columns.ts';
import { createRandom, logNormal } from '../../../shared/random/random.ts';
import { runProjection } from '../../../shared/timing/run-projection.ts';
import { scheduledWallMs, slowdownFactor } from '../../../shared/timing/slowdown.ts';
import { attemptRow, runHeader } from '../run-fixture.ts';

function project(rows: readonly AttemptRow[], concurrencies: readonly number[], ...limits: readonly number[]) {
  return runProjection(runHeader({ total: rows.length, slotSteps: limits.map((slots, atMs) => ({ atMs, slots })) }), taskPatchOf([]), attemptPatchOf(rows), concurrencies, createRandom(1));
}

test('tasks are scheduled in the order of sending, whatever the order of the rows', () => {
  const rows = [attemptRow({ ordinal: 2, slot: 1, sentMs: 100, finishedMs: 150 }), attemptRow({ ordinal: 0, slot: 0, sentMs: 0, finishedMs: 300 }), attemptRow({ ordinal: 1, slot: 1, sentMs: 0, finishedMs: 100 })];
  expect(project(rows, [1, 2], 2)).toEqual({
    points: [
      { concurrency: 1, wallMs: 450, interval: null, speedup: 1, extrapolated: false },
      { concurrency: 2, wallMs: 300, interval: null, speedup: 1.5, extrapolated: false },
    ],
    slowdown: null,
    observedConcurrency: 2,
    taskCount: 3,
  });
});

test('retries count for their task, and a task still in flight is left out', () => {
  const rows = [
    attemptRow({ ordinal: 0, slot: 0, sentMs: 0, finishedMs: 100, outcome: ATTEMPT_FAILED + 3 }),
    attemptRow({ ordinal: 1, slot: 0, taskIndex: 0, number: 2, queueWaitMs: 0, sentMs: 100, finishedMs: 400 }),
    attemptRow({ ordinal: 2, slot: 1, taskIndex: 1, sentMs: 0, finishedMs: Number.NaN, outcome: 0 }),
  ];
  expect(project(rows, [1], 2).points.map((point) => point.wallMs)).toEqual([400]);
});

test('the gap that was measured between two tasks of a slot is in the projection', () => {
  const rows = [0, 1, 2, 3].map((ordinal) => attemptRow({ ordinal, slot: 0, sentMs: ordinal * 110, finishedMs: ordinal * 110 + 100 }));
  expect(project(rows, [1, 2], 1).points.map((point) => point.wallMs)).toEqual([430, 210]);
});

/** A server on which n tasks in flight slow one another down, while the limit climbs: 100 tasks are sent at each. */
function ramp(alone: readonly number[], limits: readonly number[], slowdown: { readonly a: number; readonly b: number }): readonly AttemptRow[] {
  const rows: AttemptRow[] = [];
  const inFlight: { readonly ordinal: number; left: number }[] = [];
  let nowMs = 0;
  while (rows.length < alone.length || inFlight.length > 0) {
    const limit = limits[Math.min(limits.length - 1, Math.floor(rows.length / 100))]!;
    while (inFlight.length < limit && rows.length < alone.length) {
      inFlight.push({ ordinal: rows.length, left: alone[rows.length]! });
      rows.push(attemptRow({ ordinal: rows.length, sentMs: nowMs, finishedMs: Number.NaN, queueWaitMs: 0 }));
    }
    const next = inFlight.reduce((least, task) => (task.left < least.left ? task : least));
    const workMs = next.left;
    nowMs += workMs * slowdownFactor(slowdown, inFlight.length);
    for (const task of inFlight) task.left -= workMs;
    rows[next.ordinal] = { ...rows[next.ordinal]!, finishedMs: nowMs };
    inFlight.splice(inFlight.indexOf(next), 1);
  }
  return rows;
}

test('a run whose concurrency was ramped up tells how the server slows down, and is projected within 5 %', () => {
  const slowdown = { a: 0.08, b: 0.003 };
  for (const seed of [1, 2, 3, 4]) {
    const random = createRandom(seed);
    const alone = Array.from({ length: 600 }, () => logNormal(random, 1000, 0.3));
    const rows = ramp(alone, [1, 2, 3, 5, 10, 20], slowdown);
    const errors = project(rows, [1, 3, 5, 10, 20], 1, 20).points.map(({ concurrency, wallMs }) => wallMs / scheduledWallMs(alone, concurrency, slowdown, 0) - 1);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.05);
  }
});

test('the ramp and tail of a run at one concurrency are not taken for an answer about load', () => {
  const random = createRandom(6);
  const rows = ramp(Array.from({ length: 8 }, () => logNormal(random, 1000, 0.8)), [5], { a: 0, b: 0 });
  expect(project(rows, [2], 5).slowdown).toBeNull();
  expect(project(rows, [2], 5, 0, 5).slowdown).toBeNull();
  expect(project(rows, [2], 5, 2).slowdown).not.toBeNull();
});
