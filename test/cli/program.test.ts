import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { RunSummary } from '../../shared/contract/summary.ts';
import { errorBody, startOpenAiServer, type OpenAiServer, type OpenAiServerOptions } from '../fixtures/openai-server.ts';
import { createWorkplace, type Workplace } from './tasklane.ts';

// Each command is a process of its own, and machines are busy.
vi.setConfig({ testTimeout: 180_000 });

let place: Workplace;
let server: OpenAiServer | null = null;
beforeEach(async () => {
  place = await createWorkplace();
});
afterEach(async () => {
  await server?.close();
  server = null;
  await place.remove();
});

async function serve(options?: OpenAiServerOptions): Promise<OpenAiServer> {
  server = await startOpenAiServer(options);
  return server;
}

const tasksCsv = (count: number): string => `id,prompt\n${Array.from({ length: count }, (_, index) => `t${index + 1},question ${index + 1}\n`).join('')}`;
const to = ({ baseUrl }: OpenAiServer): readonly string[] => ['--base-url', baseUrl, '--model', 'test-model'];
const parse = (text: string): RunSummary => JSON.parse(text) as RunSummary;

describe('run', () => {
  it('sends every row once, never more at a time than asked, and writes the answers in input order', async () => {
    const foreign = await serve({ latencyMs: ({ ordinal }) => (ordinal % 4 === 0 ? 120 : 30) });
    await place.write('tasks.csv', tasksCsv(12));
    const { exitCode, stdout, stderr } = await place.run(['run', 'tasks.csv', ...to(foreign), '--concurrency', '3', '--out', 'a.csv', '--out', 'a.jsonl', '--json']);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const summary = parse(stdout);
    expect(summary).toMatchObject({ status: 'completed', stopReason: null, simulated: false, model: 'test-model', total: 12, completed: 12, failed: 0, cancelled: 0, queued: 0, attempts: 12, retries: 0, peakInFlight: 3, concurrency: 3, costUsd: null, failuresByClass: {} });
    expect(summary.latencyMs).toMatchObject({ p95: null, p99: null });
    expect(summary.latencyMs.p90).not.toBeNull();
    expect(foreign.requests.map((request) => request.prompt).toSorted()).toEqual(Array.from({ length: 12 }, (_, index) => `question ${index + 1}`).toSorted());
    expect(foreign.peakInFlight).toBe(3);
    const lines = (await readFile(path.join(place.folder, 'a.csv'), 'utf8')).trimEnd().split(/\r?\n/);
    expect(lines[0]).toBe('custom_id,status,output,error_class,error,attempts,started_at,queue_ms,ttft_ms,service_ms,input_tokens,output_tokens,cost_usd,model,finish_reason,var.id,var.prompt');
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 3).join(','))).toEqual(Array.from({ length: 12 }, (_, index) => `t${index + 1},completed,answer to: question ${index + 1}`));
    const last = JSON.parse((await readFile(path.join(place.folder, 'a.jsonl'), 'utf8')).trimEnd().split('\n').at(-1) ?? '') as object;
    expect(last).toMatchObject({ custom_id: 't12', status: 'completed', output: 'answer to: question 12', attempts: 1, finish_reason: 'stop', vars: { id: 't12', prompt: 'question 12' } });
    expect(stderr).toContain('Run r1: 12 tasks, model test-model at 127.0.0.1:');
  });

  it('takes the simulated provider by default and says so wherever a number stands', async () => {
    await place.write('tasks.txt', 'one\ntwo\n');
    const { exitCode, stdout, stderr } = await place.run(['run', 'tasks.txt', '--limit', '1']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Provider +Simulated provider, model simulated-1 \(simulated: answers, times and tokens are not real\)$/m);
    expect(stdout).toMatch(/^Tasks +1 of 1 completed$/m);
    expect(stderr).toContain('at the simulated provider');
  });

  it('sends what the options say: template, system prompt, limits, no stream', async () => {
    const foreign = await serve();
    await place.write('tasks.csv', 'name,place\nAda,London\n');
    await place.write('prompt.txt', 'Who is {{name}}?\n');
    const { exitCode } = await place.run(['run', 'tasks.csv', ...to(foreign), '--template-file', 'prompt.txt', '--system', 'You are in {{place}}.', '--max-tokens', '7', '--temperature', '0', '--no-stream']);
    expect(exitCode).toBe(0);
    expect(foreign.requests[0]?.body).toMatchObject({ model: 'test-model', max_tokens: 7, temperature: 0, messages: [{ role: 'system', content: 'You are in London.' }, { role: 'user', content: 'Who is Ada?' }] });
    expect(foreign.requests[0]?.body.stream ?? false).toBe(false);
  });

  it('exits 1 when a task failed for good, and writes the others and the reason', async () => {
    const foreign = await serve({ script: ({ prompt }) => (prompt === 'question 2' ? { status: 400, body: errorBody('No such thing.', 'bad_thing') } : null) });
    await place.write('tasks.csv', tasksCsv(3));
    const { exitCode, stdout } = await place.run(['run', 'tasks.csv', ...to(foreign), '--out', 'a.jsonl', '--json']);
    expect(exitCode).toBe(1);
    expect(parse(stdout)).toMatchObject({ status: 'completed', completed: 2, failed: 1, failuresByClass: { bad_request: 1 } });
    const rows = (await readFile(path.join(place.folder, 'a.jsonl'), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as { status: string; error_class: string | null });
    expect(rows.map((row) => [row.status, row.error_class])).toEqual([['completed', null], ['failed', 'bad_request'], ['completed', null]]);
  });

  it('goes on without bad rows only when told to, and still lists them', async () => {
    const foreign = await serve();
    await place.write('tasks.csv', 'id,prompt\n1,one\n2\n3,three\n');
    const { exitCode, stdout, stderr } = await place.run(['run', 'tasks.csv', ...to(foreign), '--skip-bad-rows', '--json']);
    expect(exitCode).toBe(0);
    expect(parse(stdout)).toMatchObject({ total: 2, completed: 2 });
    expect(stderr).toContain('tasks.csv, line 3: ');
    expect(stderr).toContain('Going on without 1 bad row.');
  });

  it('recovers from errors that pass, and counts the retries', async () => {
    const foreign = await serve({ latencyMs: 5, script: ({ prompt, attempt }) => (prompt === 'question 1' && attempt === 1 ? { status: 503, headers: { 'retry-after-ms': '20' }, body: errorBody('Busy.') } : null) });
    await place.write('tasks.csv', tasksCsv(3));
    const { exitCode, stdout } = await place.run(['run', 'tasks.csv', ...to(foreign), '--json']);
    expect(exitCode).toBe(0);
    expect(parse(stdout)).toMatchObject({ completed: 3, failed: 0, attempts: 4, retries: 1 });
  });
});

describe('keys', () => {
  it('sends the named key and no other, and leaves none behind in the store, the results or on the terminal', async () => {
    const foreign = await serve();
    await place.write('tasks.csv', tasksCsv(2));
    const { exitCode, stdout, stderr } = await place.run(['run', 'tasks.csv', ...to(foreign), '--api-key-env', 'MINE', '--out', 'a.csv'], { MINE: 'sk-canary-mine', OPENAI_API_KEY: 'sk-canary-other' });
    expect(exitCode).toBe(0);
    expect(new Set(foreign.requests.map((request) => request.headers.authorization))).toEqual(new Set(['Bearer sk-canary-mine']));
    const left = await Promise.all(['data/tasklane.db', 'a.csv'].map((name) => readFile(path.join(place.folder, name), 'latin1')));
    expect([stdout, stderr, ...left].join('')).not.toContain('canary');
  });

  it('takes provider and key from OPENAI_BASE_URL and OPENAI_API_KEY, and has no key of its own to send', async () => {
    const foreign = await serve();
    await place.write('tasks.txt', 'one\n');
    expect((await place.run(['run', 'tasks.txt', '--model', 'm'], { OPENAI_BASE_URL: foreign.baseUrl, OPENAI_API_KEY: 'sk-theirs' })).exitCode).toBe(0);
    expect((await place.run(['run', 'tasks.txt', '--model', 'm', '--base-url', foreign.baseUrl], { OTHER_API_KEY: 'sk-canary' })).exitCode).toBe(0);
    expect(foreign.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-theirs', expect.not.stringMatching(/theirs|canary/) as string]);
  });

  it('stops at a rejected key after a few requests with exit code 3, and goes on with a good one', async () => {
    const foreign = await serve({ script: ({ headers }) => (headers.authorization === 'Bearer good' ? null : { status: 401, body: errorBody('Incorrect API key provided: sk-canary.', 'invalid_api_key') }) });
    await place.write('tasks.csv', tasksCsv(40));
    const stopped = await place.run(['run', 'tasks.csv', ...to(foreign), '--concurrency', '2', '--out', 'a.csv', '--json']);
    expect(stopped.exitCode).toBe(3);
    expect(parse(stopped.stdout)).toMatchObject({ status: 'paused', stopReason: 'auth', completed: 0, failed: 0, queued: 40 });
    expect(stopped.stderr).toContain('`tasklane resume r1` goes on from here.');
    const refused = foreign.requests.length;
    expect(refused).toBeLessThanOrEqual(4);

    const resumed = await place.run(['resume', '--api-key-env', 'MINE', '--concurrency', '5', '--out', 'a.csv', '--json'], { MINE: 'good' });
    expect(resumed.exitCode).toBe(0);
    expect(parse(resumed.stdout)).toMatchObject({ runId: 'r1', status: 'completed', completed: 40 });
    expect(foreign.requests).toHaveLength(refused + 40);
    expect(foreign.peakInFlight).toBe(5);
  });
});

describe('Ctrl+C', () => {
  it('once: finishes what is in flight, exits 130, and resume sends only what is left', async () => {
    const foreign = await serve({ latencyMs: 250 });
    await place.write('tasks.csv', tasksCsv(12));
    const started = place.start(['run', 'tasks.csv', ...to(foreign), '--concurrency', '3', '--out', 'a.csv', '--json']);
    await started.said('Run r1');
    started.child.kill('SIGINT');
    const paused = await started.ended;
    expect(paused.exitCode).toBe(130);
    const summary = parse(paused.stdout);
    expect(summary).toMatchObject({ status: 'paused', stopReason: 'user', failed: 0, cancelled: 0 });
    expect(summary.completed + summary.queued).toBe(12);
    expect(summary.queued).toBeGreaterThan(0);
    expect(foreign.requests).toHaveLength(summary.completed);
    expect(paused.stderr).toContain('`tasklane resume r1`');

    const resumed = await place.run(['resume', 'r1', '--out', 'a.csv', '--json']);
    expect(resumed.exitCode).toBe(0);
    expect(parse(resumed.stdout)).toMatchObject({ status: 'completed', completed: 12 });
    expect(foreign.requests.map((request) => request.prompt).toSorted()).toEqual(Array.from({ length: 12 }, (_, index) => `question ${index + 1}`).toSorted());
    expect((await readFile(path.join(place.folder, 'a.csv'), 'utf8')).trimEnd().split(/\r?\n/)).toHaveLength(13);
  });

  it('twice: aborts at once with exit code 130, keeping what was done', async () => {
    const foreign = await serve({ latencyMs: ({ ordinal }) => (ordinal < 2 ? 10 : 60_000) });
    await place.write('tasks.csv', tasksCsv(6));
    const started = place.start(['run', 'tasks.csv', ...to(foreign), '--concurrency', '2', '--json']);
    await started.said('Run r1');
    while (foreign.requests.length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
    started.child.kill('SIGINT');
    await started.said('Pausing');
    // Two presses within a third of a second count as one.
    await new Promise((resolve) => setTimeout(resolve, 500));
    started.child.kill('SIGINT');
    const { exitCode, stdout } = await started.ended;
    expect(exitCode).toBe(130);
    expect(parse(stdout)).toMatchObject({ status: 'paused', stopReason: 'user', completed: 2, queued: 4 });
    const shown = await place.run(['show', 'r1', '--json']);
    expect(parse(shown.stdout)).toMatchObject({ status: 'paused', stopReason: 'user', completed: 2, queued: 4 });
  });
});

describe('Ctrl+C at other times', () => {
  it('while a file is read: ends at once with exit code 130, without a request and without a half batch', async () => {
    const foreign = await serve();
    await place.write('big.csv', `prompt\n${'a question of some length that fills the line\n'.repeat(500_000)}`);
    const started = place.start(['run', 'big.csv', ...to(foreign), '--json']);
    await started.said('Reading');
    started.child.kill('SIGINT');
    const { exitCode, stdout } = await started.ended;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'run_state', message: 'Interrupted before anything was sent.' } });
    expect(foreign.requests).toEqual([]);
    expect(JSON.parse((await place.run(['runs', '--json'])).stdout)).toEqual({ runs: [] });
  });

  it('while measuring: gives no half result, and leaves nothing that resume would pick up', async () => {
    const foreign = await serve({ latencyMs: 150 });
    await place.write('tasks.csv', tasksCsv(6));
    const started = place.start(['measure', 'tasks.csv', ...to(foreign), '--concurrency', '3', '--repeats', '2', '--json']);
    await started.said('Repeat 1 of 2, 1 at once');
    started.child.kill('SIGINT');
    const { exitCode, stdout } = await started.ended;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'run_state', message: expect.stringMatching(/^Interrupted: the measurement is not complete/) as string } });
    expect((await place.run(['resume'])).exitCode).toBe(2);
  });
});

describe('hostile text', () => {
  it('never reaches the terminal raw, wherever it comes from', async () => {
    const evil = '\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u202e';
    const foreign = await serve({ script: ({ prompt }) => ({ status: prompt === 'refused' ? 400 : 401, body: errorBody(`No ${evil}`, prompt === 'refused' ? 'bad_thing' : 'invalid_api_key') }) });
    await place.write('refused.csv', 'prompt\nrefused\n');
    await place.write('tasks.csv', `id,prompt\n1,${evil}\n`);
    await place.write(`evil${evil.replaceAll('/', '')}.csv`, 'id,prompt\n1\n');
    const outcomes = [
      await place.run(['run', 'tasks.csv', ...to(foreign)]),
      await place.run(['run', `evil${evil}.csv`, ...to(foreign), '--json']),
      await place.run(['run', 'tasks.csv', ...to(foreign), '--template', `{{${evil}}}`, '--json']),
      await place.run(['show', evil, '--json']),
      await place.run(['runs']),
      await place.run(['run', 'refused.csv', ...to(foreign)]),
    ];
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([3, 2, 2, 2, 0, 1]);
    expect(outcomes.at(-1)?.stdout).toContain('Failed: task-1 (bad_request): ');
    for (const { stdout, stderr } of outcomes) expect(stdout + stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });
});

describe('one store, several programs', () => {
  it('lets a second program read while the first one runs, and refuses it to write', async () => {
    const foreign = await serve({ latencyMs: 400 });
    await place.write('tasks.csv', tasksCsv(20));
    const first = place.start(['run', 'tasks.csv', ...to(foreign), '--concurrency', '1']);
    await first.said('Run r1');
    const listed = await place.run(['runs', '--json']);
    expect(listed.exitCode).toBe(0);
    expect((JSON.parse(listed.stdout) as { runs: unknown[] }).runs).toMatchObject([{ runId: 'r1', batch: 'tasks', status: 'running', total: 20, failed: 0 }]);
    const second = await place.run(['run', 'tasks.csv', ...to(foreign), '--json']);
    expect(second.exitCode).toBe(2);
    expect(JSON.parse(second.stdout)).toMatchObject({ error: { code: 'store_locked' } });
    first.child.kill('SIGINT');
    expect((await first.ended).exitCode).toBe(130);
  });
});

describe('looking back', () => {
  it('lists, shows, exports and projects a run of the past', async () => {
    const foreign = await serve({ latencyMs: 40 });
    await place.write('tasks.csv', tasksCsv(6));
    const { stdout } = await place.run(['run', 'tasks.csv', ...to(foreign), '--concurrency', '2', '--json']);
    const listed = JSON.parse((await place.run(['runs', '--json'])).stdout) as { runs: object[] };
    expect(listed).toEqual({ runs: [{ runId: 'r1', batch: 'tasks', status: 'completed', total: 6, completed: 6, failed: 0, startedAt: parse(stdout).startedAt }] });
    expect(parse((await place.run(['show', 'latest', '--json'])).stdout)).toEqual(parse(stdout));
    const exported = await place.run(['export', 'r1', '--out', 'b.csv', 'b.jsonl', '--json']);
    expect(JSON.parse(exported.stdout)).toMatchObject({ runId: 'r1', files: [{ file: path.join(place.folder, 'b.csv'), rows: 6 }, { file: path.join(place.folder, 'b.jsonl'), rows: 6 }] });
    const projected = JSON.parse((await place.run(['project', 'r1', '--concurrency', '1,2,3,6', '--json'])).stdout) as { projection: { concurrency: number; wallMs: number; speedup: number; extrapolated: boolean }[] };
    expect(projected.projection.map(({ concurrency, extrapolated }) => [concurrency, extrapolated])).toEqual([[1, false], [2, false], [3, false], [6, true]]);
    const [alone, pair] = projected.projection;
    expect(alone?.wallMs).toBeGreaterThan(240);
    expect(alone?.speedup).toBe(1);
    expect(pair?.speedup).toBeLessThanOrEqual(2);
    expect(foreign.requests).toHaveLength(6);
  });
});

describe('measure', () => {
  it('runs the same tasks one at a time and in parallel, in alternating order, and reports the contract', async () => {
    const foreign = await serve({ latencyMs: 60 });
    await place.write('tasks.csv', tasksCsv(6));
    const { exitCode, stdout, stderr } = await place.run(['measure', 'tasks.csv', ...to(foreign), '--concurrency', '3', '--repeats', '2', '--json']);
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
    const foreign = await serve({ latencyMs: 5 });
    await place.write('tasks.csv', tasksCsv(9));
    const { exitCode, stdout } = await place.run(['measure', 'tasks.csv', ...to(foreign), '--concurrency', '2,4', '--repeats', '1', '--limit', '5', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ taskCount: 5, repeats: 1, simulated: false });
    expect(foreign.requests).toHaveLength(3 * 5 + 4);
  });

  it('is invalid when a task failed, says in which run, and exits 1', async () => {
    const foreign = await serve({ latencyMs: 5, script: ({ prompt, attempt }) => (prompt === 'question 2' && attempt === 3 ? { status: 400, body: errorBody('No.') } : null) });
    await place.write('tasks.csv', tasksCsv(3));
    const { exitCode, stdout } = await place.run(['measure', 'tasks.csv', ...to(foreign), '--concurrency', '2', '--repeats', '1', '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'run_state', message: expect.stringMatching(/^The measurement is invalid: in run r3 only 2 of 3 tasks completed\./) as string } });
  });
});

describe('simulate', () => {
  it('prints where it listens, answers any OpenAI client, and ends with Ctrl+C', async () => {
    const started = place.start(['simulate', '--latency', 'fixed:5', '--json']);
    while (started.stdout() === '') await new Promise((resolve) => setTimeout(resolve, 20));
    const { url, port } = JSON.parse(started.stdout()) as { url: string; port: number };
    expect(url).toBe(`http://127.0.0.1:${port}/v1`);
    await writeFile(path.join(place.folder, 'one.txt'), 'What is 2 + 2?\n');
    const outcome = await place.run(['run', 'one.txt', '--base-url', url, '--model', 'any', '--json']);
    expect(parse(outcome.stdout)).toMatchObject({ status: 'completed', completed: 1, simulated: false });
    started.child.kill('SIGINT');
    expect((await started.ended).exitCode).toBe(0);
  });
});
