import { DatabaseSync, type StatementSync } from 'node:sqlite';

import { beforeEach, describe, expect, it } from 'vitest';

import { TASK_STATUSES, type TaskEdit } from '../../shared/vocabulary.ts';
import { createDeadLetters } from '../../electron/store/dead-letters.ts';
import type { Store } from '../../electron/store/open.ts';
import { createRunTasks } from '../../electron/store/run-tasks.ts';
import { addBatch, serverFailure, settings, storePlaceForEach } from './place.ts';

const place = storePlaceForEach();
const TASKS = 1000;
const NONE: TaskEdit = { prompt: null, template: null, system: null, model: null, maxTokens: null, temperature: null, timeoutMs: null };
const everyTask = Array.from({ length: TASKS }, (_, index) => index);
/** Tasks 0, 3, 6, ... have failed, 1, 4, 7, ... are cancelled, the others completed. */
const statusOf = (index: number): 'failed' | 'cancelled' | 'completed' => (['failed', 'cancelled', 'completed'] as const)[index % 3] ?? 'completed';
const FAILED = everyTask.filter((index) => statusOf(index) === 'failed');
const CANCELLED = everyTask.filter((index) => statusOf(index) === 'cancelled');

/** A real store that counts the statements that it carries out. */
class CountingDatabase extends DatabaseSync {
  count = 0;
  override prepare(sql: string): StatementSync {
    const statement = super.prepare(sql);
    for (const name of ['run', 'get', 'all'] as const) {
      const carryOut = statement[name].bind(statement) as (...values: never[]) => never;
      Object.defineProperty(statement, name, {
        value: (...values: never[]) => {
          this.count += 1;
          return carryOut(...values);
        },
      });
    }
    return statement;
  }
}

let store: Store;
beforeEach(() => {
  store = place.open();
  const batchId = addBatch(store, everyTask.map((index) => ({ a: String(index) })));
  store.runs.create({ batchId, settings, total: TASKS, createdAt: '2026-01-01T00:00:00.000Z' });
  const db = new DatabaseSync(place.storeFile);
  db.exec('BEGIN');
  const add = db.prepare('INSERT INTO run_tasks(run_key, position, status, attempts, spent, failure) VALUES(1, ?, ?, 1, 1, ?)');
  for (const index of everyTask) add.run(index, TASK_STATUSES.indexOf(statusOf(index)), statusOf(index) === 'failed' ? JSON.stringify(serverFailure) : null);
  db.exec(`UPDATE runs SET status = 'completed', failed = ${FAILED.length}, cancelled = ${CANCELLED.length}, completed = ${TASKS - FAILED.length - CANCELLED.length}; COMMIT`);
  db.close();
});

const model = (name: string): TaskEdit => ({ ...NONE, model: name });

describe('sending tasks again', () => {
  it('puts the failed and the cancelled ones of those that are named back into the queue, and no other', () => {
    expect(store.deadLetters.requeue('r1', [...everyTask.slice(0, 500), 0, 1, TASKS + 7])).toEqual({ count: 334, failed: 167, cancelled: 167 });
    expect(everyTask.map((index) => store.runTasks.standing('r1', index).status)).toEqual(everyTask.map((index) => (index < 500 && statusOf(index) !== 'completed' ? 'queued' : statusOf(index))));
    expect(store.runs.get('r1')).toMatchObject({ status: 'paused', failed: FAILED.length - 167, cancelled: CANCELLED.length - 167, queued: 334 });
    expect(store.deadLetters.requeue('r1', null)).toEqual({ count: FAILED.length - 167, failed: FAILED.length - 167, cancelled: 0 });
  });

  it('changes what was changed before, each by what it was, and leaves the edits of others alone', () => {
    store.deadLetters.requeue('r1', [0, 3, 6], (earlier) => earlier ?? model('a'));
    store.deadLetters.requeue('r1', [9], () => model('b'));
    store.deadLetters.requeue('r1', [12], () => model('c'));
    const db = new DatabaseSync(place.storeFile);
    db.exec(`UPDATE run_tasks SET status = ${TASK_STATUSES.indexOf('failed')} WHERE position IN (0, 3, 9, 12)`);
    db.close();
    store.deadLetters.requeue('r1', [0, 3, 9, 1, 15], (earlier) => (earlier?.model === 'b' ? null : { ...(earlier ?? NONE), timeoutMs: 5 }));
    expect([0, 3, 6, 9, 12, 1, 15, 18].map((index) => store.deadLetters.editOf('r1', index))).toEqual([
      { ...model('a'), timeoutMs: 5 },
      { ...model('a'), timeoutMs: 5 },
      model('a'),
      null,
      model('c'),
      { ...NONE, timeoutMs: 5 },
      { ...NONE, timeoutMs: 5 },
      null,
    ]);
  });

  it('takes a handful of statements however many tasks are named, so that 100,000 do not keep the window waiting for seconds', () => {
    const db = new CountingDatabase(place.storeFile);
    const deadLetters = createDeadLetters(db);
    expect(deadLetters.requeue('r1', everyTask, () => model('a')).count).toBe(FAILED.length + CANCELLED.length);
    db.exec(`UPDATE run_tasks SET status = ${TASK_STATUSES.indexOf('failed')}`);
    expect(deadLetters.requeue('r1', everyTask, () => model('b')).count).toBe(TASKS);
    expect(createRunTasks(db).cancelQueued({ runId: 'r1', batchId: 'b1', total: TASKS }, everyTask, 5)).toBe(TASKS);
    db.exec(`UPDATE run_tasks SET status = ${TASK_STATUSES.indexOf('failed')}`);
    expect(deadLetters.skip('r1', everyTask)).toBe(TASKS);
    const { count } = db;
    db.close();
    expect(count).toBeLessThan(30);
  });
});

it('gives up the failed ones of those that are named, and no other', () => {
  expect(store.deadLetters.skip('r1', [0, 0, 1, 2, 3, TASKS + 1])).toBe(2);
  expect([0, 1, 2, 3, 6].map((index) => store.runTasks.standing('r1', index).status)).toEqual(['cancelled', 'cancelled', 'completed', 'cancelled', 'failed']);
  expect(store.runs.get('r1')).toMatchObject({ failed: FAILED.length - 2, cancelled: CANCELLED.length + 2 });
});

it('cancels the named ones that wait, whether they were touched before or not', () => {
  const batchId = addBatch(store, everyTask.slice(0, 10).map((index) => ({ a: String(index) })));
  const { runId } = store.runs.create({ batchId, settings, total: 8, createdAt: '2026-01-01T00:00:00.000Z' });
  expect(store.runTasks.cancelQueued({ runId, batchId, total: 8 }, [1, 3, 3, 9], 5)).toBe(2);
  expect(store.runTasks.cancelQueued({ runId, batchId, total: 8 }, [1, 4], 5)).toBe(1);
  expect([0, 1, 3, 4, 9].map((index) => store.runTasks.standing(runId, index).status)).toEqual(['queued', 'cancelled', 'cancelled', 'cancelled', 'queued']);
});
