import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { StoreNotice } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { createAppSettings, type AppSettingsStore } from './app-settings.ts';
import { createBatches, type Batches } from './batches.ts';
import { createDeadLetters, type DeadLetters } from './dead-letters.ts';
import { createJournal, type Journal } from './journal.ts';
import { migrate, refuseNewer, SCHEMA_VERSION, schemaVersionOf } from './migrations.ts';
import { createProviders, type Providers } from './providers.ts';
import { recoverInterruptedRuns } from './recovery.ts';
import { createResults, type Results } from './results.ts';
import { createRunTasks, type RunTasks } from './run-tasks.ts';
import { createRuns, type Runs } from './runs.ts';
import { acquireWriterLock } from './writer-lock.ts';

export interface Store {
  /** Another program is the writer. */
  readonly isReadOnly: boolean;
  readonly batches: Batches;
  readonly runs: Runs;
  readonly runTasks: RunTasks;
  readonly results: Results;
  readonly providers: Providers;
  readonly deadLetters: DeadLetters;
  readonly appSettings: AppSettingsStore;
  readonly journal: Journal;
  /** What happened to the store when it was opened. */
  readonly notices: readonly StoreNotice[];
  /** Commits what is pending, then closes, whether that worked or not. Idempotent. Throws `store_failed`. */
  close(): void;
}

export interface StoreOptions {
  readonly dataDir: string;
  /** Named to others who find the folder in use, e.g. "window". */
  readonly holder: string;
  /** A reader never waits for the writer and never writes; it needs a store that exists. */
  readonly readOnly?: boolean;
  /** How long a write waits for another program that has the file, default 5,000 ms. */
  readonly busyTimeoutMs?: number;
}

export const STORE_FILE = 'tasklane.db';

/**
 * Opens the store of a data folder, creating it when missing. The folder is readable by its owner only.
 * Throws `store_locked`, `store_newer`, `store_corrupt` or `store_failed`.
 */
export function openStore({ dataDir, holder, readOnly = false, busyTimeoutMs = 5000 }: StoreOptions): Store {
  return readOnly ? openReader(dataDir, busyTimeoutMs) : openWriter(dataDir, holder, busyTimeoutMs);
}

function openWriter(dataDir: string, holder: string, timeout: number): Store {
  prepareFolder(dataDir);
  const lock = guard(dataDir, () => acquireWriterLock(dataDir, holder));
  try {
    return guard(dataDir, () => {
      const db = new DatabaseSync(path.join(dataDir, STORE_FILE), { timeout });
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384');
      migrate(db);
      const store = assemble(db, false, [], () => {
        lock.release();
      });
      store.batches.removeUnfinishedImports();
      recoverInterruptedRuns(db, store.appSettings.get().resendInterrupted);
      return store;
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openReader(dataDir: string, timeout: number): Store {
  return guard(dataDir, () => {
    const db = new DatabaseSync(path.join(dataDir, STORE_FILE), { timeout, readOnly: true });
    const version = schemaVersionOf(db);
    refuseNewer(version);
    if (version < SCHEMA_VERSION) throw new TasklaneError('store_failed', `The data folder ${dataDir} has an older layout.`, 'Start Tasklane once without another program using the folder, so that it can be updated.');
    return assemble(db, true, [], () => undefined);
  });
}

function assemble(db: DatabaseSync, isReadOnly: boolean, notices: readonly StoreNotice[], closed: () => void): Store {
  const journal = createJournal(db);
  let open = true;
  return {
    isReadOnly,
    batches: createBatches(db),
    runs: createRuns(db),
    runTasks: createRunTasks(db),
    results: createResults(db),
    providers: createProviders(db),
    deadLetters: createDeadLetters(db),
    appSettings: createAppSettings(db),
    journal,
    notices,
    close() {
      if (!open) return;
      open = false;
      try {
        journal.flush();
      } finally {
        journal.close();
        db.close();
        closed();
      }
    },
  };
}

function prepareFolder(dataDir: string): void {
  try {
    makeFolder(dataDir);
    if (process.platform !== 'win32') chmodSync(dataDir, 0o700);
  } catch (error) {
    throw new TasklaneError('store_failed', `The data folder ${dataDir} can't be created or opened: ${messageOf(error)}.`, 'Choose a folder you may write to with --data-dir.', { cause: error });
  }
}

/** Not by `recursive`, which never ends where a file system refuses new folders, such as /proc: it sees a missing parent. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (!existsSync(path.dirname(folder))) makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

function guard<T>(dataDir: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof TasklaneError) throw error;
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
    const corrupt = code === 11 || code === 26; // SQLITE_CORRUPT, SQLITE_NOTADB
    throw corrupt
      ? new TasklaneError('store_corrupt', `The store in ${dataDir} is damaged: ${messageOf(error)}.`, `Move ${STORE_FILE} away and keep it, then start again; or choose another data folder with --data-dir.`, { cause: error })
      : new TasklaneError('store_failed', `The store in ${dataDir} can't be opened: ${messageOf(error)}.`, 'Check that the folder is there, that you may write to it and that the disk is not full.', { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
