import { expect, test } from 'vitest';
import type { AppEvent } from '../../../shared/contract/events.ts';
import { attemptPatchOf, taskPatchOf } from '../../../shared/contract/columns.ts';
import { coalesce } from '../../../shared/run-state/coalesce.ts';
import { attemptRow, runHeader, taskRow } from '../run-fixture.ts';

function answer(index: number, attempt: number, offset: number, text: string): AppEvent {
  return { type: 'answer.extended', runId: 'run-1', index, attempt, offset, text };
}

test('many patches of a run become one in which the later row of a task counts', () => {
  const patch = (runId: string, ...rows: Parameters<typeof taskPatchOf>[0]): AppEvent => ({ type: 'tasks.changed', runId, tasks: taskPatchOf(rows) });
  expect(coalesce([patch('run-1', taskRow({ index: 5, status: 1 }), taskRow({ index: 2, status: 1 })), patch('run-2', taskRow({ index: 5 })), patch('run-1', taskRow({ index: 5, status: 3, failure: 2 }))])).toEqual([
    patch('run-2', taskRow({ index: 5 })),
    patch('run-1', taskRow({ index: 5, status: 3, failure: 2 }), taskRow({ index: 2, status: 1 })),
  ]);
});

test('a row named twice within one patch counts once', () => {
  const twice: AppEvent = { type: 'attempts.changed', runId: 'run-1', attempts: attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 0, finishedMs: Number.NaN, outcome: 0 }), attemptRow({ ordinal: 0, sentMs: 0, finishedMs: 5 })]) };
  const empty: AppEvent = { type: 'attempts.changed', runId: 'run-1', attempts: attemptPatchOf([]) };
  expect(coalesce([twice, empty])).toEqual([{ type: 'attempts.changed', runId: 'run-1', attempts: attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 0, finishedMs: 5 })]) }]);
});

test('whoever hears that a run ended has its last rows already', () => {
  const rows: AppEvent = { type: 'tasks.changed', runId: 'run-1', tasks: taskPatchOf([taskRow({ index: 0 })]) };
  const ended: AppEvent = { type: 'run.changed', run: runHeader({ status: 'completed' }) };
  expect(coalesce([{ type: 'run.changed', run: runHeader({ status: 'running' }) }, rows, ended])).toEqual([rows, ended]);
});

test('adjacent texts of one answer are joined, those of other tasks and attempts are not mixed in', () => {
  expect(coalesce([answer(0, 1, 0, 'Hel'), answer(1, 1, 0, 'Bon'), answer(0, 1, 3, 'lo'), answer(0, 2, 0, 'Hi'), answer(1, 1, 3, 'jour')])).toEqual([answer(0, 1, 0, 'Hello'), answer(0, 2, 0, 'Hi'), answer(1, 1, 0, 'Bonjour')]);
});

test('texts with a gap between them stay apart, so that the gap is noticed', () => {
  expect(coalesce([answer(0, 1, 0, 'a'), answer(0, 1, 5, 'b'), answer(0, 1, 6, 'c')])).toEqual([answer(0, 1, 0, 'a'), answer(0, 1, 5, 'bc')]);
});

test('the last lists of batches and providers count', () => {
  const first: AppEvent = { type: 'providers.changed', providers: [], defaultProviderId: 'a' };
  const last: AppEvent = { type: 'providers.changed', providers: [], defaultProviderId: 'b' };
  const batches: AppEvent = { type: 'batches.changed', batches: [] };
  expect(coalesce([first, batches, last, batches])).toEqual([last, batches]);
});

test('the events given are not changed', () => {
  const first = taskPatchOf([taskRow({ index: 0, status: 1 })]);
  const event = (tasks: typeof first): AppEvent => ({ type: 'tasks.changed', runId: 'run-1', tasks });
  coalesce([event(first), event(taskPatchOf([taskRow({ index: 0, status: 2 })]))]);
  expect(first).toEqual(taskPatchOf([taskRow({ index: 0, status: 1 })]));
  expect(coalesce([])).toEqual([]);
});
