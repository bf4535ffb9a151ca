import { posix, win32 } from 'node:path';

export interface DataDirInput {
  /** Value of `--data-dir`, already absolute; null when it was not given. */
  readonly flag: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** The user's home folder. */
  readonly home: string;
}

const FOLDER = 'Tasklane';

function given(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value;
}

/** Where Electron keeps an app's own data (`app.getPath('appData')`), computed alike without Electron. */
function systemFolder({ env, platform, home }: DataDirInput): string {
  if (platform === 'win32') return given(env['APPDATA']) ?? win32.join(home, 'AppData', 'Roaming');
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support');
  const configHome = given(env['XDG_CONFIG_HOME']);
  // The XDG Base Directory Specification: relative paths are invalid and to be ignored.
  return configHome !== null && posix.isAbsolute(configHome) ? configHome : posix.join(home, '.config');
}

/**
 * The folder that holds the store: `--data-dir`, else `TASKLANE_DATA_DIR`, else the system's per-user folder `Tasklane`.
 * Every host asks here, so that window, browser and terminal meet in one store. Pure: creates nothing. A relative
 * value is handed back as it came; the caller resolves it against the folder that the user stands in.
 */
export function dataDirOf(input: DataDirInput): string {
  const paths = input.platform === 'win32' ? win32 : posix;
  return given(input.flag ?? undefined) ?? given(input.env['TASKLANE_DATA_DIR']) ?? paths.join(systemFolder(input), FOLDER);
}
