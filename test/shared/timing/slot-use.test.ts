import { expect, test } from 'vitest';
import { attemptPatchOf } from '../../../shared/contract/columns.ts';
import { meanSlots, peakSlots, slotUse } from '../../../shared/timing/slot-use.ts';
import { attemptRow, runHeader } from '../run-fixture.ts';

const TWO = attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 1000, finishedMs: 1600 }), attemptRow({ ordinal: 1, sentMs: 1000, finishedMs: 2000 })]);

test('time before the first send counts for nothing', () => {
  expect(slotUse(runHeader({ slotSteps: [{ atMs: 0, slots: 40 }, { atMs: 900, slots: 2 }] }), TWO)).toEqual({ wallMs: 1000, slotMs: 2000, busyMs: 1600, meanSlots: 2, peakSlots: 2, peakInFlight: 2 });
});

test('c is the time mean of a limit that was changed live', () => {
  const run = runHeader({ slotSteps: [{ atMs: 0, slots: 2 }, { atMs: 1500, slots: 6 }] });
  expect([meanSlots(run, TWO), peakSlots(run, TWO)]).toEqual([4, 6]);
});

test('tasks that drain above a lowered limit count as slots', () => {
  expect(slotUse(runHeader({ slotSteps: [{ atMs: 0, slots: 2 }, { atMs: 1100, slots: 0 }] }), TWO)).toEqual({ wallMs: 1000, slotMs: 1600, busyMs: 1600, meanSlots: 1.6, peakSlots: 2, peakInFlight: 2 });
});

test('of limits set at the same instant the last counts', () => {
  expect(peakSlots(runHeader({ slotSteps: [{ atMs: 0, slots: 9 }, { atMs: 0, slots: 3 }] }), TWO)).toBe(3);
});

test('attempts that meet end to end are never in flight together', () => {
  const chain = attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 0, finishedMs: 10 }), attemptRow({ ordinal: 1, sentMs: 10, finishedMs: 20 })]);
  expect(slotUse(runHeader(), chain).peakInFlight).toBe(1);
});

test('a run that is on ends now, with what is in flight as far as it got', () => {
  const live = attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 0, finishedMs: 100 }), attemptRow({ ordinal: 1, sentMs: 0, finishedMs: Number.NaN, outcome: 0 })]);
  const run = runHeader({ status: 'running', activeMs: 300, slotSteps: [{ atMs: 0, slots: 2 }] });
  expect(slotUse(run, live)).toEqual({ wallMs: 300, slotMs: 600, busyMs: 400, meanSlots: 2, peakSlots: 2, peakInFlight: 2 });
});

test('a run that sent nothing took no time', () => {
  expect(slotUse(runHeader({ status: 'ready', activeMs: 50 }), attemptPatchOf([]))).toEqual({ wallMs: 0, slotMs: 0, busyMs: 0, meanSlots: 0, peakSlots: 0, peakInFlight: 0 });
});
