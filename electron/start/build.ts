import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InlineConfig } from 'vite';
import { withBuildLock } from './build-lock.ts';
import { sourceHash } from './source-hash.ts';

export const PROJECT_DIR = join(import.meta.dirname, '..', '..');
const OUT_DIR = join(PROJECT_DIR, 'out');
const STAMP_FILE = join(OUT_DIR, 'build-stamp.json');

const PARTS = ['main', 'preload', 'renderer'] as const;
type Part = (typeof PARTS)[number];
const ENTRY_FILES: Readonly<Record<Part, string>> = { main: 'main.js', preload: 'preload.cjs', renderer: 'index.html' };

/** Folder of the built screen. */
export const SCREEN_DIR = join(OUT_DIR, 'renderer');

/** One file with everything in it but Electron: nothing of node_modules is shipped. */
function programConfig(entry: string, outDir: string, format: 'es' | 'cjs', fileName: string): InlineConfig {
  return {
    root: PROJECT_DIR,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, external: ['electron'], target: 'node' },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      sourcemap: true,
      rolldownOptions: { output: { format, entryFileNames: fileName, codeSplitting: false } },
    },
  };
}

function configOf(part: Part, outDir: string): InlineConfig {
  switch (part) {
    case 'main':
      return programConfig('electron/start/electron.ts', outDir, 'es', ENTRY_FILES.main);
    case 'preload':
      // Sandboxed preloads can load neither ESM nor npm packages.
      return programConfig('electron/window/preload.ts', outDir, 'cjs', ENTRY_FILES.preload);
    case 'renderer':
      return { root: join(PROJECT_DIR, 'renderer'), configFile: join(PROJECT_DIR, 'vite.config.ts'), configLoader: 'native', logLevel: 'warn', build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 2000 } };
  }
}

/** Builds beside the last build and moves the new folders into place only once all of them are whole. */
async function buildAll(): Promise<void> {
  const { build } = await import('vite');
  const freshDir = join(OUT_DIR, `.fresh-${process.pid}`);
  const staleDir = join(OUT_DIR, `.stale-${process.pid}`);
  try {
    await mkdir(staleDir, { recursive: true });
    await Promise.all(PARTS.map((part) => build(configOf(part, join(freshDir, part)))));
    for (const part of PARTS) {
      const target = join(OUT_DIR, part);
      if (existsSync(target)) await rename(target, join(staleDir, part));
      await rename(join(freshDir, part), target);
    }
  } finally {
    await Promise.all([freshDir, staleDir].map((dir) => rm(dir, { recursive: true, force: true })));
  }
}

async function isBuilt(hash: string): Promise<boolean> {
  if (!PARTS.every((part) => existsSync(join(OUT_DIR, part, ENTRY_FILES[part])))) return false;
  const stamp = await readFile(STAMP_FILE, 'utf8').catch(() => '');
  return stamp === hash;
}

export interface BuildOptions {
  /** Build even though nothing has changed. */
  readonly force?: boolean;
  /** Called once before a build begins; not at all when there is nothing to do. */
  readonly onBuild?: () => void;
}

/** Builds main, preload and screen into `out/` when the sources have changed since the last build. Safe to call from several processes at once. */
export async function ensureBuilt({ force = false, onBuild }: BuildOptions = {}): Promise<void> {
  if (!force && (await isBuilt(await sourceHash(PROJECT_DIR)))) return;
  await withBuildLock(join(OUT_DIR, '.build-lock'), async () => {
    const hash = await sourceHash(PROJECT_DIR);
    if (!force && (await isBuilt(hash))) return;
    onBuild?.();
    await rm(STAMP_FILE, { force: true });
    await buildAll();
    await writeFile(STAMP_FILE, hash);
  });
}

if (import.meta.main) {
  try {
    await ensureBuilt({ force: true });
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exitCode = 1;
  }
}
