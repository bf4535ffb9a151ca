import type { DatabaseSync } from 'node:sqlite';

import type { AppSettings } from '../../shared/vocabulary.ts';

const NAME = 'app';
const DEFAULT_SETTINGS: AppSettings = { resendInterrupted: 'once' };

/** What holds for all batches of the data folder. */
export interface AppSettingsStore {
  get(): AppSettings;
  save(settings: AppSettings): void;
}

export function createAppSettings(db: DatabaseSync): AppSettingsStore {
  return {
    get() {
      const row = db.prepare('SELECT value FROM settings WHERE name = ?').get(NAME);
      return { ...DEFAULT_SETTINGS, ...(row ? (JSON.parse(String(row['value'])) as Partial<AppSettings>) : {}) };
    },
    save(settings) {
      db.prepare('INSERT INTO settings(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value').run(NAME, JSON.stringify(settings));
    },
  };
}
