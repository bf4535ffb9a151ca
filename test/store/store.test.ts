import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Vars } from '../../shared/contract/commands.ts';
import type { RunSettings } from '../../shared/vocabulary.ts';
import { openStore, STORE_FILE, type Store } from '../../electron/store/open.ts';

let dataDir: string;
const opened: Store[] = [];
const open = (readOnly = false): Store => {
  const store = openStore({ dataDir, holder: 'test', readOnly });
  opened.push(store);
  return store;
};

beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'tasklane-store-'));
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const settings: RunSettings = { template: '{{a}}', system: '', providerId: null, providerName: 'x', baseUrl: '', simulated: true, model: 'm', concurrency: 4, maxAttempts: 5, timeoutMs: 1000, maxTokens: null, temperature: null, stream: true };
const draft = { template: '{{a}}', system: '', providerId: 'simulated', model: 'm', concurrency: 4, maxAttempts: 5, timeoutMs: 1000, maxTokens: null, temperature: null, stream: true };

function addBatch(store: Store, rows: readonly Vars[]): string {
  const batchId = store.batches.begin({ name: 'rows', createdAt: '2026-01-01T00:00:00.000Z', files: ['rows.csv'], columns: [], draft });
  store.batches.append(batchId, 0, rows.map((vars, index) => ({ customId: `task-${index + 1}`, vars })));
  store.batches.finishImport(batchId, rows.length, ['a']);
  return batchId;
}

const errorCode = (action: () => unknown): string => {
  try {
    action();
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

test('the store is in WAL mode with full synchronisation, so that a commit survives a power cut', () => {
  open();
  const db = new DatabaseSync(path.join(dataDir, STORE_FILE));
  expect(db.prepare('PRAGMA journal_mode').get()?.['journal_mode']).toBe('wal');
  db.close();
  if (process.platform !== 'win32') expect(statSync(dataDir).mode & 0o777).toBe(0o700);
});

test('a second writer is refused with a word on who holds the folder; a reader may look on', () => {
  const first = open();
  const batchId = addBatch(first, [{ a: '1' }]);
  expect(errorCode(() => open())).toBe('store_locked');
  const reader = open(true);
  expect(reader.batches.get(batchId).taskCount).toBe(1);
  expect(errorCode(() => reader.batches.update(batchId, { name: 'changed' }))).not.toBe('no error');
  first.close();
  expect(errorCode(() => open())).toBe('no error');
});

test('the lock of a killed program does not outlive it', async () => {
  const script = `import { openStore } from '${path.resolve('electron/store/open.ts')}'; openStore({ dataDir: process.argv[1], holder: 'child' }); process.stdout.write('held'); setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  const whileHeld = errorCode(() => open());
  child.kill('SIGKILL');
  await exited;
  expect(whileHeld).toBe('store_locked');
  expect(errorCode(() => open())).toBe('no error');
});

test('a store written by a newer Tasklane is refused untouched', () => {
  open().close();
  const db = new DatabaseSync(path.join(dataDir, STORE_FILE));
  db.exec('PRAGMA user_version = 999');
  db.close();
  expect(errorCode(() => open())).toBe('store_newer');
  expect(errorCode(() => open(true))).toBe('store_newer');
});

test('a damaged store is named as such instead of being overwritten', () => {
  writeFileSync(path.join(dataDir, STORE_FILE), 'this is no database, but long enough to be taken for one '.repeat(40));
  expect(errorCode(() => open())).toBe('store_corrupt');
});

test('a column may be called __proto__ or toString and keeps its values', () => {
  const store = open();
  const vars = Object.assign(Object.create(null) as Record<string, string>, { toString: 'b' });
  Object.defineProperty(vars, '__proto__', { value: 'a', enumerable: true });
  const batchId = addBatch(store, [vars]);
  expect(Object.entries(store.batches.rows(batchId, 0, 1)[0]!.vars)).toEqual([['toString', 'b'], ['__proto__', 'a']]);
});

test('an import that never finished leaves nothing behind at the next start', () => {
  const store = open();
  const batchId = store.batches.begin({ name: 'half', createdAt: '2026-01-01T00:00:00.000Z', files: [], columns: [], draft });
  store.batches.append(batchId, 0, [{ customId: 'x', vars: { a: '1' } }]);
  store.close();
  const again = open();
  expect(again.batches.list()).toEqual([]);
  expect(again.batches.rows(batchId, 0, 10)).toEqual([]);
});

test('a batch is removed with everything that belongs to it', () => {
  const store = open();
  const batchId = addBatch(store, [{ a: '1' }, { a: '2' }]);
  const { runId } = store.runs.create({ batchId, settings, total: 2, createdAt: '2026-01-01T00:00:00.000Z' });
  expect(store.runTasks.cancelQueued({ runId, batchId, total: 2 }, null, 5)).toBe(2);
  store.batches.remove(batchId);
  expect(errorCode(() => store.runs.get(runId))).toBe('run_not_found');
  expect(errorCode(() => store.batches.get(batchId))).toBe('batch_not_found');
});

test('tasks are paged by position without gaps or repeats, touched ones left out', () => {
  const store = open();
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
  const store = open();
  const batchId = addBatch(store, [{ a: '100%' }, { a: '1000' }, { a: 'x_y' }, { a: 'xzy' }]);
  expect(store.batches.find(batchId, '0%')).toEqual([0]);
  expect(store.batches.find(batchId, 'x_y')).toEqual([2]);
});
