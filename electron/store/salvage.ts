import { closeSync, copyFileSync, existsSync, fstatSync, openSync, readSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

import { migrate } from './migrations.ts';
import { scanTolerantly, type ScannedTable } from './tolerant-scan.ts';

/** What results are made of. All of it is there since the first schema. */
const TABLES: readonly (ScannedTable & { readonly primaryKey: string })[] = [
  { name: 'batches', key: ['rowid'], columns: ['key', 'name'], primaryKey: 'key' },
  { name: 'tasks', key: ['rowid'], columns: ['batch_key', 'position', 'custom_id', 'vars'], primaryKey: 'batch_key, position' },
  { name: 'runs', key: ['rowid'], columns: ['key', 'batch_key'], primaryKey: 'key' },
  {
    name: 'run_tasks',
    key: ['run_key', 'position'],
    columns: ['run_key', 'position', 'status', 'attempts', 'failure', 'final_service_ms', 'first_token_ms', 'input_tokens', 'output_tokens'],
    primaryKey: 'run_key, position',
  },
  { name: 'attempts', key: ['run_key', 'ordinal'], columns: ['run_key', 'position', 'number', 'started_at', 'queue_wait_ms'], primaryKey: 'run_key, position, number' },
  { name: 'results', key: ['rowid'], columns: ['run_key', 'position', 'output', 'finish_reason', 'model'], primaryKey: 'run_key, position' },
];

const PAGE_BYTES = 4096;
// https://www.sqlite.org/fileformat2.html#the_database_header
const HEADER_BYTES = 100;
const PAGE_COUNT_AT = 28;
const REPAIRED = 'repaired.db';

/**
 * All rows that can still be read of a damaged store, in a store of their own, which SQLite keeps in a temporary file
 * and drops when it is closed. The damaged file stays as it is.
 */
export function salvage(file: string): DatabaseSync {
  const rescued = new DatabaseSync('');
  rescued.exec('PRAGMA cache_size = -65536; PRAGMA synchronous = OFF');
  for (const { name, columns, primaryKey } of TABLES) rescued.exec(`CREATE TABLE ${name}(${columns.join(', ')}, PRIMARY KEY(${primaryKey}))`);
  const repaired = path.join(path.dirname(file), REPAIRED);
  try {
    // Where it can be read as it is, a mended copy has nothing to add. SQLite deletes the log of a file without content.
    for (const prepare of [() => ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0 ? file : repaired), () => mendFirstPage(file, repaired, HEADER_BYTES), () => mendFirstPage(file, repaired, PAGE_BYTES)]) {
      if (copyReadable(prepare(), rescued)) break;
    }
  } finally {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${repaired}${ending}`, { force: true });
  }
  return rescued;
}

/** Whether anything could be read. */
function copyReadable(file: string, rescued: DatabaseSync): boolean {
  const db = openDamaged(file);
  if (!db) return false;
  let count = 0;
  rescued.exec('BEGIN');
  try {
    for (const table of TABLES) {
      const insert = rescued.prepare(`INSERT OR REPLACE INTO ${table.name} VALUES(${table.columns.map(() => '?').join(', ')})`);
      const isKey = table.columns.map((column) => table.primaryKey.split(', ').includes(column));
      scanTolerantly(db, table, (row) => {
        const values = row.slice(table.key.length);
        if (values.some((value, i) => isKey[i] === true && !Number.isSafeInteger(value))) return;
        insert.run(...values);
        count += 1;
      });
    }
  } finally {
    rescued.exec('COMMIT');
    db.close();
  }
  return count > 0;
}

/** Null where SQLite takes it for no database at all. */
function openDamaged(file: string): DatabaseSync | null {
  for (const query of ['', '?immutable=1']) {
    const url = pathToFileURL(file);
    url.search = query;
    let db: DatabaseSync | null = null;
    try {
      db = new DatabaseSync(url, { readOnly: true });
      // A description of tables that is broken in part is taken for what it is worth.
      db.exec('PRAGMA writable_schema = ON');
      if (db.prepare('SELECT name FROM sqlite_schema LIMIT 1').get()) return db;
    } catch {
      // Without its log (`immutable`) it may be readable yet; else the next repair is tried.
    }
    db?.close();
  }
  return null;
}

/**
 * A copy whose first page begins as that of a new store: its header alone, or with the description of the tables, which
 * lie at the same pages in every store that was never upgraded.
 */
function mendFirstPage(file: string, copy: string, byteCount: number): string {
  if (existsSync(file)) copyFileSync(file, copy);
  else writeFileSync(copy, '');
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  const handle = openSync(copy, 'r+');
  try {
    const page = firstPageOfNewStore(copy);
    page.writeUInt32BE(Math.max(1, Math.floor(fstatSync(handle).size / PAGE_BYTES)), PAGE_COUNT_AT);
    writeSync(handle, page, 0, byteCount, 0);
  } finally {
    closeSync(handle);
  }
  return copy;
}

function firstPageOfNewStore(beside: string): Buffer {
  const file = `${beside}.new`;
  try {
    const db = new DatabaseSync(file);
    migrate(db);
    db.close();
    const page = Buffer.alloc(PAGE_BYTES);
    const handle = openSync(file, 'r');
    readSync(handle, page, 0, PAGE_BYTES, 0);
    closeSync(handle);
    return page;
  } finally {
    rmSync(file, { force: true });
  }
}
