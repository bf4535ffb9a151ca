import type { DatabaseSync } from 'node:sqlite';

export interface ProviderRecord {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
}

/** Keys are never here: they stay in memory. */
export interface Providers {
  list(): readonly ProviderRecord[];
  save(provider: ProviderRecord): void;
  remove(id: string): void;
  /** null until one was chosen. */
  defaultId(): string | null;
  setDefault(id: string): void;
}

export function createProviders(db: DatabaseSync): Providers {
  return {
    list: () =>
      db
        .prepare('SELECT id, name, base_url, model FROM providers ORDER BY name, id')
        .all()
        .map((row) => ({ id: String(row['id']), name: String(row['name']), baseUrl: String(row['base_url']), model: String(row['model']) })),
    save(provider) {
      db.prepare('INSERT INTO providers(id, name, base_url, model) VALUES(?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET name = excluded.name, base_url = excluded.base_url, model = excluded.model').run(
        provider.id,
        provider.name,
        provider.baseUrl,
        provider.model,
      );
    },
    remove(id) {
      db.prepare('DELETE FROM providers WHERE id = ?').run(id);
    },
    defaultId() {
      const row = db.prepare("SELECT value FROM settings WHERE name = 'default_provider'").get();
      return row ? String(row['value']) : null;
    },
    setDefault(id) {
      db.prepare("INSERT INTO settings(name, value) VALUES('default_provider', ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value").run(id);
    },
  };
}
