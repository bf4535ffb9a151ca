import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type ElectronBinary = { readonly path: string } | { readonly missing: string };

/** Electron's program as its package would find it, without the download that importing the package starts. */
export function findElectronBinary(env: Readonly<Record<string, string | undefined>>): ElectronBinary {
  const hint = 'run `npx install-electron` once, with internet access, for the desktop window';
  let folder: string;
  try {
    folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return { missing: 'the electron package is not installed' };
  }
  const pathFile = join(folder, 'path.txt');
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override === undefined && !existsSync(pathFile)) return { missing: `Electron's program is not here yet; ${hint}` };
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron';
  const path = join(override ?? join(folder, 'dist'), name);
  return existsSync(path) ? { path } : { missing: `Electron's program is not at ${path}; ${hint}` };
}

export interface Desktop {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Effective user id; null where there is none. */
  readonly userId: number | null;
  /** What Electron will be started with. */
  readonly args: readonly string[];
}

/** Why no window can be opened here; null when one can. */
export function whyNoWindow({ platform, env, userId, args }: Desktop): string | null {
  if (platform !== 'linux') return null;
  if ((env['DISPLAY'] ?? '') === '' && (env['WAYLAND_DISPLAY'] ?? '') === '') return 'there is no display';
  if (userId === 0 && !args.includes('--no-sandbox')) return 'Electron refuses to run as root without --no-sandbox';
  return null;
}
