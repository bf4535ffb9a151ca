import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { dataDirOf } from '../api/data-dir.ts';
import { windowArguments } from './arguments.ts';
import { ensureBuilt, PROJECT_DIR, SCREEN_DIR } from './build.ts';
import { findElectronBinary, whyNoWindow } from './electron-binary.ts';
import type { Interruption } from './interruption.ts';
import { callersFolder } from './terminal.ts';

function runElectron(binary: string, args: readonly string[], interruption: Interruption): Promise<number> {
  const child = spawn(binary, [PROJECT_DIR, ...args], { stdio: 'inherit', env: process.env });
  const stopListening = interruption.on(() => child.kill('SIGTERM'));
  const { promise, resolve: settle, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (code) => settle(code ?? 1));
  return promise.finally(stopListening);
}

/** `npm start`: the Electron window, or where none can be opened, the same screen in a browser. Settles with the exit code. */
export async function openWindow(args: readonly string[], interruption: Interruption): Promise<number> {
  await ensureBuilt({ onBuild: () => process.stderr.write('Building Tasklane…\n') });
  const flag = windowArguments(args).dataDir;
  const dataDir = resolve(callersFolder(), dataDirOf({ flag, env: process.env, platform: process.platform, home: homedir() }));
  const binary = findElectronBinary(process.env);
  const reason = whyNoWindow({ platform: process.platform, env: process.env, userId: process.geteuid?.() ?? null, args }) ?? ('missing' in binary ? binary.missing : null);
  if (reason === null && 'path' in binary) return runElectron(binary.path, [...args, '--data-dir', dataDir], interruption);
  process.stderr.write(`No window here: ${reason}. Serving the same screen to a browser instead.\n`);
  const { serve } = await import('./serve.ts');
  return serve({ dataDir, port: 0, json: false }, { screenDir: SCREEN_DIR, interruption });
}
