import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { StoreNotice } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { formatCounted } from '../../shared/format/format.ts';
import { createAppSettings, type AppSettingsStore } from './app-settings.ts';
import { createBatches, type Batches } from './batches.ts';
import { createDeadLetters, type DeadLetters } from './dead-letters.ts';
import { checkFileSystem, fileSystemOf, isLogRefusal, noLogError } from './file-system.ts';
import { inspectHealth, watched, type StoreHealth } from './health.ts';
import { createJournal, type Journal } from './journal.ts';
import { refuseNewer, SCHEMA_VERSION, schemaVersionOf } from './migrations.ts';
import { createProviders, type Providers } from './providers.ts';
import { recoverInterruptedRuns } from './recovery.ts';
import { createResults, type Results } from './results.ts';
import { createRunTasks, type RunTasks } from './run-tasks.ts';
import { createRuns, type Runs } from './runs.ts';
import { copyAside, setAside } from './set-aside.ts';
import { isDamage, reasonOf } from './store-error.ts';
import { upgrade } from './upgrade.ts';
import { countLostCommits } from './write-ahead-log.ts';
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
  /** Changes with every commit of another program, for readers that follow the writer. */
  dataVersion(): number;
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
 * Opens the store of a data folder, creating it when missing. The folder is readable by its owner only. A writer brings an
 * older store to the newest layout, and sets a damaged one aside and begins anew; `notices` tells of both.
 * Throws `store_locked`, `store_newer`, `store_network`, `store_failed`; readers also `store_corrupt`.
 */
export function openStore({ dataDir, holder, readOnly = false, busyTimeoutMs = 5000 }: StoreOptions): Store {
  return readOnly ? openReader(dataDir, busyTimeoutMs) : openWriter(dataDir, holder, busyTimeoutMs);
}

function openWriter(dataDir: string, holder: string, timeout: number): Store {
  prepareFolder(dataDir);
  const warning = checkFileSystem(dataDir, fileSystemOf(dataDir));
  const lock = guard(dataDir, () => acquireWriterLock(dataDir, holder));
  const open = (notices: readonly StoreNotice[]): Store => openSound(dataDir, timeout, notices, () => lock.release());
  const notices: readonly StoreNotice[] = warning === null ? [] : [{ kind: 'file_system', message: warning }];
  try {
    return guard(dataDir, () => {
      try {
        return open(notices);
      } catch (error) {
        if (!isDamage(error)) throw error;
        return open([...notices, setAside(path.join(dataDir, STORE_FILE), messageOf(error), new Date())]);
      }
    });
  } catch (error) {
    lock.release();
    throw warning === null || !isLogRefusal(error) ? error : noLogError(dataDir, error);
  }
}

/** Throws what `isDamage` knows where the store is broken; its files are closed then. */
function openSound(dataDir: string, timeout: number, earlier: readonly StoreNotice[], closed: () => void): Store {
  const storeFile = path.join(dataDir, STORE_FILE);
  const now = new Date();
  const health = inspectHealth(storeFile);
  makeStoreFile(storeFile, health);
  const lostCommits = countLostCommits(`${storeFile}-wal`);
  const notices = lostCommits > 0 ? [...earlier, copyAside(storeFile, lostCommits, now)] : [...earlier];
  const db = new DatabaseSync(storeFile, { timeout });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384');
    refuseNewer(schemaVersionOf(db));
    // Refused here and now where the store can't be written, not after something was sent.
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    health.check(db);
    // What is left of a broken log was copied, and must not be found again at the next start.
    if (lostCommits > 0) db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const upgraded = upgrade(db, dataDir, now);
    if (upgraded) notices.push(upgraded);
    const store = assemble(db, false, notices, (error) => health.note(error), closed);
    store.batches.removeUnfinishedImports();
    recoverInterruptedRuns(db, store.appSettings.get().resendInterrupted);
    return store;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * A store that begins is made whole under another name and then renamed, so that a file without content is known to be a
 * store that lost it. A log without its store must not be taken for that of a new one.
 */
function makeStoreFile(storeFile: string, { logBytes }: StoreHealth): void {
  const found = statSync(storeFile, { throwIfNoEntry: false });
  if (found?.size === 0) throw new TasklaneError('store_corrupt', 'its file is empty');
  if (found) return;
  if (logBytes > 0) throw new TasklaneError('store_corrupt', 'its log is there, but its file is not');
  const unfinished = `${storeFile}.new`;
  for (const ending of ['', '-journal']) rmSync(`${unfinished}${ending}`, { force: true });
  const db = new DatabaseSync(unfinished);
  try {
    db.exec('PRAGMA journal_mode = WAL');
  } finally {
    db.close();
  }
  renameSync(unfinished, storeFile);
}

function openReader(dataDir: string, timeout: number): Store {
  return guard(dataDir, () => {
    const db = new DatabaseSync(path.join(dataDir, STORE_FILE), { timeout, readOnly: true });
    try {
      const version = schemaVersionOf(db);
      refuseNewer(version);
      if (version < SCHEMA_VERSION) throw new TasklaneError('store_failed', `The data folder ${dataDir} has an older layout.`, 'Start Tasklane once without another program using the folder, so that it can be updated.');
      return assemble(db, true, [], () => undefined, () => undefined);
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

function assemble(db: DatabaseSync, isReadOnly: boolean, notices: readonly StoreNotice[], note: (error: unknown) => void, closed: () => void): Store {
  const journal = createJournal(db);
  journal.onFailure(note);
  let open = true;
  return {
    isReadOnly,
    batches: watched(createBatches(db), note),
    runs: watched(createRuns(db), note),
    runTasks: watched(createRunTasks(db), note),
    results: watched(createResults(db), note),
    providers: watched(createProviders(db), note),
    deadLetters: watched(createDeadLetters(db), note),
    appSettings: watched(createAppSettings(db), note),
    journal,
    dataVersion: () => Number(db.prepare('PRAGMA data_version').get()?.['data_version']),
    notices,
    close() {
      if (!open) return;
      open = false;
      try {
        journal.flush();
      } catch (error) {
        throw closingError(error, journal.unsavedCount());
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
    if (isDamage(error)) throw new TasklaneError('store_corrupt', `The store in ${dataDir} is damaged: ${messageOf(error)}.`, 'The next program that may write to it, such as the window, sets it aside and writes down what can be read of it.', { cause: error });
    if (error instanceof TasklaneError) throw error;
    throw new TasklaneError('store_failed', `The store in ${dataDir} can't be opened: ${reasonOf(error)}.`, 'Check that the folder is there, that you may write to it and that the disk is not full.', { cause: error });
  }
}

/** What came of these attempts is lost with the program that knew it. */
function closingError(error: unknown, unsavedCount: number): unknown {
  if (!(error instanceof TasklaneError) || unsavedCount === 0) return error;
  return new TasklaneError(
    error.code,
    `${error.message} What came of ${formatCounted(unsavedCount, 'request')} could not be kept.`,
    isDamage(error) ? error.hint : `Free some space or make the data folder writable, then resume the run: ${unsavedCount === 1 ? 'that task is' : 'those tasks are'} sent once more and may be billed twice.`,
    { cause: error },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
