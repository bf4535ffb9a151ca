import { spawn, spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBuilt } from '../electron/start/build.ts';
import { closingLine, countsOf, NOTHING, playwrightCounts, sum, vitestCounts, type Counts } from './counts.ts';
import { findChromium } from './electron-double/chromium.ts';

// `npm test`: unit, contract and end-to-end tests, and one line with all of their counts at the end.
const PROJECT_DIR = join(import.meta.dirname, '..');
const REPORT_DIR = join(PROJECT_DIR, 'test-results');
const VITEST = 'node_modules/vitest/vitest.mjs';
const PLAYWRIGHT = 'node_modules/@playwright/test/cli.js';

function run(command: string, args: readonly string[]): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const child = spawn(command, args, { cwd: PROJECT_DIR, stdio: ['ignore', 'inherit', 'inherit'] });
  child.once('error', () => resolve(127));
  child.once('exit', (code) => resolve(code ?? 1));
  return promise;
}

function say(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

async function runVitest(project: string): Promise<Counts> {
  say(`== ${project}`);
  const report = join(REPORT_DIR, `${project}.json`);
  await rm(report, { force: true });
  const exitCode = await run(process.execPath, [VITEST, 'run', '--project', project, '--reporter', 'default', '--reporter', 'json', '--outputFile.json', report]);
  return countsOf(report, exitCode, vitestCounts);
}

async function isBuilt(): Promise<boolean> {
  try {
    await ensureBuilt({ onBuild: () => say('== build') });
    return true;
  } catch (thrown) {
    say(`FAILED: the build: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return false;
  }
}

/** Debian's package, where that can be installed without asking. */
async function install(name: string): Promise<void> {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return;
  say(`== installing ${name}`);
  await run('apt-get', ['update', '--quiet']);
  await run('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', name]);
}

async function hasChromium(): Promise<boolean> {
  if (findChromium() !== null) return true;
  await install('chromium');
  if (findChromium() !== null) return true;
  say('FAILED: the end-to-end tests need Chromium and found none. Install the package chromium, or name a browser in CHROMIUM.');
  return false;
}

async function runPlaywright(): Promise<Counts> {
  if (!(await hasChromium())) return { ...NOTHING, failed: 1 };
  say('== end to end');
  const report = join(REPORT_DIR, 'e2e.json');
  await rm(report, { force: true });
  return countsOf(report, await run(process.execPath, [PLAYWRIGHT, 'test']), playwrightCounts);
}

/** Disk faults and the order of syncs are proved with it; where it can't be had, those tests are skipped by name. */
async function provideStrace(): Promise<void> {
  const isThere = (): boolean => spawnSync('strace', ['-V']).status === 0;
  if (isThere()) return;
  await install('strace');
  if (!isThere()) say('strace is not there: the tests of disk faults and of the order of syncs are skipped.');
}

await mkdir(REPORT_DIR, { recursive: true });
await provideStrace();
const unit = await runVitest('unit');
const proof = await runVitest('proof');
const rest = (await isBuilt()) ? [await runVitest('contract'), await runPlaywright()] : [{ ...NOTHING, failed: 1 }];
const total = sum([unit, proof, ...rest]);
say(closingLine(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
