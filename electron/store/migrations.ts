import type { DatabaseSync } from 'node:sqlite';

import { TasklaneError } from '../../shared/errors.ts';
import { transact } from './transaction.ts';

/**
 * Step n brings a store from version n to n + 1. Append only: a released step never changes.
 *
 * A task has a row in run_tasks only once it was touched in that run: no row means queued, so that starting a run of a
 * million tasks costs nothing. Times ending in _ms are on the run clock (active ms since the run's first start).
 */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE settings(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE providers(id TEXT PRIMARY KEY, name TEXT NOT NULL, base_url TEXT NOT NULL, model TEXT NOT NULL) STRICT;

  CREATE TABLE batches(
    key INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, created_at TEXT NOT NULL, files TEXT NOT NULL,
    columns TEXT NOT NULL, draft TEXT NOT NULL, task_count INTEGER NOT NULL, ready INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE tasks(
    batch_key INTEGER NOT NULL, position INTEGER NOT NULL, custom_id TEXT NOT NULL, vars TEXT NOT NULL,
    PRIMARY KEY(batch_key, position)
  ) STRICT;

  CREATE TABLE runs(
    key INTEGER PRIMARY KEY AUTOINCREMENT, batch_key INTEGER NOT NULL REFERENCES batches(key), status TEXT NOT NULL,
    stop_reason TEXT, stop_message TEXT, settings TEXT NOT NULL, total INTEGER NOT NULL,
    completed INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, cancelled INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, retries INTEGER NOT NULL DEFAULT 0,
    input_tokens INTEGER NOT NULL DEFAULT 0, output_tokens INTEGER NOT NULL DEFAULT 0,
    concurrency INTEGER NOT NULL, peak_in_flight INTEGER NOT NULL DEFAULT 0, active_ms REAL NOT NULL DEFAULT 0,
    first_sent_ms REAL, last_finished_ms REAL, slot_steps TEXT NOT NULL DEFAULT '[]',
    created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT
  ) STRICT;
  CREATE INDEX runs_batch ON runs(batch_key, key);

  CREATE TABLE run_tasks(
    run_key INTEGER NOT NULL, position INTEGER NOT NULL, status INTEGER NOT NULL, attempts INTEGER NOT NULL,
    spent INTEGER NOT NULL, interruptions INTEGER NOT NULL DEFAULT 0, failure TEXT,
    started_ms REAL, finished_ms REAL, service_ms REAL NOT NULL DEFAULT 0, final_service_ms REAL, first_token_ms REAL,
    input_tokens INTEGER, output_tokens INTEGER,
    PRIMARY KEY(run_key, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX run_tasks_status ON run_tasks(run_key, status, position);

  CREATE TABLE attempts(
    run_key INTEGER NOT NULL, ordinal INTEGER NOT NULL, position INTEGER NOT NULL, number INTEGER NOT NULL,
    slot INTEGER NOT NULL, outcome INTEGER NOT NULL, started_at TEXT NOT NULL,
    queue_wait_ms REAL NOT NULL, rate_wait_ms REAL NOT NULL, backoff_ms REAL NOT NULL,
    sent_ms REAL NOT NULL, first_token_ms REAL, finished_ms REAL,
    input_tokens INTEGER, output_tokens INTEGER, request_id TEXT, failure TEXT,
    PRIMARY KEY(run_key, ordinal)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX attempts_task ON attempts(run_key, position, number);

  CREATE TABLE results(
    run_key INTEGER NOT NULL, position INTEGER NOT NULL, output TEXT NOT NULL, finish_reason TEXT, model TEXT,
    PRIMARY KEY(run_key, position)
  ) STRICT;
  `,
  // Fingerprints of what was sent, flags, what a person changed for a failed task, and how a run was interrupted.
  `
  ALTER TABLE run_tasks ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE attempts ADD COLUMN fingerprint TEXT;
  ALTER TABLE attempts ADD COLUMN edit TEXT;
  ALTER TABLE runs ADD COLUMN interruption TEXT;
  CREATE TABLE edits(
    run_key INTEGER NOT NULL, position INTEGER NOT NULL, edit TEXT NOT NULL, PRIMARY KEY(run_key, position)
  ) STRICT, WITHOUT ROWID;
  `,
];

export const SCHEMA_VERSION = STEPS.length;

/** Version of the schema in a store; 0 for an empty file. */
export function schemaVersionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

/**
 * Brings a store to the newest schema (or to that of fewer steps) in one transaction: all steps, or none. Throws
 * `store_newer` when a later Tasklane wrote it.
 */
export function migrate(db: DatabaseSync, steps: readonly string[] = STEPS): void {
  const version = schemaVersionOf(db);
  refuseNewer(version, steps.length);
  if (version === steps.length) return;
  transact(db, () => {
    for (const step of steps.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${steps.length}`);
  });
}

/** @param known the newest version that this program can deal with. */
export function refuseNewer(version: number, known = SCHEMA_VERSION): void {
  if (version <= known) return;
  throw new TasklaneError(
    'store_newer',
    `The data folder was written by a newer Tasklane: its schema version is ${version}, this program knows ${known}.`,
    'Update Tasklane, or choose another data folder with --data-dir.',
  );
}
