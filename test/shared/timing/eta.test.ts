import { expect, test } from 'vitest';
import { attemptPatchOf, taskPatchOf } from '../../../shared/contract/columns.ts';
import { createRandom, logNormal } from '../../../shared/random/random.ts';
import { remainingRange } from '../../../shared/timing/eta.ts';
import { listSchedule } from '../../../shared/timing/list-schedule.ts';
import { runEta } from '../../../shared/timing/run-eta.ts';
import { attemptRow, runHeader, taskRow } from '../run-fixture.ts';

const EVEN = Array.from({ length: 20 }, () => 1000);

test('nothing is promised until max(5, concurrency) tasks have ended', () => {
  const after = (finished: number, concurrency: number) => remainingRange({ completedServiceMs: EVEN.slice(0, finished), inFlightElapsedMs: [], remainingCount: 10, concurrency });
  expect([after(4, 2), after(5, 2)?.length, after(11, 12), after(12, 12)?.length]).toEqual([null, 2, null, 2]);
  expect(after(20, 0)).toBeNull();
});

test('even tasks give the exact time: what is in flight first, then the rest in rounds', () => {
  expect(remainingRange({ completedServiceMs: EVEN, inFlightElapsedMs: [600, 200], remainingCount: 4, concurrency: 2 })).toEqual([2800, 2800]);
  expect(remainingRange({ completedServiceMs: EVEN, inFlightElapsedMs: [600, 200], remainingCount: 0, concurrency: 2 })).toEqual([800, 800]);
  expect(remainingRange({ completedServiceMs: EVEN, inFlightElapsedMs: [], remainingCount: 0, concurrency: 2 })).toEqual([0, 0]);
});

test('opening slots shortens the time at once, and closing them lets those in flight drain', () => {
  const at = (concurrency: number) => remainingRange({ completedServiceMs: EVEN, inFlightElapsedMs: [0, 0, 0, 0], remainingCount: 16, concurrency });
  expect([at(4), at(16), at(2)]).toEqual([[5000, 5000], [2000, 2000], [9000, 9000]]);
});

test('slots that a rate limit keeps idle lengthen the time, but not once all is sent', () => {
  const of = (remainingCount: number) => remainingRange({ completedServiceMs: EVEN, inFlightElapsedMs: [0], remainingCount, concurrency: 1, utilisationFraction: 0.25 });
  expect([of(9), of(0)]).toEqual([[40_000, 40_000], [1000, 1000]]);
});

test('a straggler that passed all known times does not make the rest vanish', () => {
  const [low, high] = remainingRange({ completedServiceMs: EVEN, inFlightElapsedMs: [60_000], remainingCount: 0, concurrency: 4 })!;
  expect(low >= 0 && low < high && high <= 60_000).toBe(true);
});

test('the same input gives the same range, so that it does not flicker', () => {
  const random = createRandom(5);
  const input = { completedServiceMs: Array.from({ length: 50 }, () => logNormal(random, 900, 0.6)), inFlightElapsedMs: [100, 900], remainingCount: 2000, concurrency: 8 };
  expect(remainingRange(input)).toEqual(remainingRange(input));
});

test('the true time lies in the range about nine times in ten, early, midway and at the end of a run', () => {
  let held = 0;
  let asked = 0;
  for (let seed = 0; seed < 60; seed += 1) {
    const random = createRandom(seed);
    const concurrency = 4 + (seed % 5);
    const durations = Array.from({ length: 800 }, () => logNormal(random, 1000, 0.5));
    const wallMs = listSchedule(durations, concurrency).at(-1)!;
    for (const fraction of [0.1, 0.5, 0.9, 0.99]) {
      const nowMs = wallMs * fraction;
      const slots = Array.from({ length: concurrency }, () => 0);
      const ended: number[] = [];
      const elapsed: number[] = [];
      for (const durationMs of durations) {
        const startMs = Math.min(...slots);
        if (startMs >= nowMs) continue;
        slots[slots.indexOf(startMs)] = startMs + durationMs;
        if (startMs + durationMs <= nowMs) ended.push(durationMs);
        else elapsed.push(nowMs - startMs);
      }
      const range = remainingRange({ completedServiceMs: ended, inFlightElapsedMs: elapsed, remainingCount: durations.length - ended.length - elapsed.length, concurrency });
      const leftMs = wallMs - nowMs;
      asked += 1;
      if (range !== null && range[0] <= leftMs && leftMs <= range[1]) held += 1;
    }
  }
  expect(held / asked).toBeGreaterThan(0.8);
  expect(held / asked).toBeLessThan(0.99);
});

test('a run is estimated from its rows: sparse patches, untouched tasks, what is in flight', () => {
  const rows = Array.from({ length: 6 }, (_, ordinal) => attemptRow({ ordinal, slot: ordinal % 2, sentMs: Math.floor(ordinal / 2) * 1000, finishedMs: Math.floor(ordinal / 2) * 1000 + 1000 }));
  const inFlight = [6, 7].map((ordinal) => attemptRow({ ordinal, slot: ordinal % 2, sentMs: 3000, finishedMs: Number.NaN, outcome: 0 }));
  const tasks = [...rows.map((row) => taskRow({ index: row.taskIndex, serviceMs: 1000, finishedMs: row.finishedMs })), ...inFlight.map((row) => taskRow({ index: row.taskIndex, status: 1, finishedMs: Number.NaN, serviceMs: Number.NaN }))];
  const run = runHeader({ status: 'running', total: 12, effectiveConcurrency: 2, firstSentMs: 0, slotSteps: [{ atMs: 0, slots: 2 }] });
  expect(runEta(run, taskPatchOf(tasks), attemptPatchOf([...rows, ...inFlight]), 3500)).toEqual([2500, 2500]);
  expect(runEta({ ...run, status: 'paused' }, taskPatchOf(tasks), attemptPatchOf([...rows, ...inFlight]), 3500)).toBeNull();
});

test('no time is promised while the provider lets nothing through, but a limit that it only lowered keeps its time', () => {
  const rows = Array.from({ length: 6 }, (_, ordinal) => attemptRow({ ordinal, slot: ordinal % 2, sentMs: Math.floor(ordinal / 2) * 1000, finishedMs: Math.floor(ordinal / 2) * 1000 + 1000 }));
  const tasks = rows.map((row) => taskRow({ index: row.taskIndex, serviceMs: 1000, finishedMs: row.finishedMs }));
  const run = runHeader({ status: 'running', total: 12, effectiveConcurrency: 2, firstSentMs: 0, slotSteps: [{ atMs: 0, slots: 2 }] });
  const eta = (change: Parameters<typeof runHeader>[0]) => runEta({ ...run, ...change }, taskPatchOf(tasks), attemptPatchOf(rows), 3000);
  expect(eta({ limitedBy: 'provider', running: 1 })).toBeNull();
  expect(eta({ limitedBy: 'rate_limit', running: 0 })).toBeNull();
  expect(eta({ limitedBy: 'rate_limit', running: 2 })).not.toBeNull();
});

test('a run held back by a rate limit is not promised the speed of its slots', () => {
  const rows = Array.from({ length: 10 }, (_, ordinal) => attemptRow({ ordinal, slot: 0, sentMs: ordinal * 4000, finishedMs: ordinal * 4000 + 1000 }));
  const tasks = rows.map((row) => taskRow({ index: row.taskIndex, serviceMs: 1000, finishedMs: row.finishedMs }));
  const run = runHeader({ status: 'running', total: 20, effectiveConcurrency: 1, firstSentMs: 0, slotSteps: [{ atMs: 0, slots: 1 }] });
  expect(runEta(run, taskPatchOf(tasks), attemptPatchOf(rows), 40_000)).toEqual([40_000, 40_000]);
});
