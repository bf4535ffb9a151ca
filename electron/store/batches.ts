import type { DatabaseSync } from 'node:sqlite';

import type { BatchDraft, Vars } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { batchIdOf, batchKeyOf } from './ids.ts';
import { transact } from './transaction.ts';

export interface BatchRecord {
  readonly batchId: string;
  readonly name: string;
  readonly createdAt: string;
  readonly files: readonly string[];
  readonly columns: readonly string[];
  readonly draft: BatchDraft;
  readonly taskCount: number;
}

export interface NewTask {
  readonly customId: string;
  readonly vars: Vars;
}

export interface StoredTask extends NewTask {
  readonly index: number;
}

export interface Batches {
  /** A batch that is invisible until `finishImport`. */
  begin(batch: Omit<BatchRecord, 'batchId' | 'taskCount'>): string;
  /** Appends tasks from position `from` on, in one transaction. */
  append(batchId: string, from: number, tasks: readonly NewTask[]): void;
  finishImport(batchId: string, taskCount: number, columns: readonly string[]): void;
  /** Removes what imports left behind that never finished. */
  removeUnfinishedImports(): void;
  /** Throws `batch_not_found`. */
  get(batchId: string): BatchRecord;
  /** Newest first. */
  list(): readonly BatchRecord[];
  update(batchId: string, change: { readonly name?: string | undefined; readonly draft?: BatchDraft | undefined }): void;
  /** With its tasks, runs, attempts and results. */
  remove(batchId: string): void;
  rows(batchId: string, from: number, count: number): readonly StoredTask[];
  rowsAt(batchId: string, indices: readonly number[]): readonly StoredTask[];
  /** Positions of the tasks whose id or input contains the text, ascending. */
  find(batchId: string, text: string): readonly number[];
}

/** Values of a row are kept as a list of pairs, so that a column may have any name, `__proto__` included. */
export function varsToText(vars: Vars): string {
  return JSON.stringify(Object.entries(vars));
}

export function varsFromText(text: string): Vars {
  const vars: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of JSON.parse(text) as [string, string][]) vars[name] = value;
  return vars;
}

export function createBatches(db: DatabaseSync): Batches {
  const record = (row: Record<string, unknown>): BatchRecord => ({
    batchId: batchIdOf(Number(row['key'])),
    name: String(row['name']),
    createdAt: String(row['created_at']),
    files: JSON.parse(String(row['files'])) as string[],
    columns: JSON.parse(String(row['columns'])) as string[],
    draft: JSON.parse(String(row['draft'])) as BatchDraft,
    taskCount: Number(row['task_count']),
  });
  const task = (row: Record<string, unknown>): StoredTask => ({ index: Number(row['position']), customId: String(row['custom_id']), vars: varsFromText(String(row['vars'])) });
  const removeAll = (key: number): void => {
    for (const table of ['run_tasks', 'attempts', 'results', 'edits']) db.prepare(`DELETE FROM ${table} WHERE run_key IN (SELECT key FROM runs WHERE batch_key = ?)`).run(key);
    db.prepare('DELETE FROM runs WHERE batch_key = ?').run(key);
    db.prepare('DELETE FROM tasks WHERE batch_key = ?').run(key);
    db.prepare('DELETE FROM batches WHERE key = ?').run(key);
  };
  return {
    begin(batch) {
      const { lastInsertRowid } = db
        .prepare('INSERT INTO batches(name, created_at, files, columns, draft, task_count, ready) VALUES(?, ?, ?, ?, ?, 0, 0)')
        .run(batch.name, batch.createdAt, JSON.stringify(batch.files), JSON.stringify(batch.columns), JSON.stringify(batch.draft));
      return batchIdOf(Number(lastInsertRowid));
    },
    append(batchId, from, tasks) {
      const key = batchKeyOf(batchId);
      const insert = db.prepare('INSERT INTO tasks(batch_key, position, custom_id, vars) VALUES(?, ?, ?, ?)');
      transact(db, () => {
        for (const [offset, item] of tasks.entries()) insert.run(key, from + offset, item.customId, varsToText(item.vars));
      });
    },
    finishImport(batchId, taskCount, columns) {
      db.prepare('UPDATE batches SET ready = 1, task_count = ?, columns = ? WHERE key = ?').run(taskCount, JSON.stringify(columns), batchKeyOf(batchId));
    },
    removeUnfinishedImports() {
      for (const { key } of db.prepare('SELECT key FROM batches WHERE ready = 0').all()) {
        transact(db, () => {
          removeAll(Number(key));
        });
      }
    },
    get(batchId) {
      const row = db.prepare('SELECT * FROM batches WHERE key = ? AND ready = 1').get(batchKeyOf(batchId));
      if (!row) throw new TasklaneError('batch_not_found', `There is no batch ${batchId} in this data folder.`, 'It may have been removed in another window; reload the list.');
      return record(row);
    },
    list: () => db.prepare('SELECT * FROM batches WHERE ready = 1 ORDER BY key DESC').all().map(record),
    update(batchId, change) {
      const key = batchKeyOf(batchId);
      if (change.name !== undefined) db.prepare('UPDATE batches SET name = ? WHERE key = ?').run(change.name, key);
      if (change.draft !== undefined) db.prepare('UPDATE batches SET draft = ? WHERE key = ?').run(JSON.stringify(change.draft), key);
    },
    remove(batchId) {
      transact(db, () => {
        removeAll(batchKeyOf(batchId));
      });
    },
    rows: (batchId, from, count) =>
      db.prepare('SELECT position, custom_id, vars FROM tasks WHERE batch_key = ? AND position >= ? ORDER BY position LIMIT ?').all(batchKeyOf(batchId), from, count).map(task),
    rowsAt(batchId, indices) {
      const key = batchKeyOf(batchId);
      const select = db.prepare('SELECT position, custom_id, vars FROM tasks WHERE batch_key = ? AND position = ?');
      return indices.flatMap((index) => {
        const row = select.get(key, index);
        return row ? [task(row)] : [];
      });
    },
    find: (batchId, text) =>
      db
        .prepare("SELECT position FROM tasks WHERE batch_key = ? AND (custom_id LIKE ? ESCAPE '\\' OR vars LIKE ? ESCAPE '\\') ORDER BY position")
        .all(batchKeyOf(batchId), likePattern(text), likePattern(JSON.stringify(text).slice(1, -1)))
        .map((row) => Number(row['position'])),
  };
}

/** A LIKE pattern that matches the text anywhere, its wildcards taken as they are. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}
