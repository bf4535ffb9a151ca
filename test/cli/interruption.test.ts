import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { endpointOf, parseSummary, tasksCsv, workplaceForEach } from './workplace.ts';

const work = workplaceForEach();

describe('Ctrl+C', () => {
  it('once: finishes what is in flight, exits 130, and resume sends only what is left', async () => {
    const foreign = await work.serve({ latencyMs: 250 });
    await work.place.write('tasks.csv', tasksCsv(12));
    const started = work.place.start(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '3', '--out', 'a.csv', '--json']);
    await started.said('Run r1');
    started.child.kill('SIGINT');
    const paused = await started.ended;
    expect(paused.exitCode).toBe(130);
    const summary = parseSummary(paused.stdout);
    expect(summary).toMatchObject({ status: 'paused', stopReason: 'user', failed: 0, cancelled: 0 });
    expect(summary.completed + summary.queued).toBe(12);
    expect(summary.queued).toBeGreaterThan(0);
    expect(foreign.requests).toHaveLength(summary.completed);
    expect(paused.stderr).toContain('`tasklane resume r1`');

    const resumed = await work.place.run(['resume', 'r1', '--out', 'a.csv', '--json']);
    expect(resumed.exitCode).toBe(0);
    expect(parseSummary(resumed.stdout)).toMatchObject({ status: 'completed', completed: 12 });
    expect(foreign.requests.map((request) => request.prompt).toSorted()).toEqual(Array.from({ length: 12 }, (_, index) => `question ${index + 1}`).toSorted());
    expect((await readFile(path.join(work.place.folder, 'a.csv'), 'utf8')).trimEnd().split(/\r?\n/)).toHaveLength(13);
  });

  it('twice: aborts at once with exit code 130, keeping what was done', async () => {
    const foreign = await work.serve({ latencyMs: ({ ordinal }) => (ordinal < 2 ? 10 : 60_000) });
    await work.place.write('tasks.csv', tasksCsv(6));
    const started = work.place.start(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '2', '--json']);
    await started.said('Run r1');
    while (foreign.requests.length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
    started.child.kill('SIGINT');
    await started.said('Pausing');
    // Two presses within a third of a second count as one.
    await new Promise((resolve) => setTimeout(resolve, 500));
    started.child.kill('SIGINT');
    const { exitCode, stdout } = await started.ended;
    expect(exitCode).toBe(130);
    expect(parseSummary(stdout)).toMatchObject({ status: 'paused', stopReason: 'interrupted', completed: 2, queued: 4 });
    const shown = await work.place.run(['show', 'r1', '--json']);
    expect(parseSummary(shown.stdout)).toMatchObject({ status: 'paused', stopReason: 'interrupted', completed: 2, queued: 4 });
  });
});

describe('Ctrl+C at other times', () => {
  it('while a file is read: ends at once with exit code 130, without a request and without a half batch', async () => {
    const foreign = await work.serve();
    await work.place.write('big.csv', `prompt\n${'a question of some length that fills the line\n'.repeat(500_000)}`);
    const started = work.place.start(['run', 'big.csv', ...endpointOf(foreign), '--json']);
    await started.said('Reading');
    started.child.kill('SIGINT');
    const { exitCode, stdout } = await started.ended;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'run_state', message: 'Interrupted before anything was sent.' } });
    expect(foreign.requests).toEqual([]);
    expect(JSON.parse((await work.place.run(['runs', '--json'])).stdout)).toEqual({ runs: [] });
  });

  it('while measuring: gives no half result, and leaves nothing that resume would pick up', async () => {
    const foreign = await work.serve({ latencyMs: 150 });
    await work.place.write('tasks.csv', tasksCsv(6));
    const started = work.place.start(['measure', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '3', '--repeats', '2', '--json']);
    await started.said('Repeat 1 of 2, 1 at once');
    started.child.kill('SIGINT');
    const { exitCode, stdout } = await started.ended;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'run_state', message: expect.stringMatching(/^Interrupted: the measurement is not complete/) as string } });
    expect((await work.place.run(['resume'])).exitCode).toBe(2);
  });
});
