import { readFileSync } from 'node:fs';

/** Tasklane's version from its package.json; `0.0.0` where that cannot be found. Both the sources and the bundle lie two folders below it. */
export function programVersion(): string {
  try {
    const content: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    if (typeof content === 'object' && content !== null && 'version' in content && typeof content.version === 'string') return content.version;
  } catch {
    // A package without its package.json still runs; only the version is unknown.
  }
  return '0.0.0';
}
