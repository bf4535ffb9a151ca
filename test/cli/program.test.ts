import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { errorBody } from '../fixtures/openai-server.ts';
import { endpointOf, parseSummary, tasksCsv, workplaceForEach } from './workplace.ts';

const work = workplaceForEach();

describe('run', () => {
  it('sends every row once, never more at a time than asked, and writes the answers in input order', async () => {
    const foreign = await work.serve({ latencyMs: ({ ordinal }) => (ordinal % 4 === 0 ? 120 : 30) });
    await work.place.write('tasks.csv', tasksCsv(12));
    const { exitCode, stdout, stderr } = await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '3', '--out', 'a.csv', '--out', 'a.jsonl', '--json']);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const summary = parseSummary(stdout);
    expect(summary).toMatchObject({ status: 'completed', stopReason: null, simulated: false, model: 'test-model', total: 12, completed: 12, failed: 0, cancelled: 0, queued: 0, attempts: 12, retries: 0, peakInFlight: 3, concurrency: 3, costUsd: null, failuresByClass: {} });
    expect(summary.latencyMs).toMatchObject({ p95: null, p99: null });
    expect(summary.latencyMs.p90).not.toBeNull();
    expect(foreign.requests.map((request) => request.prompt).toSorted()).toEqual(Array.from({ length: 12 }, (_, index) => `question ${index + 1}`).toSorted());
    expect(foreign.peakInFlight).toBe(3);
    const lines = (await readFile(path.join(work.place.folder, 'a.csv'), 'utf8')).trimEnd().split(/\r?\n/);
    expect(lines[0]).toBe('custom_id,status,output,error_class,error,attempts,started_at,queue_ms,ttft_ms,service_ms,input_tokens,output_tokens,cost_usd,model,finish_reason,var.id,var.prompt');
    expect(lines.slice(1).map((line) => line.split(',').slice(0, 3).join(','))).toEqual(Array.from({ length: 12 }, (_, index) => `t${index + 1},completed,answer to: question ${index + 1}`));
    const last = JSON.parse((await readFile(path.join(work.place.folder, 'a.jsonl'), 'utf8')).trimEnd().split('\n').at(-1) ?? '') as object;
    expect(last).toMatchObject({ custom_id: 't12', status: 'completed', output: 'answer to: question 12', attempts: 1, finish_reason: 'stop', vars: { id: 't12', prompt: 'question 12' } });
    expect(stderr).toContain('Run r1: 12 tasks, model test-model at 127.0.0.1:');
  });

  it('takes the simulated provider by default and says so wherever a number stands', async () => {
    await work.place.write('tasks.txt', 'one\ntwo\n');
    const { exitCode, stdout, stderr } = await work.place.run(['run', 'tasks.txt', '--limit', '1']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Provider +Simulated provider, model simulated-1 \(simulated: answers, times and tokens are not real\)$/m);
    expect(stdout).toMatch(/^Tasks +1 of 1 completed$/m);
    expect(stderr).toContain('at the simulated provider');
  });

  it('sends what the options say: template, system prompt, limits, no stream', async () => {
    const foreign = await work.serve();
    await work.place.write('tasks.csv', 'name,place\nAda,London\n');
    await work.place.write('prompt.txt', 'Who is {{name}}?\n');
    const { exitCode } = await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--template-file', 'prompt.txt', '--system', 'You are in {{place}}.', '--max-tokens', '7', '--temperature', '0', '--no-stream']);
    expect(exitCode).toBe(0);
    expect(foreign.requests[0]?.body).toMatchObject({ model: 'test-model', max_tokens: 7, temperature: 0, messages: [{ role: 'system', content: 'You are in London.' }, { role: 'user', content: 'Who is Ada?' }] });
    expect(foreign.requests[0]?.body.stream ?? false).toBe(false);
  });

  it('exits 1 when a task failed for good, and writes the others and the reason', async () => {
    const foreign = await work.serve({ script: ({ prompt }) => (prompt === 'question 2' ? { status: 400, body: errorBody('No such thing.', 'bad_thing') } : null) });
    await work.place.write('tasks.csv', tasksCsv(3));
    const { exitCode, stdout } = await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--out', 'a.jsonl', '--json']);
    expect(exitCode).toBe(1);
    expect(parseSummary(stdout)).toMatchObject({ status: 'completed', completed: 2, failed: 1, failuresByClass: { bad_request: 1 } });
    const rows = (await readFile(path.join(work.place.folder, 'a.jsonl'), 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as { status: string; error_class: string | null });
    expect(rows.map((row) => [row.status, row.error_class])).toEqual([['completed', null], ['failed', 'bad_request'], ['completed', null]]);
  });

  it('goes on without bad rows only when told to, and still lists them', async () => {
    const foreign = await work.serve();
    await work.place.write('tasks.csv', 'id,prompt\n1,one\n2\n3,three\n');
    const { exitCode, stdout, stderr } = await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--skip-bad-rows', '--json']);
    expect(exitCode).toBe(0);
    expect(parseSummary(stdout)).toMatchObject({ total: 2, completed: 2 });
    expect(stderr).toContain('tasks.csv, line 3: ');
    expect(stderr).toContain('Going on without 1 bad row.');
  });

  it('recovers from errors that pass, and counts the retries', async () => {
    const foreign = await work.serve({ latencyMs: 5, script: ({ prompt, attempt }) => (prompt === 'question 1' && attempt === 1 ? { status: 503, headers: { 'retry-after-ms': '20' }, body: errorBody('Busy.') } : null) });
    await work.place.write('tasks.csv', tasksCsv(3));
    const { exitCode, stdout } = await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--json']);
    expect(exitCode).toBe(0);
    expect(parseSummary(stdout)).toMatchObject({ completed: 3, failed: 0, attempts: 4, retries: 1 });
  });
});

describe('hostile text', () => {
  it('never reaches the terminal raw, wherever it comes from', async () => {
    const evil = '\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u202e';
    const foreign = await work.serve({ script: ({ prompt }) => ({ status: prompt === 'refused' ? 400 : 401, body: errorBody(`No ${evil}`, prompt === 'refused' ? 'bad_thing' : 'invalid_api_key') }) });
    await work.place.write('refused.csv', 'prompt\nrefused\n');
    await work.place.write('tasks.csv', `id,prompt\n1,${evil}\n`);
    await work.place.write(`evil${evil.replaceAll('/', '')}.csv`, 'id,prompt\n1\n');
    const outcomes = [
      await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign)]),
      await work.place.run(['run', `evil${evil}.csv`, ...endpointOf(foreign), '--json']),
      await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--template', `{{${evil}}}`, '--json']),
      await work.place.run(['show', evil, '--json']),
      await work.place.run(['runs']),
      await work.place.run(['run', 'refused.csv', ...endpointOf(foreign)]),
    ];
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([3, 2, 2, 2, 0, 1]);
    expect(outcomes.at(-1)?.stdout).toContain('Failed: task-1 (bad_request): ');
    for (const { stdout, stderr } of outcomes) expect(stdout + stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });
});

describe('one store, several programs', () => {
  it('case 48: lets a second program read while the first one runs, and refuses it to write', async () => {
    const foreign = await work.serve({ latencyMs: 400 });
    await work.place.write('tasks.csv', tasksCsv(20));
    const first = work.place.start(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '1']);
    await first.said('Run r1');
    const listed = await work.place.run(['runs', '--json']);
    expect(listed.exitCode).toBe(0);
    expect((JSON.parse(listed.stdout) as { runs: unknown[] }).runs).toMatchObject([{ runId: 'r1', batch: 'tasks', status: 'running', total: 20, failed: 0 }]);
    const second = await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--json']);
    expect(second.exitCode).toBe(2);
    expect(JSON.parse(second.stdout)).toMatchObject({ error: { code: 'store_locked' } });
    first.child.kill('SIGINT');
    expect((await first.ended).exitCode).toBe(130);
  });
});

describe('looking back', () => {
  it('lists, shows, exports and projects a run of the past', async () => {
    const foreign = await work.serve({ latencyMs: 40 });
    await work.place.write('tasks.csv', tasksCsv(6));
    const { stdout } = await work.place.run(['run', 'tasks.csv', ...endpointOf(foreign), '--concurrency', '2', '--json']);
    const listed = JSON.parse((await work.place.run(['runs', '--json'])).stdout) as { runs: object[] };
    expect(listed).toEqual({ runs: [{ runId: 'r1', batch: 'tasks', status: 'completed', total: 6, completed: 6, failed: 0, startedAt: parseSummary(stdout).startedAt }] });
    expect(parseSummary((await work.place.run(['show', 'latest', '--json'])).stdout)).toEqual(parseSummary(stdout));
    const exported = await work.place.run(['export', 'r1', '--out', 'b.csv', 'b.jsonl', '--json']);
    expect(JSON.parse(exported.stdout)).toMatchObject({ runId: 'r1', files: [{ file: path.join(work.place.folder, 'b.csv'), rows: 6 }, { file: path.join(work.place.folder, 'b.jsonl'), rows: 6 }] });
    const projected = JSON.parse((await work.place.run(['project', 'r1', '--concurrency', '1,2,3,6', '--json'])).stdout) as { projection: { concurrency: number; wallMs: number; speedup: number; extrapolated: boolean }[] };
    expect(projected.projection.map(({ concurrency, extrapolated }) => [concurrency, extrapolated])).toEqual([[1, false], [2, false], [3, false], [6, true]]);
    const [alone, pair] = projected.projection;
    expect(alone?.wallMs).toBeGreaterThan(240);
    // One at a time, the measured gap between two tasks counts as well.
    expect(alone?.speedup).toBeLessThanOrEqual(1);
    expect(alone?.speedup).toBeGreaterThan(0.5);
    expect(pair?.speedup).toBeLessThanOrEqual(2);
    expect(foreign.requests).toHaveLength(6);
  });
});

describe('simulate', () => {
  it('prints where it listens, answers any OpenAI client, and ends with Ctrl+C', async () => {
    const started = work.place.start(['simulate', '--latency', 'fixed:5', '--json']);
    while (started.stdout() === '') await new Promise((resolve) => setTimeout(resolve, 20));
    const { url, port } = JSON.parse(started.stdout()) as { url: string; port: number };
    expect(url).toBe(`http://127.0.0.1:${port}/v1`);
    await writeFile(path.join(work.place.folder, 'one.txt'), 'What is 2 + 2?\n');
    const outcome = await work.place.run(['run', 'one.txt', '--base-url', url, '--model', 'any', '--json']);
    expect(parseSummary(outcome.stdout)).toMatchObject({ status: 'completed', completed: 1, simulated: false });
    started.child.kill('SIGINT');
    expect((await started.ended).exitCode).toBe(0);
  });
});
