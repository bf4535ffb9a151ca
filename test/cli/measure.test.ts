import { describe, expect, it } from 'vitest';

import { errorBody } from '../fixtures/openai-server.ts';
import { endpointOf, tasksCsv, workplaceForEach } from './workplace.ts';

const work = workplaceForEach();

describe('measure', () => {
  it('runs the same tasks one at a time and in parallel, in alternating order, and reports the contract', async () => {
    const foreign = await work.serve({ latencyMs: 60 });
    await work.place.write('tasks.csv', tasksCsv(6));
    const { exitCode, stdout, stderr } = await work.place.run(['measure', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '3', '--repeats', '2', '--json']);
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as { sequential: { medianMs: number; runsMs: number[] }; parallel: Record<string, unknown>[]; projection: { concurrency: number }[] };
    expect(report.sequential.runsMs).toHaveLength(2);
    expect(report.sequential.medianMs).toBeGreaterThan(360);
    expect(report.parallel).toHaveLength(1);
    expect(report.parallel[0]).toMatchObject({ concurrency: 3, theoreticalMax: 3, peakInFlight: 3 });
    expect(Object.keys(report.parallel[0] ?? {})).toEqual(expect.arrayContaining(['medianMs', 'runsMs', 'speedup', 'speedupInterval', 'efficiencyFraction']) as string[]);
    expect(report.projection.map(({ concurrency }) => concurrency)).toEqual([1, 2, 3, 5, 10]);
    expect(stderr.match(/Repeat .* at once/g)).toEqual(['Repeat 1 of 2, 1 at once', 'Repeat 1 of 2, 3 at once', 'Repeat 2 of 2, 3 at once', 'Repeat 2 of 2, 1 at once']);
    // Two repeats of two arms with six tasks, and three to warm up.
    expect(foreign.requests).toHaveLength(2 * 2 * 6 + 3);
    expect(foreign.peakInFlight).toBe(3);
  });

  it('sends the whole selection in every run, not only what a warm-up left over', async () => {
    const foreign = await work.serve({ latencyMs: 5 });
    await work.place.write('tasks.csv', tasksCsv(9));
    const { exitCode, stdout } = await work.place.run(['measure', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '2,4', '--repeats', '1', '--limit', '5', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ taskCount: 5, repeats: 1, simulated: false });
    expect(foreign.requests).toHaveLength(3 * 5 + 4);
  });

  it('is invalid when a task failed, says in which run, and exits 1', async () => {
    const foreign = await work.serve({ latencyMs: 5, script: ({ prompt, attempt }) => (prompt === 'question 2' && attempt === 3 ? { status: 400, body: errorBody('No.') } : null) });
    await work.place.write('tasks.csv', tasksCsv(3));
    const { exitCode, stdout } = await work.place.run(['measure', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '2', '--repeats', '1', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'run_state', message: expect.stringMatching(/^The measurement is invalid: in run r3 only 2 of 3 tasks completed\./) as string } });
  });
});
