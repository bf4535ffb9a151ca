import { expect, test } from 'vitest';

import { ATTEMPT_COMPLETED, ATTEMPT_RUNNING } from '../../shared/contract/columns.ts';
import type { RunRecord, TaskRecord } from './records.ts';
import { COMPLETED, QUEUED, RUNNING } from './rules.ts';
import { judgeRun } from './run-rules.ts';

const OUTCOMES = new Map([[COMPLETED, ATTEMPT_COMPLETED], [RUNNING, ATTEMPT_RUNNING]]);

function task(position: number, status: number): TaskRecord {
  const outcome = OUTCOMES.get(status);
  const history = outcome === undefined ? [] : [{ number: 1, outcome, failure: null, inputTokens: 7, outputTokens: 3 }];
  return { position, status, hasRow: true, attempts: history.length, flags: 0, failure: null, history, output: null, input: '' };
}

const counters = { completed: 1, failed: 0, cancelled: 0, attempts: 1, retries: 0, inputTokens: 7, outputTokens: 3 };
const tasks = [task(0, COMPLETED), task(1, QUEUED)];
const paused: RunRecord = { runId: 'r1', status: 'paused', stopReason: 'interrupted', total: 2, counters, interruption: { inFlight: 1, parked: 0 }, tasks };
const on: RunRecord = { ...paused, status: 'running', tasks: [task(0, COMPLETED)] };
const shown = { completed: 1, failed: 0 };

test('nothing is found wrong with a run whose header tells what its rows say', () => {
  expect(judgeRun(paused, null, shown)).toEqual([]);
  expect(judgeRun({ ...paused, status: 'completed', total: 1 }, null, shown)).toEqual([]);
  expect(judgeRun({ ...on, counters: { ...counters, completed: 0 } }, null, shown)).toEqual([]);
});

test.each<[string, RunRecord, RunRecord | null, { completed: number; failed: number }]>([
  ['fewer completed tasks than it showed', on, null, { completed: 2, failed: 0 }],
  ['fewer failed tasks than it showed', on, null, { completed: 1, failed: 1 }],
  ['counters that lag behind its rows after recovery', { ...paused, counters: { ...counters, inputTokens: 0 } }, null, shown],
  ['an end with tasks left over', { ...paused, status: 'completed' }, null, shown],
  ['running tasks while it is paused', { ...paused, tasks: [task(0, COMPLETED), task(1, RUNNING)], counters: { ...counters, attempts: 2, inputTokens: 14, outputTokens: 6 } }, null, shown],
  ['an interruption that miscounts what was in flight', paused, on, shown],
])('a run with %s is found out', (_, unsound, before, told) => {
  expect(judgeRun(unsound, before, told)).toHaveLength(1);
});
