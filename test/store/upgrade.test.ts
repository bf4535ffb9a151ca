import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { describe, expect, it } from 'vitest';

import { migrate, SCHEMA_VERSION, schemaVersionOf, STEPS } from '../../electron/store/migrations.ts';
import { BACKUP_FOLDER, upgrade } from '../../electron/store/upgrade.ts';
import { errorCode, settings, draft, storePlaceForEach } from './place.ts';

const place = storePlaceForEach();

/** A store as the first released Tasklane wrote it: real rows in all of its tables. */
function writeFirstStore(): void {
  const db = new DatabaseSync(place.storeFile);
  db.exec('PRAGMA journal_mode = WAL');
  migrate(db, STEPS.slice(0, 1));
  db.prepare('INSERT INTO settings VALUES(?, ?)').run('provider', '"p1"');
  db.prepare('INSERT INTO providers VALUES(?, ?, ?, ?)').run('p1', 'Local', 'http://127.0.0.1:9/v1', 'm');
  db.prepare("INSERT INTO batches(name, created_at, files, columns, draft, task_count, ready) VALUES('old', '2025-01-01T00:00:00.000Z', '[\"a.csv\"]', '[\"a\"]', ?, 4, 1)").run(JSON.stringify(draft));
  for (let i = 0; i < 4; i += 1) db.prepare('INSERT INTO tasks VALUES(1, ?, ?, ?)').run(i, `t${i}`, JSON.stringify([['a', `question ${i}`]]));
  db.prepare("INSERT INTO runs(batch_key, status, settings, total, completed, failed, attempts, concurrency, created_at) VALUES(1, 'paused', ?, 4, 2, 1, 3, 2, '2025-01-01T00:00:00.000Z')").run(JSON.stringify(settings));
  const failure = JSON.stringify({ class: 'server', httpStatus: 500, code: null, message: 'no', maybeBilled: false, retryAfterMs: null, shouldRetry: null });
  for (const [index, status] of [2, 2, 3].entries()) {
    db.prepare('INSERT INTO run_tasks(run_key, position, status, attempts, spent, failure) VALUES(1, ?, ?, 1, 1, ?)').run(index, status, status === 3 ? failure : null);
    db.prepare("INSERT INTO attempts(run_key, ordinal, position, number, slot, outcome, started_at, queue_wait_ms, rate_wait_ms, backoff_ms, sent_ms) VALUES(1, ?, ?, 1, 0, 1, '2025-01-01T00:00:01.000Z', 0, 0, 0, 5)").run(index, index);
    if (status === 2) db.prepare("INSERT INTO results VALUES(1, ?, ?, 'stop', 'm')").run(index, `answer ${index}`);
  }
  db.close();
}

const TABLES = ['settings', 'providers', 'batches', 'tasks', 'runs', 'run_tasks', 'attempts', 'results'];

/** All rows by table; of newer stores the columns of the first schema only. */
function rowsOf(file: string): unknown {
  const db = new DatabaseSync(file, { readOnly: true });
  const added = ['flags', 'fingerprint', 'edit', 'interruption'];
  try {
    return TABLES.map((table) =>
      db
        .prepare(`SELECT * FROM ${table}`)
        .all()
        .map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !added.includes(name)))),
    );
  } finally {
    db.close();
  }
}

const backups = (): readonly string[] => readdirSync(path.join(place.dataDir, BACKUP_FOLDER)).toSorted();
const digest = (): string => createHash('sha256').update(readFileSync(place.storeFile)).digest('hex');

describe('an upgrade', () => {
  it('keeps every row of a store of the first release, works on with it, and keeps a copy of what was there', () => {
    writeFirstStore();
    const before = rowsOf(place.storeFile);
    const store = place.open();
    expect(store.notices).toMatchObject([{ kind: 'upgraded' }]);
    const [name = ''] = backups();
    expect(name).toMatch(/^tasklane-v1-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.db$/);
    expect(store.notices[0]?.message).toContain(name);
    const copy = path.join(place.dataDir, BACKUP_FOLDER, name);
    expect(rowsOf(copy)).toEqual(before);
    expect(schemaVersionOf(new DatabaseSync(copy, { readOnly: true }))).toBe(1);

    expect(store.runs.get('r1')).toMatchObject({ status: 'paused', completed: 2, failed: 1, queued: 1, interruption: null });
    expect(store.results.page({ runId: 'r1', batchId: 'b1', total: 4 }, -1, 10).map(({ customId, status, output }) => [customId, status, output])).toEqual([
      ['t0', 'completed', 'answer 0'],
      ['t1', 'completed', 'answer 1'],
      ['t2', 'failed', null],
      ['t3', 'queued', null],
    ]);
    store.deadLetters.skip('r1', [2]);
    expect(store.runTasks.standing('r1', 2)).toMatchObject({ status: 'cancelled', attempts: 1, flags: 0 });
    store.close();
    const again = place.open();
    expect(again.notices).toEqual([]);
    expect(backups()).toEqual([name]);
  });

  it('keeps the three newest copies, whatever version they are of, and nothing of a copy that a kill cut short', () => {
    writeFirstStore();
    const folder = path.join(place.dataDir, BACKUP_FOLDER);
    mkdirSync(folder);
    for (const name of ['tasklane-v9-2020-01-01T00-00-00.000Z.db', 'tasklane-v1-2021-01-01T00-00-00.000Z.db', 'tasklane-v1-2022-01-01T00-00-00.000Z.db', 'tasklane-v1-2023-01-01T00-00-00.000Z.db.tmp', 'mine.db']) writeFileSync(path.join(folder, name), '');
    place.open();
    const [mine, older, old, fresh] = backups();
    expect([mine, older, old]).toEqual(['mine.db', 'tasklane-v1-2021-01-01T00-00-00.000Z.db', 'tasklane-v1-2022-01-01T00-00-00.000Z.db']);
    expect(fresh).toMatch(/^tasklane-v1-20(?:2[3-9]|[3-9])/);
    expect(backups()).toHaveLength(4);
  });

  it('is refused, and nothing is changed, where no copy can be made', () => {
    writeFirstStore();
    writeFileSync(path.join(place.dataDir, BACKUP_FOLDER), 'a file where the folder belongs');
    const before = digest();
    expect(() => place.open()).toThrow(/was not updated, because no copy/);
    expect(errorCode(() => place.open())).toBe('store_failed');
    expect(digest()).toBe(before);
  });

  it('leaves the old store and no second copy of it behind when a step fails', () => {
    writeFirstStore();
    const before = rowsOf(place.storeFile);
    const db = new DatabaseSync(place.storeFile);
    const steps = [...STEPS.slice(0, 1), 'CREATE TABLE later(a); DELETE FROM results; SELECT no_such_column FROM tasks'];
    expect(() => upgrade(db, place.dataDir, new Date(), steps)).toThrow(/no_such_column/);
    expect(schemaVersionOf(db)).toBe(1);
    expect(db.prepare("SELECT count(*) AS count FROM sqlite_schema WHERE name = 'later'").get()).toEqual({ count: 0 });
    db.close();
    expect(rowsOf(place.storeFile)).toEqual(before);
    expect(backups()).toEqual([]);
  });
});

describe('case 47: a newer schema', () => {
  it('case 47: is refused by writer and reader, and neither touched nor copied', () => {
    place.open().close();
    const db = new DatabaseSync(place.storeFile);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    db.close();
    const before = digest();
    expect(errorCode(() => place.open())).toBe('store_newer');
    expect(errorCode(() => place.open(true))).toBe('store_newer');
    expect(digest()).toBe(before);
    expect(readdirSync(place.dataDir)).not.toContain(BACKUP_FOLDER);
  });

  it('case 47: a program that knows the first schema only refuses a store that was upgraded', () => {
    writeFirstStore();
    place.open().close();
    const db = new DatabaseSync(place.storeFile);
    expect(errorCode(() => migrate(db, STEPS.slice(0, 1)))).toBe('store_newer');
    db.close();
  });
});
