import { expect, test } from 'vitest';
import { followProgress } from '../../../renderer/store/progress.ts';
import { applyEvent, createRunState } from '../../../shared/run-state/run-state.ts';
import { stalledSeconds, tokensPerSecond } from '../../../shared/timing/tokens-rate.ts';
import type { RunState } from '../../../shared/run-state/run-state.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';
import { headerOf, taskRow, tasksChanged } from '../program.ts';

/** A run of 100 tasks of one second each, of which the first `done` have ended. */
function stateOf(done: number, change: Partial<RunHeader> = {}): RunState {
  const run = headerOf({ total: 100, queued: 100 - done, completed: done, activeMs: (done / 4) * 1000, firstSentMs: 0, slotSteps: [{ atMs: 0, slots: 4 }], outputTokens: done * 10, ...change });
  const rows = Array.from({ length: done }, (_, index) => taskRow(index, 'completed', { startedMs: Math.floor(index / 4) * 1000, finishedMs: Math.floor(index / 4) * 1000 + 1000, serviceMs: 1000, finalServiceMs: 1000 }));
  return applyEvent(createRunState(run), tasksChanged(...rows));
}

test('no time left is claimed before enough tasks have finished', () => {
  expect([followProgress(null, stateOf(4), 0).eta, followProgress(null, stateOf(40), 0).eta === null]).toEqual([null, false]);
});

test('the time left falls at once when the limit is raised, not a second later', () => {
  const before = followProgress(null, stateOf(40), 0);
  const after = followProgress(before, stateOf(40, { effectiveConcurrency: 16 }), 10);
  expect(after.etaSlots).toBe(16);
  expect(after.eta?.[1] ?? Number.POSITIVE_INFINITY).toBeLessThan((before.eta?.[0] ?? 0) / 2);
});

test('rows are read for the time left at most once a second, however many headers come', () => {
  const first = followProgress(null, stateOf(40), 0);
  const soon = followProgress(first, stateOf(44), 900);
  const later = followProgress(soon, stateOf(48), 1100);
  expect([soon.etaAtMs, later.etaAtMs]).toEqual([0, 1100]);
});

test('tokens that were there when the screen opened are no throughput, and silence fades to 0', () => {
  const opened = followProgress(null, stateOf(40), 0);
  expect(tokensPerSecond(opened.tokenRate, 1000)).toBe(0);
  const flowing = followProgress(opened, stateOf(80), 1000);
  expect(tokensPerSecond(flowing.tokenRate, 1000)).toBeGreaterThan(50);
  expect(tokensPerSecond(flowing.tokenRate, 60_000)).toBe(0);
});

test('the minutes that a run stood still before a retry are no stall', () => {
  const ended = followProgress(followProgress(null, stateOf(40), 0), stateOf(40, { status: 'completed' }), 1000);
  const again = followProgress(ended, stateOf(40, { running: 4 }), 90_000);
  expect(stalledSeconds(again.tokenRate, 91_000, 4)).toBeNull();
  expect(stalledSeconds(followProgress(followProgress(null, stateOf(40), 0), stateOf(40, { running: 4 }), 90_000).tokenRate, 91_000, 4)).not.toBeNull();
});

test('another run begins to count anew', () => {
  const first = followProgress(null, stateOf(40), 0);
  const other = followProgress(first, stateOf(8, { runId: 'run-2', outputTokens: 3 }), 50);
  expect([other.runId, other.tokenRate.tokens, other.tokenRate.sinceMs]).toEqual(['run-2', 3, 50]);
});
