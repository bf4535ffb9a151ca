import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import type { StoreNotice } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { migrate, refuseNewer, schemaVersionOf, STEPS } from './migrations.ts';
import { isDamage, reasonOf } from './store-error.ts';
import { syncToDisk } from './sync.ts';
import { timeName } from './time-name.ts';

export const BACKUP_FOLDER = 'backups';
const BACKUPS_KEPT = 3;
const BACKUP_NAME = /^tasklane-v\d+-(.+)\.db$/;

/**
 * Brings a store to the newest schema. What an older Tasklane wrote is copied first, and stays as it was where the copy
 * or a step fails. Throws `store_newer`, `store_failed` (no copy could be made) or what SQLite throws.
 */
export function upgrade(db: DatabaseSync, dataDir: string, now: Date, steps: readonly string[] = STEPS): StoreNotice | null {
  const version = schemaVersionOf(db);
  refuseNewer(version, steps.length);
  if (version === 0) migrate(db, steps);
  if (version === 0 || version === steps.length) return null;
  const copy = backUp(db, dataDir, version, now);
  try {
    migrate(db, steps);
  } catch (error) {
    // It equals the store, and must not push older copies out at the next try.
    rmSync(copy, { force: true });
    throw error;
  }
  removeOldBackups(path.dirname(copy));
  return { kind: 'upgraded', message: `The store was brought to the layout of this Tasklane. A copy of it as it was lies in ${copy}; the newest ${BACKUPS_KEPT} such copies are kept.` };
}

/** A consistent copy that survives a power cut, or none at all. Returns its path. */
function backUp(db: DatabaseSync, dataDir: string, version: number, now: Date): string {
  const folder = path.join(dataDir, BACKUP_FOLDER);
  const copy = path.join(folder, `tasklane-v${version}-${timeName(now)}.db`);
  const unfinished = `${copy}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) if (name.endsWith('.db.tmp')) removeQuietly(path.join(folder, name));
    db.prepare('VACUUM INTO ?').run(unfinished);
    syncToDisk(unfinished, 'file');
    renameSync(unfinished, copy);
    syncToDisk(folder, 'folder');
    return copy;
  } catch (error) {
    removeQuietly(unfinished);
    if (isDamage(error)) throw error;
    throw new TasklaneError(
      'store_failed',
      `The store has the layout of an older Tasklane and was not updated, because no copy of it could be made in ${folder}: ${reasonOf(error)}.`,
      'Free some space or make that folder writable, then start again. Nothing was changed.',
      { cause: error },
    );
  }
}

function removeOldBackups(folder: string): void {
  const timeOf = (name: string): string => BACKUP_NAME.exec(name)?.[1] ?? '';
  const oldestFirst = readdirSync(folder)
    .filter((name) => BACKUP_NAME.test(name))
    .sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  for (const name of oldestFirst.slice(0, -BACKUPS_KEPT)) removeQuietly(path.join(folder, name));
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A file too many harms nobody; what the caller has to say matters more.
  }
}
