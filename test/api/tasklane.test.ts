import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { BatchDraft, ReadOptions } from '../../shared/contract/commands.ts';
import type { AppEvent, EventBatch } from '../../shared/contract/events.ts';
import { applyEvent, runStateOf, taskColumns } from '../../shared/run-state/run-state.ts';
import { openTasklane } from '../../electron/api/open.ts';
import type { Tasklane } from '../../electron/api/types.ts';
import { startProvider, type ProviderServer } from '../engine/provider-server.ts';

const AUTOMATIC: ReadOptions = { format: null, delimiter: null, header: null };
const KEY = 'sk-canary-0123456789abcdef';

let dataDir: string;
let tasklane: Tasklane;
let server: ProviderServer | null = null;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'tasklane-api-'));
  tasklane = await openTasklane({ dataDir, host: 'terminal', version: '0.0.0-test' });
});
afterEach(async () => {
  await tasklane.abort();
  await server?.close();
  server = null;
  rmSync(dataDir, { recursive: true, force: true });
});

async function importText(name: string, text: string, template: string | null = null): Promise<string> {
  const file = path.join(dataDir, name);
  writeFileSync(file, text);
  const { sourceId } = await tasklane.addSource(file);
  const { batchId } = await tasklane.call('batch.create', { sourceIds: [sourceId], options: AUTOMATIC, name: null, idColumn: null, template, acceptBadRows: false });
  return batchId;
}

async function changeDraft(batchId: string, change: Partial<BatchDraft>): Promise<void> {
  const { draft } = await tasklane.call('batch.get', { batchId });
  await tasklane.call('batch.update', { batchId, draft: { ...draft, ...change } });
}

async function useServer(answer: Parameters<typeof startProvider>[0]): Promise<string> {
  server = await startProvider(answer);
  const provider = await tasklane.call('provider.save', { providerId: null, name: 'Test', baseUrl: server.baseUrl, model: 'model-1', key: KEY, makeDefault: true });
  return provider.id;
}

function finished(runId: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = tasklane.subscribe(({ events }) => {
      for (const event of events) {
        if (event.type === 'run.changed' && event.run.runId === runId && ['completed', 'paused', 'cancelled'].includes(event.run.status)) {
          stop();
          resolve();
        }
      }
    });
  });
}

async function runToEnd(batchId: string, limit: number | null = null): Promise<string> {
  const { runId } = await tasklane.call('run.start', { batchId, limit });
  await finished(runId);
  return runId;
}

const errorOf = async (action: Promise<unknown>): Promise<{ code: string; message: string }> =>
  action.then(
    () => ({ code: 'none', message: '' }),
    (error: unknown) => ({ code: error instanceof Error && 'code' in error ? String(error.code) : 'untyped', message: error instanceof Error ? error.message : String(error) }),
  );

test('the sample runs on the simulated provider without any setting and its sums come out right', async () => {
  const { sourceId } = await tasklane.call('source.sample', {});
  const { batchId, taskCount } = await tasklane.call('batch.create', { sourceIds: [sourceId], options: AUTOMATIC, name: null, idColumn: 'id', template: null, acceptBadRows: false });
  await changeDraft(batchId, { concurrency: 24 });
  const runId = await runToEnd(batchId);
  const summary = await tasklane.call('run.summary', { runId });
  expect(summary).toMatchObject({ status: 'completed', simulated: true, total: taskCount, completed: taskCount, queued: 0, failed: 0, cancelled: 0, costUsd: null });
  expect((await tasklane.call('task.detail', { runId, index: 0 })).output).toContain('42');
});

test('a screen that follows the events holds the same state as a snapshot', async () => {
  const id = await useServer((prompt, times) => (prompt.endsWith('3') && times === 1 ? { status: 500 } : { delayMs: 15 }));
  const batchId = await importText('rows.csv', `prompt\n${Array.from({ length: 40 }, (_, index) => `row ${index}`).join('\n')}\n`);
  await changeDraft(batchId, { providerId: id, concurrency: 5, stream: false });
  const { runId } = await tasklane.call('run.start', { batchId, limit: null });
  const { seq, ...snapshot } = await tasklane.call('run.snapshot', { runId });
  let state = runStateOf({ seq, ...snapshot });
  const seqs: number[] = [];
  const follow = tasklane.subscribe((batch: EventBatch) => {
    seqs.push(batch.seq);
    for (const event of batch.events satisfies readonly AppEvent[]) state = applyEvent(state, event);
  });
  await finished(runId);
  await new Promise((resolve) => setTimeout(resolve, 200));
  follow();
  const end = runStateOf(await tasklane.call('run.snapshot', { runId }));
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => seq + 1 + index));
  expect(taskColumns(state)).toEqual(taskColumns(end));
  expect(state.run).toEqual(end.run);
  expect(end.run).toMatchObject({ completed: 40, retries: 4 });
});

test('a trial of the first three goes on as the same run when all are started, unless the prompt was changed', async () => {
  const id = await useServer(() => ({}));
  const batchId = await importText('rows.csv', 'prompt\na\nb\nc\nd\ne\n');
  await changeDraft(batchId, { providerId: id, stream: false });
  const trial = await runToEnd(batchId, 3);
  expect(await runToEnd(batchId)).toBe(trial);
  expect(server?.requests.length).toBe(5);
  await changeDraft(batchId, { template: 'Say {{prompt}}' });
  const other = await runToEnd(batchId, 2);
  expect(other).not.toBe(trial);
});

test('an unknown column in the template is refused before any request and named with those there are', async () => {
  const id = await useServer(() => ({}));
  const batchId = await importText('rows.csv', 'title,body\na,b\n', 'Sum up {{boddy}}');
  await changeDraft(batchId, { providerId: id });
  const { code, message } = await errorOf(tasklane.call('run.start', { batchId, limit: null }));
  expect(code).toBe('template_variable_missing');
  expect(message).toContain('boddy');
  expect(message).toContain('title');
  expect(server?.requests.length).toBe(0);
});

test('bad rows stop an import unless they are accepted, and are named by line', async () => {
  const file = path.join(dataDir, 'rows.jsonl');
  writeFileSync(file, '{"prompt":"a"}\n{"prompt":\n{"prompt":"c"}\n');
  const { sourceId } = await tasklane.addSource(file);
  const input = { sourceIds: [sourceId], options: AUTOMATIC, name: null, idColumn: null, template: null, acceptBadRows: false };
  const { code, message } = await errorOf(tasklane.call('batch.create', input));
  expect(code).toBe('row_invalid');
  expect(message).toContain('line 2');
  expect((await tasklane.call('app.snapshot', {})).batches).toEqual([]);
  expect(await tasklane.call('batch.create', { ...input, acceptBadRows: true })).toMatchObject({ taskCount: 2, skippedCount: 1 });
});

test('results are exported in input order with the columns of the contract and the input as var.*', async () => {
  const id = await useServer((prompt) => (prompt === 'b' ? { status: 400 } : { text: `"${prompt}", said`, delayMs: prompt === 'a' ? 60 : 0 }));
  const batchId = await importText('rows.csv', 'prompt,note\na,x\nb,"y,z"\nc,w\n', '{{prompt}}');
  await changeDraft(batchId, { providerId: id, concurrency: 3, stream: false });
  const runId = await runToEnd(batchId);
  const csv = path.join(dataDir, 'out.csv');
  expect(await tasklane.call('export.results', { runId, targetId: tasklane.addTarget(csv).targetId, format: 'csv', indices: null })).toMatchObject({ rows: 3 });
  const lines = readFileSync(csv, 'utf8').split('\r\n');
  expect(lines[0]).toBe('custom_id,status,output,error_class,error,attempts,started_at,queue_ms,ttft_ms,service_ms,input_tokens,output_tokens,cost_usd,model,finish_reason,var.prompt,var.note');
  expect(lines[1]).toMatch(/^task-1,completed,"""a"", said",,,1,\d{4}-\d\d-\d\dT[\d:.]+Z,\d+,,\d+,7,3,,model-1,stop,a,x$/);
  expect(lines[2]).toMatch(/^task-2,failed,,bad_request,.*,1,.*,b,"y,z"$/);
  const jsonl = path.join(dataDir, 'out.jsonl');
  await tasklane.call('export.results', { runId, targetId: tasklane.addTarget(jsonl).targetId, format: 'jsonl', indices: [2] });
  expect(JSON.parse(readFileSync(jsonl, 'utf8'))).toMatchObject({ custom_id: 'task-3', status: 'completed', output: '"c", said', vars: { prompt: 'c', note: 'w' } });
});

test('a key is kept nowhere on disk, in no event and in no answer of the api', async () => {
  const id = await useServer(() => ({ status: 401, body: JSON.stringify({ error: { message: `Incorrect API key provided: ${KEY}`, code: 'invalid_api_key' } }) }));
  const batchId = await importText('rows.csv', 'prompt\na\n');
  await changeDraft(batchId, { providerId: id });
  const seen: string[] = [];
  tasklane.subscribe((batch) => seen.push(JSON.stringify(batch)));
  const runId = await runToEnd(batchId);
  expect(server?.requests[0]?.authorization).toBe(`Bearer ${KEY}`);
  const answers = [await tasklane.call('app.snapshot', {}), await tasklane.call('task.detail', { runId, index: 0 }), await tasklane.call('run.snapshot', { runId })].map((answer) => JSON.stringify(answer));
  expect(answers[0]).toContain(`"keyHint":"${KEY.slice(-4)}"`);
  await tasklane.close();
  const onDisk = ['tasklane.db'].map((name) => readFileSync(path.join(dataDir, name), 'latin1'));
  for (const text of [...seen, ...answers, ...onDisk]) expect(text.includes(KEY)).toBe(false);
});

test('case 80: a key that an answer echoes in its text, model, finish_reason and request id is kept nowhere on disk and shown nowhere', async () => {
  const id = await useServer(() => ({ headers: { 'x-request-id': KEY }, body: JSON.stringify({ id: KEY, model: KEY, choices: [{ index: 0, message: { role: 'assistant', content: `You said ${KEY}` }, finish_reason: KEY }], usage: { prompt_tokens: 7, completion_tokens: 3 } }) }));
  const batchId = await importText('rows.csv', 'prompt\na\n');
  await changeDraft(batchId, { providerId: id, stream: false });
  const seen: string[] = [];
  tasklane.subscribe((batch) => seen.push(JSON.stringify(batch)));
  const runId = await runToEnd(batchId);
  const detail = await tasklane.call('task.detail', { runId, index: 0 });
  expect(detail.attempts).toMatchObject([{ state: 'completed', requestId: '[key redacted]' }]);
  const out = path.join(dataDir, 'out.jsonl');
  await tasklane.call('export.results', { runId, targetId: tasklane.addTarget(out).targetId, format: 'jsonl', indices: null });
  await tasklane.close();
  expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ status: 'completed', output: 'You said [key redacted]', model: '[key redacted]', finish_reason: '[key redacted]' });
  const onDisk = readFileSync(path.join(dataDir, 'tasklane.db'), 'latin1');
  for (const text of [...seen, JSON.stringify(detail), onDisk]) expect(text.includes(KEY)).toBe(false);
});

test('a key goes only to the origin it was given for', async () => {
  const first = await startProvider(() => ({}));
  const id = await useServer(() => ({}));
  await tasklane.call('provider.save', { providerId: id, name: 'Test', baseUrl: first.baseUrl, model: 'm', key: null, makeDefault: true });
  const batchId = await importText('rows.csv', 'prompt\na\n');
  await changeDraft(batchId, { providerId: id, stream: false });
  await runToEnd(batchId);
  expect(first.requests.map(({ authorization }) => authorization)).toEqual(['Bearer no-key']);
  await first.close();
});

test('77: unknown commands, wrong types and inherited names are answered, not thrown, and change nothing', async () => {
  const cases: [unknown, unknown, string][] = [
    ['no.such', {}, 'command_unknown'],
    ['toString', {}, 'command_unknown'],
    [{ name: 'app.snapshot' }, {}, 'command_unknown'],
    ['run.start', { batchId: 1, limit: null }, 'command_invalid'],
    ['run.start', { batchId: 'b1', limit: null, extra: true }, 'command_invalid'],
    ['run.setConcurrency', { runId: 'r1', concurrency: Number.NaN }, 'command_invalid'],
    ['run.setConcurrency', { runId: 'r1', concurrency: 1001 }, 'command_invalid'],
    ['batch.rows', { batchId: 'b1', from: 0, count: 1e9 }, 'command_invalid'],
    ['batch.get', { batchId: 'b1; DROP TABLE runs' }, 'batch_not_found'],
    ['source.preview', { sourceIds: ['/etc/passwd'], options: AUTOMATIC }, 'source_unknown'],
    ['export.chart', { targetId: '/tmp/chart.svg', encoding: 'utf8', data: '<svg/>' }, 'target_unknown'],
    ['app.snapshot', null, 'command_invalid'],
  ];
  for (const [name, input, code] of cases) {
    const reply = await tasklane.handle(name, input);
    expect([name, reply.ok ? 'ok' : reply.error.code]).toEqual([name, code]);
  }
});

test('case 48: a second program on the same data folder is refused, and may read where it only wants to look', async () => {
  const { code, message } = await errorOf(openTasklane({ dataDir, host: 'window', version: '0' }));
  expect(code).toBe('store_locked');
  expect(message).toContain('terminal');
  const reader = await openTasklane({ dataDir, host: 'terminal', version: '0', readOnlyWhenLocked: true });
  expect(await reader.call('run.list', {})).toEqual([]);
  await reader.close();
});

test('closing while a run is on finishes what is in flight and leaves the run resumable', async () => {
  const id = await useServer(() => ({ delayMs: 50 }));
  const batchId = await importText('rows.csv', `prompt\n${Array.from({ length: 50 }, (_, index) => `row ${index}`).join('\n')}\n`);
  await changeDraft(batchId, { providerId: id, stream: false });
  const { runId } = await tasklane.call('run.start', { batchId, limit: null });
  await new Promise((resolve) => setTimeout(resolve, 150));
  await tasklane.close();
  tasklane = await openTasklane({ dataDir, host: 'terminal', version: '0' });
  const [run] = await tasklane.call('run.list', {});
  expect(run).toMatchObject({ runId, status: 'paused', stopReason: 'user', failed: 0, running: 0 });
  expect(run?.completed).toBe(server?.requests.length);
});

test('the answer of a watched task arrives piece by piece, and only of watched ones', async () => {
  const { sourceId } = await tasklane.call('source.paste', { text: 'Tell me about rivers\nTell me about hills\n' });
  const { batchId } = await tasklane.call('batch.create', { sourceIds: [sourceId], options: AUTOMATIC, name: 'two', idColumn: null, template: null, acceptBadRows: false });
  const pieces = new Map<number, string>();
  tasklane.subscribe(({ events }) => {
    for (const event of events) if (event.type === 'answer.extended') pieces.set(event.index, (pieces.get(event.index) ?? '') + event.text);
  });
  const { runId } = await tasklane.call('run.start', { batchId, limit: null });
  await tasklane.call('task.watch', { watcher: 'screen', runId, indices: [1] });
  await finished(runId);
  const { output } = await tasklane.call('task.detail', { runId, index: 1 });
  expect([...pieces.keys()]).toEqual([1]);
  expect(output).toBe(pieces.get(1));
});
