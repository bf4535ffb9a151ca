import { expect, test } from 'vitest';
import { ATTEMPT_FAILED, attemptPatchOf, taskPatchOf } from '../../../shared/contract/columns.ts';
import { summariseRun } from '../../../shared/timing/summarise-run.ts';
import { FAILURE_CLASSES } from '../../../shared/vocabulary.ts';
import { attemptRow, runHeader, taskRow } from '../run-fixture.ts';

const NO_PERCENTILES = { p50: null, p90: null, p95: null, p99: null };
const SERVER = FAILURE_CLASSES.indexOf('server');

test('the experiment of three calls is summarised as its report says: 6.7 s of work in 2.8 s', () => {
  const durations = [2800, 2000, 1900];
  const attempts = attemptPatchOf(durations.map((durationMs, ordinal) => attemptRow({ ordinal, sentMs: 50, finishedMs: 50 + durationMs, firstTokenMs: 250 + ordinal * 10, queueWaitMs: 0 })));
  const tasks = taskPatchOf(durations.map((serviceMs, index) => taskRow({ index, serviceMs, finalServiceMs: serviceMs, startedMs: 50, finishedMs: 50 + serviceMs })));
  expect(summariseRun(runHeader({ firstSentMs: 50, lastFinishedMs: 2850 }), tasks, attempts)).toEqual({
    runId: 'run-1',
    batch: 'questions',
    status: 'completed',
    stopReason: null,
    provider: 'Simulated',
    model: 'simulated-small',
    simulated: true,
    total: 3,
    completed: 3,
    failed: 0,
    cancelled: 0,
    queued: 0,
    attempts: 3,
    retries: 0,
    wallMs: 2800,
    sumServiceMs: 6700,
    meanServiceMs: 6700 / 3,
    peakInFlight: 3,
    concurrency: 3,
    speedupEstimated: 6700 / 2800,
    theoreticalMax: 3,
    slotUtilisationFraction: 6700 / 8400,
    lowerBoundMs: 2800,
    efficiencyVsLowerBound: 1,
    latencyMs: { ...NO_PERCENTILES, p50: 2000 },
    timeToFirstTokenMs: { ...NO_PERCENTILES, p50: 210 },
    tokens: { input: 30, output: 300 },
    costUsd: null,
    failuresByClass: {},
    flagged: { maybeBilledTwice: 0, edited: 0, cutShort: 0, filtered: 0, unconfirmed: 0 },
    account: { slotMs: 8400, serviceMs: 6700, dispatchGapMs: 0, rampMs: 0, rateWaitMs: 0, backoffMs: 0, tailMs: 1700 },
    startedAt: '2026-01-01T00:00:01.000Z',
    endedAt: '2026-01-01T00:00:09.000Z',
  });
});

test('latency leaves out failed attempts, service time does not', () => {
  const attempts = attemptPatchOf([
    attemptRow({ ordinal: 0, slot: 0, sentMs: 0, finishedMs: 1000, outcome: ATTEMPT_FAILED + SERVER }),
    attemptRow({ ordinal: 1, slot: 0, taskIndex: 0, number: 2, sentMs: 1000, finishedMs: 1100, queueWaitMs: 0 }),
  ]);
  const summary = summariseRun(runHeader({ total: 1, completed: 1, attempts: 2, retries: 1, slotSteps: [{ atMs: 0, slots: 1 }] }), taskPatchOf([taskRow({ index: 0, attempts: 2, failure: 1 + SERVER, serviceMs: 1100 })]), attempts);
  expect([summary.latencyMs.p50, summary.sumServiceMs, summary.meanServiceMs, summary.failuresByClass]).toEqual([100, 1100, 1100, {}]);
});

test('failures are counted by class over tasks that failed for good, not over retries that worked out', () => {
  const failed = (index: number, name: (typeof FAILURE_CLASSES)[number]) => taskRow({ index, status: 3, failure: 1 + FAILURE_CLASSES.indexOf(name) });
  const tasks = taskPatchOf([failed(0, 'server'), failed(1, 'server'), failed(2, 'schema'), taskRow({ index: 3, status: 2, failure: 1 + SERVER })]);
  expect(summariseRun(runHeader({ total: 4, completed: 1, failed: 3 }), tasks, attemptPatchOf([])).failuresByClass).toEqual({ server: 2, schema: 1 });
});

test('a run before its first send has no numbers rather than zeros that look like some', () => {
  const summary = summariseRun(runHeader({ status: 'ready', total: 8, completed: 0, queued: 8, attempts: 0 }), taskPatchOf([]), attemptPatchOf([]));
  expect(summary).toMatchObject({ queued: 8, wallMs: 0, meanServiceMs: null, speedupEstimated: null, slotUtilisationFraction: null, efficiencyVsLowerBound: null, lowerBoundMs: 0, concurrency: 3, theoreticalMax: 3, latencyMs: NO_PERCENTILES });
});

test('tasks in flight count as queued, so that the four numbers add up to the total', () => {
  const { total, completed, failed, cancelled, queued } = summariseRun(runHeader({ status: 'running', total: 10, completed: 4, failed: 1, cancelled: 2, queued: 1, running: 2 }), taskPatchOf([]), attemptPatchOf([]));
  expect({ total, completed, failed, cancelled, queued }).toEqual({ total: 10, completed: 4, failed: 1, cancelled: 2, queued: 3 });
});

test('more slots than tasks do not raise the ceiling', () => {
  const attempts = attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 0, finishedMs: 100 }), attemptRow({ ordinal: 1, sentMs: 0, finishedMs: 100 })]);
  const summary = summariseRun(runHeader({ total: 2, slotSteps: [{ atMs: 0, slots: 16 }] }), taskPatchOf([]), attempts);
  expect([summary.concurrency, summary.theoreticalMax, summary.speedupEstimated, summary.slotUtilisationFraction]).toEqual([16, 2, 2, 0.125]);
});

test('100,000 attempts are summarised without being looked at pair by pair', () => {
  const count = 100_000;
  const attempts = attemptPatchOf(Array.from({ length: count }, (_, ordinal) => attemptRow({ ordinal, slot: ordinal % 50, sentMs: Math.floor(ordinal / 50) * 10, finishedMs: Math.floor(ordinal / 50) * 10 + 10 })));
  const summary = summariseRun(runHeader({ total: count, completed: count, slotSteps: [{ atMs: 0, slots: 50 }] }), taskPatchOf([]), attempts);
  expect([summary.wallMs, summary.peakInFlight, summary.slotUtilisationFraction, summary.efficiencyVsLowerBound]).toEqual([20_000, 50, 1, 1]);
});
