import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { TasklaneError } from '../../shared/errors.ts';

export interface WriterLock {
  release(): void;
}

/** Keeps open locks from being garbage collected, which would close and so release them. */
const held = new Set<DatabaseSync>();

/**
 * Makes this process the only writer of a data folder. The lock is an open exclusive transaction on a database of its
 * own: the system drops it when the process ends, however it ends, so that no stale lock outlives a crash.
 * Throws `store_locked`, naming the holder where it is known.
 */
export function acquireWriterLock(dataDir: string, holder: string): WriterLock {
  const holderFile = path.join(dataDir, 'writer.json');
  const db = new DatabaseSync(path.join(dataDir, 'writer.lock'), { timeout: 0 });
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
