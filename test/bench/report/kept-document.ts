import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withSections } from './document.ts';

const DOCUMENT = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'BENCHMARKS.md');

/** Everything that may stand in docs/BENCHMARKS.md, in its order: the benches, and what `npm run crash` reports. */
export const SECTIONS = ['window', 'overhead', 'journal', 'scale', 'import', 'stream', 'projection', 'ipc', 'screen', 'start', 'crash'] as const;

/** Puts one section in place of the one of that name. */
export async function keepSection(name: string, section: string): Promise<void> {
  const earlier = await readFile(DOCUMENT, 'utf8').catch(() => '');
  await writeFile(DOCUMENT, withSections(earlier, new Map([[name, section]]), SECTIONS));
}

/** Now, as sections write it: `2026-03-01 12:00 UTC`. */
export function measuredNow(): string {
  return `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
