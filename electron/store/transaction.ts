import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` in one transaction: all of it is committed, or none. */
export function transact<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  let value: T;
  try {
    value = work();
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
  return value;
}
