import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import { expect, test } from 'vitest';

import { addBatch, draft, errorCode, settings, storePlaceForEach } from './place.ts';

const place = storePlaceForEach();

test('the store is in WAL mode with full synchronisation, so that a commit survives a power cut', () => {
  place.open();
  const db = new DatabaseSync(place.storeFile);
  expect(db.prepare('PRAGMA journal_mode').get()?.['journal_mode']).toBe('wal');
  db.close();
  if (process.platform !== 'win32') expect(statSync(place.dataDir).mode & 0o777).toBe(0o700);
});

test('a column may be called __proto__ or toString and keeps its values', () => {
  const store = place.open();
  const vars = Object.assign(Object.create(null) as Record<string, string>, { toString: 'b' });
  Object.defineProperty(vars, '__proto__', { value: 'a', enumerable: true });
  const batchId = addBatch(store, [vars]);
  expect(Object.entries(store.batches.rows(batchId, 0, 1)[0]!.vars)).toEqual([['toString', 'b'], ['__proto__', 'a']]);
});

test('an import that never finished leaves nothing behind at the next start', () => {
  const store = place.open();
  const batchId = store.batches.begin({ name: 'half', createdAt: '2026-01-01T00:00:00.000Z', files: [], columns: [], draft });
  store.batches.append(batchId, 0, [{ customId: 'x', vars: { a: '1' } }]);
  store.close();
  const again = place.open();
  expect(again.batches.list()).toEqual([]);
  expect(again.batches.rows(batchId, 0, 10)).toEqual([]);
});

test('a batch is removed with everything that belongs to it', () => {
  const store = place.open();
  const batchId = addBatch(store, [{ a: '1' }, { a: '2' }]);
  const { runId } = store.runs.create({ batchId, settings, total: 2, createdAt: '2026-01-01T00:00:00.000Z' });
  expect(store.runTasks.cancelQueued({ runId, batchId, total: 2 }, null, 5)).toBe(2);
  store.batches.remove(batchId);
  expect(errorCode(() => store.runs.get(runId))).toBe('run_not_found');
  expect(errorCode(() => store.batches.get(batchId))).toBe('batch_not_found');
});

test('tasks are paged by position without gaps or repeats, touched ones left out', () => {
  const store = place.open();
  const batchId = addBatch(store, Array.from({ length: 25 }, (_, index) => ({ a: String(index) })));
  const { runId } = store.runs.create({ batchId, settings, total: 20, createdAt: '2026-01-01T00:00:00.000Z' });
  store.runTasks.cancelQueued({ runId, batchId, total: 20 }, [3, 4], 1);
  const seen: number[] = [];
  let after = -1;
  for (;;) {
    const page = store.runTasks.untouched(runId, batchId, 20, after, 7);
    seen.push(...page.map(({ index }) => index));
    if (page.length === 0) break;
    after = page.at(-1)!.index;
  }
  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index).filter((index) => index !== 3 && index !== 4));
});

test('search takes % and _ as they are written', () => {
  const store = place.open();
  const batchId = addBatch(store, [{ a: '100%' }, { a: '1000' }, { a: 'x_y' }, { a: 'xzy' }]);
  expect(store.batches.find(batchId, '0%')).toEqual([0]);
  expect(store.batches.find(batchId, 'x_y')).toEqual([2]);
});
