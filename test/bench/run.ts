import { rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { hideSqliteWarning } from '../../electron/start/warnings.ts';
import { toErrorInfo } from '../../shared/errors.ts';
import { parseArguments } from './arguments.ts';
import type { Bench } from './bench.ts';
import { describeMachine } from './machine.ts';
import { BENCHES, benchesNamed } from './registry.ts';
import { keepSection, measuredNow } from './report/kept-document.ts';
import { sectionOf, type Circumstances } from './report/section.ts';

// `npm run bench`: measures, prints, and writes docs/BENCHMARKS.md.
const PROJECT_DIR = path.join(import.meta.dirname, '..', '..');
// On the disk of the checkout: the system's temporary folder may be in memory, where nothing has to be waited for.
const WORK_DIR = path.join(PROJECT_DIR, 'out', 'bench');

const HELP = `Usage: npm run bench -- [names...] [--quick]

${BENCHES.map(({ name, question }) => `  ${name.padEnd(10)} ${question}`).join('\n')}

Without names: all of them. --quick: smaller counts, printed only; docs/BENCHMARKS.md stays as it is.
`;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function freshWorkDir(): Promise<string> {
  await mkdir(WORK_DIR, { recursive: true });
  const dir = await mkdtemp(path.join(WORK_DIR, 'run-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  return dir;
}

async function measure(bench: Bench, workDir: string, quick: boolean, circumstances: Omit<Circumstances, 'command' | 'measuredAt'>): Promise<string> {
  say(`== ${bench.name}: ${bench.question}`);
  const dir = path.join(workDir, bench.name);
  await mkdir(dir);
  const report = await bench.run({ quick, workDir: dir, say: (text) => say(`   ${text}`) });
  return sectionOf(bench, report, { ...circumstances, measuredAt: measuredNow(), command: `npm run bench -- ${bench.name}${quick ? ' --quick' : ''}` });
}

async function main(): Promise<number> {
  const { names, quick, help } = parseArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const benches = benchesNamed(names);
  const workDir = await freshWorkDir();
  const machine = await describeMachine(workDir);
  let failures = 0;
  for (const bench of benches) {
    try {
      const section = await measure(bench, workDir, quick, { machine });
      process.stdout.write(`${section}\n\n`);
      // After each bench, so that a later one that fails costs nothing of what was measured.
      if (!quick) await keepSection(bench.name, section);
    } catch (thrown) {
      failures += 1;
      say(`${bench.name} could not be measured: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
    }
  }
  say(quick ? 'A quick look: too few rounds and tasks to quote; docs/BENCHMARKS.md is as it was.' : 'Written to docs/BENCHMARKS.md.');
  return failures === 0 ? 0 : 1;
}

hideSqliteWarning();
try {
  process.exitCode = await main();
} catch (thrown) {
  const { code, message, hint } = toErrorInfo(thrown);
  say(`${message} ${hint}`);
  process.exitCode = code === 'usage' ? 2 : 1;
}
// Some benches load libraries that keep the process alive.
process.exit();
