import { expect, test } from 'vitest';
import { desktopProgress, noticeOf } from '../../electron/window/run-progress.ts';
import { quitStep } from '../../electron/window/quitting.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';

function run(change: Partial<RunHeader>): RunHeader {
  const settings = { template: '', system: '', providerId: null, providerName: '', baseUrl: '', simulated: true, model: 'm', concurrency: 4, maxAttempts: 5, timeoutMs: 1000, maxTokens: null, temperature: null, stream: true };
  const counts = { total: 100, queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0, attempts: 0, retries: 0, inputTokens: 0, outputTokens: 0 };
  const clock = { activeMs: 0, firstSentMs: null, lastFinishedMs: null, trouble: null, interruption: null, slotSteps: [], createdAt: '', startedAt: null, endedAt: null };
  return {
    runId: 'r',
    batchId: 'b',
    batchName: 'sums',
    status: 'running',
    stopReason: null,
    stopMessage: null,
    settings,
    effectiveConcurrency: 4,
    peakInFlight: 0,
    limitedBy: 'nothing',
    ...counts,
    ...clock,
    ...change,
  };
}

test('failed and cancelled tasks count as finished, or the bar would never fill', () => {
  expect(desktopProgress([run({ completed: 40, failed: 1, cancelled: 1 })])).toEqual({ fraction: 0.42, title: '42% - sums - Tasklane' });
});

test('several runs share one bar, weighted by their tasks; those that are over do not count', () => {
  const runs = [run({ total: 300, completed: 150 }), run({ total: 100, completed: 0, status: 'pausing' }), run({ total: 1000, completed: 1000, status: 'completed' })];
  expect(desktopProgress(runs)).toEqual({ fraction: 0.375, title: '37% - 2 runs - Tasklane' });
});

test('without a run there is no bar; a run without tasks does not divide by zero', () => {
  expect(desktopProgress([])).toEqual({ fraction: null, title: 'Tasklane' });
  expect(desktopProgress([run({ total: 0 })])).toEqual({ fraction: 0, title: '0% - sums - Tasklane' });
});

test('the user hears of an end and of a pause they did not cause, once', () => {
  const before = run({});
  expect(noticeOf(before, run({ status: 'completed', completed: 97, failed: 3 }))).toEqual({ title: 'sums: finished', body: '97 of 100 completed, 3 failed' });
  expect(noticeOf(before, run({ status: 'paused', stopReason: 'auth', stopMessage: 'The key was rejected.' }))).toEqual({ title: 'sums: paused', body: 'The key was rejected.' });
  expect(noticeOf(before, run({ status: 'paused', stopReason: 'disk', completed: 5 }))).toEqual({ title: 'sums: paused', body: '5 of 100 finished' });
});

test('nobody is told of their own pause or cancel, of progress, or of a run that was over before', () => {
  const before = run({});
  expect(noticeOf(before, run({ status: 'paused', stopReason: 'user' }))).toBe(null);
  expect(noticeOf(before, run({ status: 'cancelled' }))).toBe(null);
  expect(noticeOf(before, run({ completed: 5 }))).toBe(null);
  expect(noticeOf(undefined, run({ status: 'completed' }))).toBe(null);
  expect(noticeOf(run({ status: 'paused', stopReason: 'auth' }), run({ status: 'paused', stopReason: 'auth' }))).toBe(null);
});

test('quitting asks once while runs are on, closes without asking else, and a second time forces its way out', () => {
  expect([quitStep('open', 1), quitStep('open', 0), quitStep('asking', 1), quitStep('closing', 1), quitStep('closed', 0)]).toEqual(['ask', 'close', 'wait', 'abort', 'quit']);
});
