import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ATTEMPT_CANCELLED, ATTEMPT_FAILED, attemptPatchOf, taskPatchOf } from '../../../shared/contract/columns.ts';
import { slotAccount } from '../../../shared/timing/slot-account.ts';
import { FAILURE_CLASSES } from '../../../shared/vocabulary.ts';
import { attemptRow, runHeader, taskRow } from '../run-fixture.ts';
import { plans, simulate } from './simulated-schedule.ts';

const NO_LOSS = { dispatchGapMs: 0, rampMs: 0, rateWaitMs: 0, backoffMs: 0, tailMs: 0 };
const RATE_LIMITED = ATTEMPT_FAILED + FAILURE_CLASSES.indexOf('rate_limit');
const SERVER_ERROR = ATTEMPT_FAILED + FAILURE_CLASSES.indexOf('server');

test('three unequal tasks on three slots lose to the tail only', () => {
  const attempts = attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 0, finishedMs: 2800 }), attemptRow({ ordinal: 1, sentMs: 0, finishedMs: 2000 }), attemptRow({ ordinal: 2, sentMs: 0, finishedMs: 1900 })]);
  expect(slotAccount(runHeader(), taskPatchOf([]), attempts)).toEqual({ ...NO_LOSS, slotMs: 8400, serviceMs: 6700, tailMs: 1700 });
});

test('an idle slot is ramp before its first send and dispatch gap after, while a task could be sent', () => {
  const attempts = attemptPatchOf([
    attemptRow({ ordinal: 0, slot: 0, sentMs: 0, finishedMs: 100 }),
    attemptRow({ ordinal: 1, slot: 1, sentMs: 30, finishedMs: 100 }),
    attemptRow({ ordinal: 2, slot: 0, sentMs: 120, finishedMs: 150 }),
  ]);
  const run = runHeader({ slotSteps: [{ atMs: 0, slots: 2 }] });
  // 0-30: slot 1 fresh. 100-120: task 2 waits and explains one of two slots, the other has nothing left. 120-150: tail.
  expect(slotAccount(run, taskPatchOf([]), attempts)).toEqual({ slotMs: 300, serviceMs: 200, rampMs: 30, dispatchGapMs: 20, rateWaitMs: 0, backoffMs: 0, tailMs: 50 });
});

test('a wait for the rate limit is not blamed on the queue behind it', () => {
  const attempts = attemptPatchOf([
    attemptRow({ ordinal: 0, slot: 0, sentMs: 0, finishedMs: 100 }),
    attemptRow({ ordinal: 1, slot: 0, queueWaitMs: 100, rateWaitMs: 400, sentMs: 500, finishedMs: 600 }),
    attemptRow({ ordinal: 2, slot: 0, queueWaitMs: 600, sentMs: 600, finishedMs: 700 }),
  ]);
  const run = runHeader({ slotSteps: [{ atMs: 0, slots: 1 }] });
  expect(slotAccount(run, taskPatchOf([]), attempts)).toEqual({ ...NO_LOSS, slotMs: 700, serviceMs: 300, rateWaitMs: 400 });
});

test('after a 429 the rate wait comes first and then the wait for a slot', () => {
  const attempts = attemptPatchOf([
    attemptRow({ ordinal: 0, slot: 0, sentMs: 0, finishedMs: 10, outcome: RATE_LIMITED }),
    attemptRow({ ordinal: 1, slot: 0, taskIndex: 0, number: 2, rateWaitMs: 90, queueWaitMs: 20, sentMs: 120, finishedMs: 200 }),
  ]);
  const run = runHeader({ total: 1, slotSteps: [{ atMs: 0, slots: 1 }] });
  expect(slotAccount(run, taskPatchOf([]), attempts)).toEqual({ ...NO_LOSS, slotMs: 200, serviceMs: 90, rateWaitMs: 90, dispatchGapMs: 20 });
});

test('a wait that claims more than the time since the previous attempt is cut there', () => {
  const attempts = attemptPatchOf([
    attemptRow({ ordinal: 0, slot: 0, sentMs: 0, finishedMs: 100, outcome: SERVER_ERROR }),
    attemptRow({ ordinal: 1, slot: 0, taskIndex: 0, number: 2, backoffMs: 500, queueWaitMs: 20, sentMs: 150, finishedMs: 200 }),
  ]);
  const run = runHeader({ total: 1, slotSteps: [{ atMs: 0, slots: 2 }] });
  // 0-100 and 150-200: slot 1 has nothing to do. 100-150: backoff, then 20 ms in which the task could be sent.
  expect(slotAccount(run, taskPatchOf([]), attempts)).toEqual({ slotMs: 400, serviceMs: 150, rampMs: 0, dispatchGapMs: 20, rateWaitMs: 0, backoffMs: 30, tailMs: 200 });
});

test('backoff explains one slot a task and the rest is tail', () => {
  const attempts = attemptPatchOf([
    attemptRow({ ordinal: 0, slot: 0, sentMs: 0, finishedMs: 10, outcome: SERVER_ERROR }),
    attemptRow({ ordinal: 1, slot: 0, taskIndex: 0, number: 2, backoffMs: 90, queueWaitMs: 0, sentMs: 100, finishedMs: 200 }),
  ]);
  const run = runHeader({ total: 1, slotSteps: [{ atMs: 0, slots: 2 }] });
  expect(slotAccount(run, taskPatchOf([]), attempts)).toEqual({ ...NO_LOSS, slotMs: 400, serviceMs: 110, backoffMs: 90, tailMs: 200 });
});

test('a task in flight above a lowered limit is a slot, not more than the whole', () => {
  const attempts = attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 0, finishedMs: 100 }), attemptRow({ ordinal: 1, sentMs: 0, finishedMs: 100 })]);
  const run = runHeader({ total: 2, slotSteps: [{ atMs: 0, slots: 2 }, { atMs: 50, slots: 1 }] });
  expect(slotAccount(run, taskPatchOf([]), attempts)).toEqual({ ...NO_LOSS, slotMs: 200, serviceMs: 200 });
});

test('draining for a pause costs nothing: there are no slots', () => {
  const attempts = attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 0, finishedMs: 100 }), attemptRow({ ordinal: 1, sentMs: 60, finishedMs: 160, queueWaitMs: 60 })]);
  const run = runHeader({ total: 5, status: 'paused', slotSteps: [{ atMs: 0, slots: 1 }, { atMs: 60, slots: 2 }, { atMs: 100, slots: 0 }] });
  expect(slotAccount(run, taskPatchOf([]), attempts)).toEqual({ ...NO_LOSS, slotMs: 200, serviceMs: 200 });
});

test('tasks never sent could have been sent until they were cancelled', () => {
  const attempts = attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 0, finishedMs: 100, outcome: ATTEMPT_CANCELLED })]);
  const tasks = taskPatchOf([taskRow({ index: 0, status: 4 }), taskRow({ index: 1, status: 4, startedMs: Number.NaN, finishedMs: 40, serviceMs: Number.NaN })]);
  const run = runHeader({ total: 2, status: 'cancelled', slotSteps: [{ atMs: 0, slots: 2 }] });
  expect(slotAccount(run, tasks, attempts)).toEqual({ ...NO_LOSS, slotMs: 200, serviceMs: 100, rampMs: 40, tailMs: 60 });
});

test('a task that waits for its next attempt explains idle slots of a run that is still on', () => {
  const attempts = attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 0, finishedMs: 100, outcome: SERVER_ERROR }), attemptRow({ ordinal: 1, sentMs: 0, finishedMs: 150, outcome: RATE_LIMITED })]);
  const tasks = taskPatchOf([taskRow({ index: 0, status: 0 }), taskRow({ index: 1, status: 0 })]);
  const run = runHeader({ total: 2, status: 'running', activeMs: 200, slotSteps: [{ atMs: 0, slots: 2 }] });
  expect(slotAccount(run, tasks, attempts)).toEqual({ ...NO_LOSS, slotMs: 400, serviceMs: 250, backoffMs: 100, rateWaitMs: 50 });
});

test('rows in any order give the same account', () => {
  const rows = [
    attemptRow({ ordinal: 0, slot: 0, sentMs: 0, finishedMs: 10, outcome: RATE_LIMITED }),
    attemptRow({ ordinal: 1, slot: 0, taskIndex: 0, number: 2, rateWaitMs: 90, queueWaitMs: 20, sentMs: 120, finishedMs: 200 }),
    attemptRow({ ordinal: 2, slot: 1, taskIndex: 1, sentMs: 20, finishedMs: 220, queueWaitMs: 20 }),
  ];
  const account = (order: readonly (typeof rows)[number][]) => slotAccount(runHeader({ total: 2 }), taskPatchOf([]), attemptPatchOf(order));
  expect(account(rows.toReversed())).toEqual(account(rows));
});

test('nothing sent, nothing to account for', () => {
  expect(slotAccount(runHeader({ status: 'ready' }), taskPatchOf([]), attemptPatchOf([]))).toEqual({ ...NO_LOSS, slotMs: 0, serviceMs: 0 });
});

test('the parts add up to the integral of slots in any schedule, and none is negative', () => {
  fc.assert(
    fc.property(plans({ gate: true }), (plan) => {
      const { run, tasks, attempts, account: truth } = simulate(plan);
      const { slotMs, ...parts } = slotAccount(run, tasks, attempts);
      expect(slotMs).toBeCloseTo(truth.slotMs, 6);
      expect(parts.serviceMs).toBeCloseTo(truth.serviceMs, 6);
      const sum = Object.values(parts).reduce((total, part) => total + part, 0);
      expect(Math.abs(sum - slotMs)).toBeLessThanOrEqual(slotMs * 1e-9);
      expect(Math.min(...Object.values(parts))).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 500 },
  );
});

test('the causes rebuilt from attempts are those that a schedule with retries and live limits really had', () => {
  fc.assert(
    fc.property(plans({ gate: false }), (plan) => {
      const { run, tasks, attempts, account: truth } = simulate(plan);
      const account = slotAccount(run, tasks, attempts);
      for (const part of ['dispatchGapMs', 'rampMs', 'rateWaitMs', 'backoffMs', 'tailMs'] as const) expect({ part, ms: account[part].toFixed(4) }).toEqual({ part, ms: truth[part].toFixed(4) });
    }),
    { numRuns: 500 },
  );
});
