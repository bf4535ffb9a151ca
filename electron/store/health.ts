import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import { TasklaneError } from '../../shared/errors.ts';
import { isDamage } from './store-error.ts';

/** Written when damage shows while the store is open, so that the next start looks at all of it. */
const SUSPICION_FILE = 'damage-seen';

/**
 * A store up to this size is checked after a program ended without closing it: 180 MB (100,000 tasks with answers of
 * 1 KB) take 0.3 s. A larger one would keep the user waiting; there damage shows when the page is read.
 */
const CHECKED_BYTES = 512 * 1024 * 1024;

export interface StoreHealth {
  /** Has to be called before the store is opened, which changes the traces of how it was left. Bytes, 0 where it is not there. */
  readonly logBytes: number;
  /** Throws `store_corrupt` when a check that was due finds damage. */
  check(db: DatabaseSync): void;
  /** Remembers damage for the next start; all else is none of its business. */
  note(error: unknown): void;
}

/** Of a store that is about to be opened. A log that was left behind means that nobody closed the store. */
export function inspectHealth(storeFile: string): StoreHealth {
  const suspicionFile = path.join(path.dirname(storeFile), SUSPICION_FILE);
  const logBytes = sizeOf(`${storeFile}-wal`);
  const isSuspect = existsSync(suspicionFile);
  const isDue = isSuspect || (logBytes > 0 && sizeOf(storeFile) <= CHECKED_BYTES);
  return {
    logBytes,
    check(db) {
      if (!isDue) return;
      const pragma = isSuspect ? 'integrity_check' : 'quick_check';
      const found = String(db.prepare(`PRAGMA ${pragma}(1)`).get()?.[pragma]);
      if (found !== 'ok') throw new TasklaneError('store_corrupt', found.replace(/\s+/g, ' ').slice(0, 300));
      rmSync(suspicionFile, { force: true });
    },
    note(error) {
      if (!isDamage(error)) return;
      try {
        writeFileSync(suspicionFile, '');
      } catch {
        // A disk that takes nothing has been complained of already; SQLite finds the damage again.
      }
    },
  };
}

/** The same methods, which tell of damage before they throw it. */
export function watched<T extends object>(part: T, note: (error: unknown) => void): T {
  const wrap = (method: unknown): unknown => {
    if (typeof method !== 'function') return method;
    return (...values: unknown[]): unknown => {
      try {
        return Reflect.apply(method, part, values);
      } catch (error) {
        note(error);
        throw error;
      }
    };
  };
  return Object.fromEntries(Object.entries(part).map(([name, method]) => [name, wrap(method)])) as T;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
