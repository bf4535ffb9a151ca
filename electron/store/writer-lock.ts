import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { TasklaneError } from '../../shared/errors.ts';

export interface WriterLock {
  release(): void;
}

/** How long a writer that starts waits for readers that look at the lock, ms; they hold it for far less. */
const LOOK_MS = 250;

/** Keeps open locks from being garbage collected, which would close and so release them. */
const held = new Set<DatabaseSync>();

/**
 * Makes this process the only writer of a data folder. The lock is an open exclusive transaction on a database of its
 * own: the system drops it when the process ends, however it ends, so that no stale lock outlives a crash.
 * Throws `store_locked`, naming the holder where it is known.
 */
export function acquireWriterLock(dataDir: string, holder: string): WriterLock {
  const holderFile = path.join(dataDir, 'writer.json');
  const db = new DatabaseSync(path.join(dataDir, 'writer.lock'), { timeout: LOOK_MS });
  try {
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    throw new TasklaneError(
      'store_locked',
      `The data folder ${dataDir} is in use by ${holderName(holderFile)}; only one program at a time may write to it.`,
      'Close the other one first, or choose another data folder with --data-dir.',
      { cause: error },
    );
  }
  writeFileSync(holderFile, JSON.stringify({ holder, processId: process.pid }));
  held.add(db);
  return {
    release() {
      if (!held.delete(db)) return;
      db.exec('ROLLBACK');
      db.close();
    },
  };
}

/** The program that writes to a data folder now, e.g. "Tasklane's window (process 12)"; null when there is none. */
export function currentWriter(dataDir: string): string | null {
  const lockFile = path.join(dataDir, 'writer.lock');
  if (!existsSync(lockFile)) return null;
  const db = new DatabaseSync(lockFile, { timeout: 0, readOnly: true });
  try {
    // Any reading needs a shared lock, which the writer's exclusive one excludes.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return null;
  } catch (error) {
    if (!isBusy(error)) throw error;
    return holderName(path.join(dataDir, 'writer.json'));
  } finally {
    db.close();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5;
}

function holderName(holderFile: string): string {
  try {
    const { holder, processId } = JSON.parse(readFileSync(holderFile, 'utf8')) as { holder: string; processId: number };
    return `Tasklane's ${holder} (process ${processId})`;
  } catch {
    // The holder has not written its name yet; the lock itself is what counts.
    return 'another Tasklane';
  }
}
