import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { startServeHost } from '../serve-host.ts';

// Starting and ending, as scripts and terminals see it.
const PROJECT_DIR = join(import.meta.dirname, '..', '..', '..');
const CHECKOUT = join(PROJECT_DIR, 'electron/start/checkout.ts');

interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): { readonly child: ChildProcess; readonly stdout: () => string; readonly ended: Promise<Ending> } {
  const child = spawn(process.execPath, [CHECKOUT, ...args], { cwd: PROJECT_DIR, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()));
  const { promise: ended, resolve } = Promise.withResolvers<Ending>();
  child.once('close', (code) => resolve({ code, stdout: out.join(''), stderr: err.join('') }));
  return { child, stdout: () => out.join(''), ended };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    // No such process.
    return false;
  }
}

test('serve prints one object on stdout once it listens, nothing else, and Ctrl+C ends it with 0', async ({ request }, testInfo) => {
  const { child, stdout, ended } = start(['serve', '--port', '0', '--json', '--data-dir', testInfo.outputPath('data')]);
  await expect.poll(stdout).toContain('\n');
  const { url, port } = JSON.parse(stdout()) as { readonly url: string; readonly port: number };
  expect(new URL(url).host).toBe(`127.0.0.1:${port}`);
  expect((await request.get(url)).status()).toBe(200);
  child.kill('SIGINT');
  const ending = await ended;
  expect({ code: ending.code, lines: ending.stdout.trimEnd().split('\n').length, stderr: ending.stderr }).toEqual({ code: 0, lines: 1, stderr: '' });
});

test('without a display npm start says why in one line and serves the same screen instead', async ({ page }, testInfo) => {
  const { child, stdout, ended } = start(['window', '--data-dir', testInfo.outputPath('data')], { DISPLAY: '', WAYLAND_DISPLAY: '' });
  await expect.poll(stdout).toContain('http://127.0.0.1:');
  await page.goto(/http:\S+/u.exec(stdout())?.[0] ?? '');
  await expect(page.getByRole('navigation', { name: 'Batches' })).toBeVisible();
  child.kill('SIGTERM');
  const { code, stderr } = await ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'No window here: there is no display. Serving the same screen to a browser instead.\n' });
});

test('a second program on the same data folder says who writes to it, and only follows', async ({ request }, testInfo) => {
  const dataDir = testInfo.outputPath('data');
  const first = await startServeHost(dataDir);
  for (const args of [['serve', '--port', '0', '--data-dir', dataDir], ['window', '--data-dir', dataDir]]) {
    const { child, stdout, ended } = start(args, { DISPLAY: '', WAYLAND_DISPLAY: '' });
    await expect.poll(stdout).toContain('http://127.0.0.1:');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([0, expect.stringMatching(/Read only: Tasklane's browser \(process \d+\) writes to this data folder; this one follows it\./u)]);
  }
  expect((await request.get(first.url)).status()).toBe(200);
  expect(await first.stop()).toBe(0);
});

test('a host whose parent process was killed ends by itself, or it would hold the store for ever', async ({ request }, testInfo) => {
  const script = "const { spawn } = require('node:child_process'); const child = spawn(process.execPath, process.argv.slice(1), { stdio: ['ignore', 'inherit', 'inherit'] }); console.log('pid ' + child.pid); setInterval(() => {}, 1000);";
  const parent = spawn(process.execPath, ['-e', script, CHECKOUT, 'serve', '--port', '0', '--json', '--data-dir', testInfo.outputPath('data')], { cwd: PROJECT_DIR, stdio: ['ignore', 'pipe', 'inherit'] });
  const out: string[] = [];
  parent.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  await expect.poll(() => out.join('')).toContain('"url"');
  const processId = Number(/pid (?<id>\d+)/u.exec(out.join(''))?.groups?.['id']);
  expect((await request.get(/http[^"]+/u.exec(out.join(''))?.[0] ?? '')).status()).toBe(200);
  expect(isAlive(processId)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(processId), { timeout: 20_000 }).toBe(false);
});

test('a reader that goes away, as in a pipe to head, is no crash', async () => {
  const { child, ended } = start(['--help']);
  child.stdout?.destroy();
  const { code, stderr } = await ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
