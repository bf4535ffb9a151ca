import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { describe, expect, it } from 'vitest';

import { endpointOf, parseSummary, tasksCsv, workplaceForEach } from '../cli/workplace.ts';

const work = workplaceForEach();

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

const questions = (count: number): string[] => Array.from({ length: count }, (_, index) => `question ${index + 1}`);

describe('the program', () => {
  it('case 49: with a wall clock that goes back an hour and forward a year, says so, keeps its durations and writes every result', async () => {
    const foreign = await work.serve({ latencyMs: 1200 });
    await work.place.write('tasks.csv', tasksCsv(16));
    await work.place.write('clock', '0');
    const clock = path.join(work.place.folder, 'clock');
    const preload = pathToFileURL(path.join(import.meta.dirname, 'model', 'jumping-date.ts')).href;
    const started = work.place.start(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '2', '--out', 'a.csv', '--json'], { NODE_OPTIONS: `--import ${preload}`, TASKLANE_TEST_CLOCK: clock });
    while (foreign.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await writeFile(clock, String(-HOUR_MS));
    await started.said('clock of this machine was set back by 1 h');
    await writeFile(clock, String(YEAR_MS));
    await started.said('clock of this machine was set forward by');
    const { exitCode, stdout, stderr } = await started.ended;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const summary = parseSummary(stdout);
    expect(summary).toMatchObject({ status: 'completed', completed: 16, failed: 0, retries: 0 });
    // Eight rounds of 1.2 s; an hour or a year would show.
    expect(summary.wallMs).toSatisfy((ms: number) => ms >= 9500 && ms < 1_800_000);
    expect(foreign.requests.map(({ prompt }) => prompt).toSorted()).toEqual(questions(16).toSorted());
    expect((await readFile(path.join(work.place.folder, 'a.csv'), 'utf8')).trimEnd().split(/\r?\n/)).toHaveLength(17);

    const shown = await work.place.run(['show', 'r1', '--json']);
    expect(parseSummary(shown.stdout)).toMatchObject({ status: 'completed', completed: 16, wallMs: summary.wallMs });
  });

  it('case 51: stopped in the middle of a run and let go again, says that it stood still, loses nothing, sends nothing twice and takes the time off', async () => {
    const foreign = await work.serve({ latencyMs: 700 });
    await work.place.write('tasks.csv', tasksCsv(10));
    const begunMs = performance.now();
    const started = work.place.start(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '2', '--out', 'a.csv', '--json']);
    await started.said('Run r1');
    while (foreign.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    started.child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 8000));
    started.child.kill('SIGCONT');
    const { exitCode, stdout, stderr } = await started.ended;
    const elapsedMs = performance.now() - begunMs;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).toMatch(/Tasklane stood still for \d/);
    const summary = parseSummary(stdout);
    expect(summary).toMatchObject({ status: 'completed', completed: 10, failed: 0, retries: 0 });
    expect(summary.wallMs).toBeLessThan(elapsedMs - 6500);
    expect(foreign.requests.map(({ prompt }) => prompt).toSorted()).toEqual(questions(10).toSorted());
    expect((await readFile(path.join(work.place.folder, 'a.csv'), 'utf8')).trimEnd().split(/\r?\n/)).toHaveLength(11);
  });
});
