import module from 'node:module';
import { toErrorInfo } from '../../shared/errors.ts';
import { processInterruption } from './interruption.ts';
import { flushed, terminalIo } from './terminal.ts';
import { hideSqliteWarning } from './warnings.ts';

// What the npm scripts run in a checkout. Hosts are imported only once they are picked: the terminal need not wait for
// the build tools.
const OLDEST_NODE = 24;

async function runInTerminal(args: readonly string[]): Promise<number> {
  const interruption = processInterruption();
  const [{ runCli }, { ensureBuilt, SCREEN_DIR }] = await Promise.all([import('../cli/main.ts'), import('./build.ts')]);
  const io = terminalIo({
    interruption,
    async serve(options) {
      await ensureBuilt({ onBuild: () => process.stderr.write('Building Tasklane…\n') });
      const { serve } = await import('./serve.ts');
      return serve(options, { screenDir: SCREEN_DIR, interruption });
    },
  });
  return runCli(args, io);
}

async function run([command, ...args]: readonly string[]): Promise<number> {
  switch (command) {
    case 'window':
      return (await import('./open-window.ts')).openWindow(args, processInterruption());
    case 'dev':
      return (await import('./dev.ts')).develop(args, processInterruption());
    default:
      return runInTerminal(command === undefined ? [] : [command, ...args]);
  }
}

async function main(): Promise<number> {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    process.stderr.write(`Expected Node ${OLDEST_NODE} or newer; this is ${process.versions.node}. Start Tasklane through npm (npm start), which brings its own Node.\n`);
    return 2;
  }
  module.enableCompileCache();
  hideSqliteWarning();
  return run(process.argv.slice(2));
}

try {
  process.exitCode = await main();
} catch (thrown) {
  const { code, message, hint } = toErrorInfo(thrown);
  process.stderr.write(`${message}${hint === '' ? '' : ` ${hint}`}\n`);
  process.exitCode = code === 'internal' ? 70 : 2;
}
await flushed();
process.exit();
