import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { endpointOf, parseSummary, tasksCsv, workplaceForEach } from '../cli/workplace.ts';
import type { OpenAiServer } from '../fixtures/openai-server.ts';
import { injectFault, traceNote, whyNoTrace, type DiskFault } from '../fixtures/strace.ts';

const work = workplaceForEach();
const NODE = path.resolve('node_modules/.bin/node');
const SLOTS = 3;
const TASKS = 40;
const FAULTS: readonly (readonly [name: string, fault: DiskFault, calls: readonly string[], reason: RegExp])[] = [
  ['case 43: the disk is full', 'ENOSPC', ['pwrite64'], /the disk is full/],
  ['case 44: the disk turns read-only', 'EROFS', ['pwrite64'], /the disk refuses \(disk I\/O error\)/],
  ['case 45: fsync fails', 'EIO', ['fsync', 'fdatasync'], /the disk refuses \(disk I\/O error\)/],
];

const storeFiles = (): readonly string[] => ['', '-wal', '-journal'].map((ending) => path.join(work.place.dataDir, `tasklane.db${ending}`));

async function seen(foreign: OpenAiServer, count: number): Promise<void> {
  while (foreign.requests.length < count) await delay(10);
}

/** Prompts that have an answer in the store. */
function answeredOnDisk(): ReadonlySet<string> {
  const db = new DatabaseSync(path.join(work.place.dataDir, 'tasklane.db'), { readOnly: true });
  const outputs = db.prepare('SELECT output FROM results').all().map(({ output }) => String(output).replace('answer to: ', ''));
  db.close();
  return new Set(outputs);
}

const sendsOf = (foreign: OpenAiServer, prompt: string): number => foreign.requests.filter((request) => request.prompt === prompt).length;

describe.skipIf(whyNoTrace !== null)(`a disk that fails under the terminal's run${traceNote}`, () => {
  it.each(FAULTS)('%s: nothing more is sent, exit code 3 says what to do, and resume completes without sending anything twice that is done', async (_, fault, calls, reason) => {
    const foreign = await work.serve({ latencyMs: 120 });
    await work.place.write('tasks.csv', tasksCsv(TASKS));
    const started = work.place.start(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', String(SLOTS), '--json']);
    await seen(foreign, 8);
    await injectFault(started.child.pid ?? 0, calls, fault, storeFiles());
    const sentAtFault = foreign.requests.length;
    const stopped = await started.ended;

    expect(stopped.exitCode).toBe(3);
    // What was committed before the fault, and not yet sent, is in the slots.
    expect(foreign.requests.length).toBeLessThanOrEqual(sentAtFault + SLOTS);
    expect(foreign.requests.length).toBeLessThan(TASKS);
    const summary = parseSummary(stopped.stdout);
    expect(summary).toMatchObject({ status: 'paused', stopReason: 'disk', total: TASKS, failed: 0, cancelled: 0 });
    expect(summary.completed + summary.queued).toBe(TASKS);
    expect(stopped.stderr).toMatch(/make room, then resume/);
    expect(stopped.stderr).toMatch(reason);
    expect(stopped.stderr).toMatch(/What came of \d requests? could not be kept.\nFree some space or make the data folder writable, then resume/);

    const done = answeredOnDisk();
    expect(done.size).toBeGreaterThanOrEqual(summary.completed);
    const resumed = await work.place.run(['resume', '--json']);
    expect(resumed.exitCode).toBe(0);
    expect(parseSummary(resumed.stdout)).toMatchObject({ status: 'completed', completed: TASKS });
    expect(answeredOnDisk().size).toBe(TASKS);
    expect([...done].filter((prompt) => sendsOf(foreign, prompt) !== 1)).toEqual([]);
    expect(foreign.requests.filter(({ attempt }) => attempt > 2)).toEqual([]);
    expect(foreign.requests.length).toBeLessThanOrEqual(TASKS + SLOTS);
  });

  it.each(FAULTS)('%s: a program that lives on keeps every answer, and writes it once the disk takes it again', async (_, fault, calls) => {
    const foreign = await work.serve({ latencyMs: 120 });
    const program = spawn(NODE, ['--no-warnings', path.resolve('test/store/shown-tasks.ts'), work.place.dataDir, foreign.baseUrl, String(TASKS)], { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'] ?? '', HOME: work.place.folder } });
    const exited = once(program, 'exit');
    let stdout = '';
    program.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    await seen(foreign, 6);
    const running = await injectFault(program.pid ?? 0, calls, fault, storeFiles());
    while (!stdout.includes('run paused disk')) await delay(20);
    const sentAtRefusal = foreign.requests.length;
    await running.heal();
    await exited;
    expect(stdout).toContain('closed');
    expect(foreign.requests).toHaveLength(sentAtRefusal);
    expect(sentAtRefusal).toBeLessThan(TASKS);
    expect([...answeredOnDisk()].toSorted()).toEqual(foreign.requests.map(({ prompt }) => prompt).toSorted());
    expect(stdout.match(/^shown \d+\.$/gm)).toHaveLength(sentAtRefusal);
  });

  it('case 44: a store that can only be read is refused before anything is sent', async () => {
    const foreign = await work.serve();
    await work.place.write('tasks.csv', tasksCsv(3));
    expect((await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--json'])).exitCode).toBe(0);
    const [storeFile = ''] = storeFiles();
    // SQLite opens for reading what it may not open for writing, and says so at the first write only.
    const traced = spawn('strace', ['-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', '-P', storeFile, '-e', 'trace=openat', '-e', 'inject=openat:error=EROFS:when=1', NODE, path.resolve('electron/start/checkout.ts'), 'run', 'tasks.csv', ...endpointOf(foreign), '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', HOME: work.place.folder, INIT_CWD: work.place.folder, TASKLANE_DATA_DIR: work.place.dataDir },
    });
    let stdout = '';
    traced.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const [exitCode] = (await once(traced, 'close')) as [number | null];
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'store_failed', message: expect.stringContaining('the data folder or its disk is read-only') as string } });
    expect(foreign.requests).toHaveLength(3);
  });
});
