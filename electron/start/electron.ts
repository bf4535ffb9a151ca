import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { dataDirOf } from '../api/data-dir.ts';
import { runCli } from '../cli/main.ts';
import { startWindowHost } from '../window/main.ts';
import { runWithoutWindow } from '../window/terminal.ts';
import { hostOf, windowArguments } from './arguments.ts';
import { processInterruption } from './interruption.ts';
import { serve } from './serve.ts';
import { flushed, terminalIo } from './terminal.ts';
import { hideSqliteWarning } from './warnings.ts';

// What Electron runs. This file becomes out/main/main.js; preload and screen lie beside it.
const screenDir = join(import.meta.dirname, '..', 'renderer');
const preloadPath = join(import.meta.dirname, '..', 'preload', 'preload.cjs');

async function runInTerminal(args: readonly string[]): Promise<number> {
  const interruption = processInterruption();
  const exitCode = await runCli(args, terminalIo({ interruption, serve: (options) => serve(options, { screenDir, interruption }) }));
  await flushed();
  return exitCode;
}

function startWindow(args: readonly string[]): void {
  const dataDir = dataDirOf({ flag: windowArguments(args).dataDir, env: process.env, platform: process.platform, home: homedir() });
  startWindowHost({ dataDir: resolve(dataDir), screenDir, preloadPath });
}

hideSqliteWarning();
// `electron .` has the app's folder before the user's arguments, a packaged program has not.
const args = process.argv.slice(process.defaultApp ? 2 : 1);
if (hostOf(args) === 'terminal') runWithoutWindow(() => runInTerminal(args));
else startWindow(args);
