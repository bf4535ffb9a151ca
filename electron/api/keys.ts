import { originOf } from '../executors/base-url.ts';

/** Keys, in memory only, each bound to the scheme, host and port it was given for. */
export interface Keys {
  set(baseUrl: string, key: string | null): void;
  get(baseUrl: string): string | null;
  /** Last four characters, or null when no key is held; never more of a short key than a quarter. */
  hint(baseUrl: string): string | null;
}

export function createKeys(): Keys {
  const byOrigin = new Map<string, string>();
  return {
    set(baseUrl, key) {
      if (key === null || key === '') byOrigin.delete(originOf(baseUrl));
      else byOrigin.set(originOf(baseUrl), key);
    },
    get: (baseUrl) => byOrigin.get(originOf(baseUrl)) ?? null,
    hint(baseUrl) {
      const key = byOrigin.get(originOf(baseUrl));
      return key === undefined ? null : key.slice(key.length - Math.min(4, Math.floor(key.length / 4)));
    },
  };
}
