import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, watch, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

interface SecondStart {
  readonly args: readonly string[];
  readonly folder: string;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    // No such process: the lock was left behind.
    return false;
  }
}

/**
 * Electron's single instance lock, which hangs on the userData folder: true for the first, whose listener then hears of
 * every later start; false for a later one.
 */
export function claimInstance(userData: string, onSecond: (args: readonly string[], folder: string) => void): boolean {
  const folder = join(userData, 'single-instance');
  const lockFile = join(folder, 'lock');
  mkdirSync(folder, { recursive: true });
  const holder = existsSync(lockFile) ? Number(readFileSync(lockFile, 'utf8')) : 0;
  if (holder > 0 && isAlive(holder)) {
    const start: SecondStart = { args: process.argv, folder: process.cwd() };
    writeFileSync(join(folder, `start-${process.pid}`), JSON.stringify(start));
    return false;
  }
  rmSync(lockFile, { force: true });
  const file = openSync(lockFile, 'wx');
  writeSync(file, String(process.pid));
  closeSync(file);
  const watcher = watch(folder, () => {
    for (const name of readdirSync(folder).filter((entry) => entry.startsWith('start-'))) {
      const content = readFileSync(join(folder, name), 'utf8');
      if (content === '') continue;
      rmSync(join(folder, name), { force: true });
      const { args, folder: from } = JSON.parse(content) as SecondStart;
      onSecond(args, from);
    }
  });
  watcher.unref();
  return true;
}
