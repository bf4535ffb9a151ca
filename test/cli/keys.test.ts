import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { errorBody } from '../fixtures/openai-server.ts';
import { endpointOf, parseSummary, tasksCsv, workplaceForEach } from './workplace.ts';

const work = workplaceForEach();

describe('keys', () => {
  it('sends the named key and no other, and leaves none behind in the store, the results or on the terminal', async () => {
    const foreign = await work.serve();
    await work.place.write('tasks.csv', tasksCsv(2));
    const { exitCode, stdout, stderr } = await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--api-key-env', 'MINE', '--out', 'a.csv'], { MINE: 'sk-canary-mine', OPENAI_API_KEY: 'sk-canary-other' });
    expect(exitCode).toBe(0);
    expect(new Set(foreign.requests.map((request) => request.headers.authorization))).toEqual(new Set(['Bearer sk-canary-mine']));
    const left = await Promise.all(['data/tasklane.db', 'a.csv'].map((name) => readFile(path.join(work.place.folder, name), 'latin1')));
    expect([stdout, stderr, ...left].join('')).not.toContain('canary');
  });

  it('takes provider and key from OPENAI_BASE_URL and OPENAI_API_KEY, and has no key of its own to send', async () => {
    const foreign = await work.serve();
    await work.place.write('tasks.txt', 'one\n');
    expect((await work.place.run(['run', 'tasks.txt', '--model', 'm'], { OPENAI_BASE_URL: foreign.baseUrl, OPENAI_API_KEY: 'sk-theirs' })).exitCode).toBe(0);
    expect((await work.place.run(['run', 'tasks.txt', '--model', 'm', '--base-url', foreign.baseUrl], { OTHER_API_KEY: 'sk-canary' })).exitCode).toBe(0);
    expect(foreign.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-theirs', expect.not.stringMatching(/theirs|canary/) as string]);
  });

  it('stops at a rejected key after a few requests with exit code 3, and goes on with a good one', async () => {
    const foreign = await work.serve({ script: ({ headers }) => (headers.authorization === 'Bearer good' ? null : { status: 401, body: errorBody('Incorrect API key provided: sk-canary.', 'invalid_api_key') }) });
    await work.place.write('tasks.csv', tasksCsv(40));
    const stopped = await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '2', '--out', 'a.csv', '--json']);
    expect(stopped.exitCode).toBe(3);
    expect(parseSummary(stopped.stdout)).toMatchObject({ status: 'paused', stopReason: 'auth', completed: 0, failed: 0, queued: 40 });
    expect(stopped.stderr).toContain('`tasklane resume r1` goes on from here.');
    const refused = foreign.requests.length;
    expect(refused).toBeLessThanOrEqual(4);

    const resumed = await work.place.run(['resume', '--api-key-env', 'MINE', '--concurrency', '5', '--out', 'a.csv', '--json'], { MINE: 'good' });
    expect(resumed.exitCode).toBe(0);
    expect(parseSummary(resumed.stdout)).toMatchObject({ runId: 'r1', status: 'completed', completed: 40 });
    expect(foreign.requests).toHaveLength(refused + 40);
    expect(foreign.peakInFlight).toBe(5);
  });
});
