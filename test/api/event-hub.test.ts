import { expect, test } from 'vitest';

import type { EventBatch } from '../../shared/contract/events.ts';
import { taskPatchOf, attemptPatchOf, type TaskRow } from '../../shared/contract/columns.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import { createEventHub, type EventHub } from '../../electron/api/event-hub.ts';

const header = { runId: 'r1', status: 'running' } as RunHeader;
const row = (index: number, status: number): TaskRow => ({ index, status, attempts: 1, failure: 0, startedMs: 0, finishedMs: 0, serviceMs: 0, finalServiceMs: 0, timeToFirstTokenMs: 0, inputTokens: 0, outputTokens: 0, flags: 0 });
const open = (): EventHub => createEventHub({ exists: (runId) => runId !== 'gone', header: () => header, columns: () => ({ tasks: taskPatchOf([row(9, 4)]), attempts: attemptPatchOf([]) }), unreadable: () => undefined });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('ten thousand changes become a handful of messages that hold the latest row of each task', async () => {
  const hub = open();
  const batches: EventBatch[] = [];
  hub.subscribe((batch) => batches.push(batch));
  for (let change = 0; change < 10_000; change += 1) {
    hub.taskChanged('r1', row(change % 100, change >= 9900 ? 2 : 1));
    hub.runChanged('r1');
    if (change % 2500 === 0) await pause(70);
  }
  hub.close();
  expect(batches.length).toBeLessThanOrEqual(6);
  expect(batches.map(({ seq }) => seq)).toEqual(batches.map((_, index) => index + 1));
  const last = batches.at(-1)?.events.find((event) => event.type === 'tasks.changed');
  expect([...(last?.tasks.status ?? [])]).toEqual(Array.from({ length: 100 }, () => 2));
});

test('a listener that throws harms neither the others nor whoever spoke', async () => {
  const hub = open();
  const seen: number[] = [];
  const warnings: string[] = [];
  const note = (warning: Error): void => {
    warnings.push(warning.message);
  };
  process.on('warning', note);
  hub.subscribe(() => {
    throw new Error('a screen fell over');
  });
  hub.subscribe(({ seq }) => seen.push(seq));
  hub.runChanged('r1');
  expect(hub.flush()).toBe(1);
  await pause(20);
  process.off('warning', note);
  expect(seen).toEqual([1]);
  expect(warnings).toContain('a screen fell over');
});

test('text of a task that nobody watches is not sent', () => {
  const hub = open();
  const batches: EventBatch[] = [];
  hub.subscribe((batch) => batches.push(batch));
  hub.watch('one', 'r1', [4]);
  hub.answerExtended('r1', 3, 1, 0, 'no');
  hub.answerExtended('r2', 4, 1, 0, 'no');
  hub.answerExtended('r1', 4, 1, 0, 'yes');
  hub.flush();
  hub.watch('one', 'r1', []);
  hub.answerExtended('r1', 4, 1, 3, 'no');
  hub.flush();
  expect(batches.flatMap(({ events }) => events)).toEqual([{ type: 'answer.extended', runId: 'r1', index: 4, attempt: 1, offset: 0, text: 'yes' }]);
});

test('a run that was removed since is left out and harms no other', () => {
  const hub = open();
  const batches: EventBatch[] = [];
  hub.subscribe((batch) => batches.push(batch));
  hub.runChanged('gone');
  hub.runChanged('r1');
  hub.flush();
  expect(batches[0]?.events).toEqual([{ type: 'run.changed', run: header }]);
});

test('where many tasks changed at once all of them are read anew', () => {
  const hub = open();
  const batches: EventBatch[] = [];
  hub.subscribe((batch) => batches.push(batch));
  hub.tasksReplaced('r1');
  hub.flush();
  expect(batches[0]?.events.map(({ type }) => type)).toEqual(['tasks.changed', 'attempts.changed']);
});

test('a run that can no longer be read ends neither the program nor what is said of the others, and is reported once', async () => {
  const reported: string[] = [];
  const columns = (runId: string): ReturnType<Parameters<typeof createEventHub>[0]['columns']> => {
    if (runId === 'damaged') throw new Error('database disk image is malformed');
    return { tasks: taskPatchOf([row(9, 4)]), attempts: attemptPatchOf([]) };
  };
  const hub = createEventHub({ exists: () => true, header: () => header, columns, unreadable: (runId, error) => reported.push(`${runId}: ${String(error)}`) });
  const batches: EventBatch[] = [];
  hub.subscribe((batch) => batches.push(batch));
  for (const runId of ['damaged', 'r1', 'damaged']) {
    hub.tasksReplaced(runId);
    // By the timer, where nobody could catch what is thrown.
    await pause(90);
  }
  expect(batches.map(({ seq, events }) => [seq, events.map(({ type }) => type)])).toEqual([[1, ['tasks.changed', 'attempts.changed']]]);
  expect(hub.flush()).toBe(1);
  expect(reported).toEqual(['damaged: Error: database disk image is malformed']);
});

test('where not even the existence of a run can be read, that is told too and nothing is thrown', () => {
  const exists = (): boolean => {
    throw new Error('file is not a database');
  };
  const told: unknown[] = [];
  const hub = createEventHub({ exists, header: () => header, columns: () => ({ tasks: taskPatchOf([]), attempts: attemptPatchOf([]) }), unreadable: (runId, error) => told.push([runId, String(error)]) });
  hub.runChanged('r1');
  expect(hub.flush()).toBe(0);
  expect(told).toEqual([['r1', 'Error: file is not a database']]);
});
