import { describe, expect, it } from 'vitest';

import type { FailureGroup } from '../../shared/contract/commands.ts';
import { ATTEMPT_FAILED } from '../../shared/contract/columns.ts';
import { FAILURE_CLASSES, TASK_FLAGS, type Failure, type TaskEdit } from '../../shared/vocabulary.ts';
import { openStore } from '../../electron/store/open.ts';
import { failureGroups } from '../../electron/api/failures.ts';
import { errorBody, type OpenAiServer, type ReceivedRequest, type ScriptedReply } from '../fixtures/openai-server.ts';
import { apiWorkbenchForEach } from './api-workbench.ts';

const bench = apiWorkbenchForEach();

const NO_EDIT: TaskEdit = { prompt: null, template: null, system: null, model: null, maxTokens: null, temperature: null, timeoutMs: null };

/** Fails by the first word of the prompt, unless `mended` says that the request is one that the server takes now. */
function misbehaving(mended: (request: ReceivedRequest) => boolean = () => false): (request: ReceivedRequest) => ScriptedReply | null {
  return (request) => {
    if (mended(request)) return null;
    const tokens = 9000 + request.ordinal;
    if (request.prompt.startsWith('long')) return { status: 400, body: errorBody(`This model's maximum context length is 8192 tokens. However, your messages resulted in ${tokens} tokens.`, 'context_length_exceeded') };
    if (request.prompt.startsWith('bad')) return { status: 422, body: errorBody(`Refused. Request id: req_0${tokens}CSHoEeqs5C35K2`, 'bad_thing') };
    if (request.prompt.startsWith('busy')) return { status: 500, headers: { 'x-should-retry': 'false' }, body: errorBody('The server had an error.', null, 'server_error') };
    return null;
  };
}

const PROMPTS = ['fine 1', 'long 1', 'bad 1', 'fine 2', 'busy 1', 'long 2', 'fine 3', 'bad 2', 'long 3', 'fine 4'];
const promptsOf = (server: OpenAiServer): readonly string[] => server.requests.map(({ prompt }) => prompt);
const groupsOf = (runId: string): Promise<readonly FailureGroup[]> => bench.tasklane.call('failure.groups', { runId });
const retry = (runId: string, indices: readonly number[] | null, edit: Partial<TaskEdit> | null = null): Promise<{ readonly count: number }> =>
  bench.tasklane.call('run.retry', { runId, indices, edit: edit && { ...NO_EDIT, ...edit }, concurrency: null });

async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => 'none',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'untyped'),
  );
}

describe('dead letters are grouped', () => {
  it('by class, status, code and what their messages have in common, the largest group first', async () => {
    const server = await bench.serve({ script: misbehaving() });
    const runId = await bench.runToEnd(await bench.addBatch(server, PROMPTS));
    expect(await bench.header(runId)).toMatchObject({ status: 'completed', completed: 4, failed: 6 });
    const groups = await groupsOf(runId);
    expect(groups.map(({ class: failureClass, httpStatus, code, message, example, indices }) => ({ class: failureClass, httpStatus, code, message, exampleId: example.customId, indices: [...indices] }))).toEqual([
      { class: 'context_length', httpStatus: 400, code: 'context_length_exceeded', message: "This model's maximum context length is # tokens. However, your messages resulted in # tokens.", exampleId: 't2', indices: [1, 5, 8] },
      { class: 'bad_request', httpStatus: 422, code: 'bad_thing', message: 'Refused. Request id: <id>', exampleId: 't3', indices: [2, 7] },
      { class: 'server', httpStatus: 500, code: 'server_error', message: 'The server had an error.', exampleId: 't5', indices: [4] },
    ]);
    // The example is the first of them, as the provider said it.
    expect(groups[0]?.example.message).toContain('resulted in 9001 tokens');
    const last = (await bench.tasklane.call('task.detail', { runId, index: 8 })).attempts.at(-1);
    expect(groups[0]?.lastAt).toBe(last?.startedAt);
  });

  it('in one pass over 5,000 of them, each in exactly one group', async () => {
    await bench.close();
    const store = openStore({ dataDir: bench.dataDir, holder: 'test' });
    const count = 5000;
    const draft = { template: '{{prompt}}', system: '', providerId: 'simulated', model: '', concurrency: 4, maxAttempts: 5, timeoutMs: 1000, maxTokens: null, temperature: null, stream: false };
    const batchId = store.batches.begin({ name: 'many', createdAt: new Date(0).toISOString(), files: [], columns: ['prompt'], draft });
    store.batches.append(batchId, 0, Array.from({ length: count }, (_, index) => ({ customId: `t${index}`, vars: { prompt: 'x' } })));
    store.batches.finishImport(batchId, count, ['prompt']);
    const { runId } = store.runs.create({ batchId, settings: { ...draft, providerId: null, providerName: 'test', baseUrl: '', simulated: true, model: 'm' }, total: count, createdAt: new Date(0).toISOString() });
    const failureOf = (index: number): Failure => ({ class: index % 5 === 0 ? 'timeout' : 'server', httpStatus: index % 5 === 0 ? null : 500 + (index % 2), code: null, message: `Upstream ${index} gave up after ${index * 7} ms`, maybeBilled: true, retryAfterMs: null, shouldRetry: null });
    const all = Array.from({ length: count }, (_, index) => index);
    const begun = all.map((index) => store.journal.begin({ runId, ordinal: index, index, number: 1, slot: 0, startedAt: new Date(index * 1000).toISOString(), queueWaitMs: 0, rateWaitMs: 0, backoffMs: 0, sentMs: 0, startedMs: 0, fingerprint: 'f', edit: null, flags: 0 }));
    store.journal.flush();
    await Promise.all(begun);
    for (const index of all) {
      const failure = failureOf(index);
      void store.journal.end({ runId, ordinal: index, index, outcome: ATTEMPT_FAILED + FAILURE_CLASSES.indexOf(failure.class), queueWaitMs: 0, sentMs: 0, firstTokenMs: null, finishedMs: 1, inputTokens: null, outputTokens: null, requestId: null, failure, result: null, task: { status: 'failed', attempts: 1, spent: 1, failure, startedMs: 0, finishedMs: 1, serviceMs: 1, finalServiceMs: 1, timeToFirstTokenMs: null, inputTokens: null, outputTokens: null, flags: 0 } });
    }
    store.journal.flush();
    const groups = await failureGroups(store, store.runs.get(runId));
    expect(groups.map(({ class: failureClass, httpStatus, message, indices }) => [failureClass, httpStatus, message, indices.length])).toEqual([
      ['server', 501, 'Upstream # gave up after # ms', 2000],
      ['server', 500, 'Upstream # gave up after # ms', 2000],
      ['timeout', null, 'Upstream # gave up after # ms', 1000],
    ]);
    expect(groups.flatMap(({ indices }) => [...indices]).toSorted((left, right) => left - right)).toEqual(all);
    expect(groups[2]?.lastAt).toBe(new Date(4995 * 1000).toISOString());
    store.close();
  });
});

describe('dead letters are sent again', () => {
  it('one, a group, or all: exactly those, and nothing that is done', async () => {
    let broken = true;
    const server = await bench.serve({ script: misbehaving(() => !broken) });
    const runId = await bench.runToEnd(await bench.addBatch(server, PROMPTS));
    broken = false;
    const sentBefore = server.requests.length;
    const sent = (): readonly string[] => promptsOf(server).slice(sentBefore);

    expect(await bench.settle(runId, () => retry(runId, [2]))).toMatchObject({ status: 'completed', completed: 5, failed: 5, cancelled: 0 });
    expect(sent()).toEqual(['bad 1']);
    const [group] = await groupsOf(runId);
    expect(await bench.settle(runId, () => retry(runId, [...(group?.indices ?? [])]))).toMatchObject({ completed: 8, failed: 2 });
    expect(sent()).toEqual(['bad 1', 'long 1', 'long 2', 'long 3']);
    expect(await bench.settle(runId, () => retry(runId, null))).toMatchObject({ status: 'completed', completed: 10, failed: 0 });
    expect(sent()).toEqual(['bad 1', 'long 1', 'long 2', 'long 3', 'busy 1', 'bad 2']);
    expect(await groupsOf(runId)).toEqual([]);
    expect(await retry(runId, null)).toEqual({ count: 0 });
    // The earlier attempt stays beside the later one.
    expect((await bench.tasklane.call('task.detail', { runId, index: 2 })).attempts.map(({ number, state, failure }) => [number, state, failure?.class ?? null])).toEqual([
      [1, 'failed', 'bad_request'],
      [2, 'completed', null],
    ]);
  });

  it('with a change: the request has it, each attempt keeps what it was sent with, the answer is flagged, a second change joins the first', async () => {
    const server = await bench.serve({ script: misbehaving(({ body }) => body.model === 'model-2' && body['max_tokens'] === 77) });
    const batchId = await bench.addBatch(server, PROMPTS, { maxTokens: 10, system: 'Be brief.' });
    const runId = await bench.runToEnd(batchId);

    await bench.settle(runId, () => retry(runId, [1], { template: 'long, but in short: {{prompt}}', model: 'model-2', temperature: 0.5 }));
    expect(server.requests.at(-1)?.body).toMatchObject({ model: 'model-2', max_tokens: 10, temperature: 0.5, messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'long, but in short: long 1' }] });
    await bench.settle(runId, () => retry(runId, [1], { maxTokens: 77, system: 'Be {{id}}.' }));
    expect(server.requests.at(-1)?.body).toMatchObject({ model: 'model-2', max_tokens: 77, temperature: 0.5, messages: [{ role: 'system', content: 'Be t2.' }, { role: 'user', content: 'long, but in short: long 1' }] });

    const first = { ...NO_EDIT, template: 'long, but in short: {{prompt}}', model: 'model-2', temperature: 0.5 };
    const second = { ...first, maxTokens: 77, system: 'Be {{id}}.' };
    const { attempts, ...detail } = await bench.tasklane.call('task.detail', { runId, index: 1 });
    expect(detail).toMatchObject({ status: 'completed', flags: TASK_FLAGS.edited, edit: second, prompt: 'long, but in short: long 1', system: 'Be t2.' });
    expect(detail.curl).toContain('"max_tokens":77');
    expect(attempts.map(({ state, edit }) => ({ state, edit }))).toEqual([
      { state: 'failed', edit: null },
      { state: 'failed', edit: first },
      { state: 'completed', edit: second },
    ]);
    expect(new Set(attempts.map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect((await bench.tasklane.call('task.digests', { batchId, runId, indices: [0, 1] })).map(({ prompt }) => prompt)).toEqual(['fine 1', 'long, but in short: long 1']);
    expect((await bench.tasklane.call('run.summary', { runId })).flagged).toEqual({ maybeBilledTwice: 0, edited: 1, cutShort: 0, filtered: 0, unconfirmed: 0 });
    // The others are as they were.
    expect((await bench.tasklane.call('task.detail', { runId, index: 5 })).edit).toBeNull();
  });

  it('with a prompt written by hand for one task, until a new template takes its place', async () => {
    const server = await bench.serve({ script: misbehaving() });
    const runId = await bench.runToEnd(await bench.addBatch(server, PROMPTS));
    await bench.settle(runId, () => retry(runId, [8], { prompt: 'long by {{hand}}' }));
    expect(server.requests.at(-1)?.prompt).toBe('long by {{hand}}');
    await bench.settle(runId, () => retry(runId, [8], { model: 'model-2' }));
    expect(server.requests.at(-1)?.body).toMatchObject({ model: 'model-2', messages: [{ content: 'long by {{hand}}' }] });
    await bench.settle(runId, () => retry(runId, [8], { template: 'fine: {{prompt}}' }));
    expect(server.requests.at(-1)?.prompt).toBe('fine: long 3');
    expect(await bench.header(runId)).toMatchObject({ completed: 5, failed: 5 });
  });

  it('as before where the change says what holds already: no flag, the same fingerprint', async () => {
    const server = await bench.serve({ script: misbehaving(({ attempt }) => attempt > 2) });
    const runId = await bench.runToEnd(await bench.addBatch(server, PROMPTS, { maxTokens: 10 }));
    await bench.settle(runId, () => retry(runId, [1], { model: 'model-2' }));
    // Back to the run's own model.
    await bench.settle(runId, () => retry(runId, [1], { template: '{{prompt}}', model: 'model-1', maxTokens: 10 }));
    const { attempts, status, flags, edit } = await bench.tasklane.call('task.detail', { runId, index: 1 });
    expect({ status, flags, edit, edits: attempts.map((attempt) => attempt.edit?.model ?? null) }).toEqual({ status: 'completed', flags: 0, edit: null, edits: [null, 'model-2', null] });
    expect(attempts[2]?.fingerprint).toBe(attempts[0]?.fingerprint);
    expect(attempts[1]?.fingerprint).not.toBe(attempts[0]?.fingerprint);
  });

  it.each([
    ['a template that names no column', [1], { template: 'Say {{promt}}' }, 'template_variable_missing'],
    ['a system prompt that names no column', [1], { system: 'Be {{tone}}' }, 'template_variable_missing'],
    ['an empty template', [1], { template: ' ' }, 'template_syntax'],
    ['one prompt by hand for two tasks', [1, 2], { prompt: 'by hand' }, 'usage'],
    ['one prompt by hand for all tasks', null, { prompt: 'by hand' }, 'usage'],
  ] as const)('refused before anything changes: %s', async (_what, indices, edit, code) => {
    const server = await bench.serve({ script: misbehaving() });
    const runId = await bench.runToEnd(await bench.addBatch(server, PROMPTS));
    const before = await bench.header(runId);
    const sentBefore = server.requests.length;
    expect(await codeOf(bench.tasklane.call('run.retry', { runId, indices, edit: { ...NO_EDIT, ...edit }, concurrency: 7 }))).toBe(code);
    expect(await bench.header(runId)).toEqual(before);
    expect(server.requests).toHaveLength(sentBefore);
    expect((await bench.tasklane.call('task.detail', { runId, index: 1 })).edit).toBeNull();
  });

  it('in a paused run only once it is resumed', async () => {
    const server = await bench.serve({ script: ({ prompt }) => (prompt === 'key' ? { status: 401, body: errorBody('No.', 'invalid_api_key') } : misbehaving()({ prompt, ordinal: 0 } as ReceivedRequest)) });
    const runId = await bench.runToEnd(await bench.addBatch(server, ['bad 1', 'key', 'fine 1']));
    expect(await bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'auth', failed: 1, queued: 2 });
    expect(await retry(runId, null)).toEqual({ count: 1 });
    expect(await bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'auth', failed: 0, queued: 3 });
    expect(server.requests).toHaveLength(2);
  });
});

describe('dead letters are given up', () => {
  it('they become cancelled, keep their history, and can be sent again by name later', async () => {
    let broken = true;
    const server = await bench.serve({ script: misbehaving(() => !broken) });
    const runId = await bench.runToEnd(await bench.addBatch(server, PROMPTS));
    const sentBefore = server.requests.length;
    expect(await bench.tasklane.call('run.skip', { runId, indices: [0, 1, 5] })).toEqual({ count: 2 });
    expect(await bench.header(runId)).toMatchObject({ status: 'completed', completed: 4, failed: 4, cancelled: 2, queued: 0 });
    expect(await bench.tasklane.call('run.skip', { runId, indices: null })).toEqual({ count: 4 });
    const summary = await bench.tasklane.call('run.summary', { runId });
    expect(summary).toMatchObject({ total: 10, completed: 4, failed: 0, cancelled: 6, queued: 0, failuresByClass: {} });
    expect(await groupsOf(runId)).toEqual([]);
    const { status, failure, attempts } = await bench.tasklane.call('task.detail', { runId, index: 1 });
    expect({ status, failure: failure?.class, attempts: attempts.map(({ failure: said }) => said?.code) }).toEqual({ status: 'cancelled', failure: 'context_length', attempts: ['context_length_exceeded'] });
    expect(server.requests).toHaveLength(sentBefore);
    // All failed ones: none is.
    expect(await retry(runId, null)).toEqual({ count: 0 });
    broken = false;
    expect(await bench.settle(runId, () => retry(runId, [1]))).toMatchObject({ status: 'completed', completed: 5, cancelled: 5 });
    expect(promptsOf(server).slice(sentBefore)).toEqual(['long 1']);
  });
});

describe('dead letters are exported', () => {
  it('as JSON lines with prompt, settings, partial answer and every attempt; as CSV with the columns of results', async () => {
    const server = await bench.serve({ script: misbehaving() });
    const runId = await bench.runToEnd(await bench.addBatch(server, PROMPTS, { maxTokens: 10, system: 'Be brief.', timeoutMs: 30_000 }));
    await bench.settle(runId, () => retry(runId, [1], { model: 'model-2' }));
    const text = await bench.written('dead.jsonl', (targetId) => bench.tasklane.call('export.failures', { runId, targetId, indices: null }));
    const records = text.trimEnd().split('\n').map((line) => JSON.parse(line) as { custom_id: string });
    expect(records.map(({ custom_id }) => custom_id)).toEqual(['t2', 't3', 't5', 't6', 't8', 't9']);
    const { attempts } = await bench.tasklane.call('task.detail', { runId, index: 1 });
    expect(records[0]).toEqual({
      custom_id: 't2',
      error_class: 'context_length',
      code: 'context_length_exceeded',
      error: expect.stringContaining('maximum context length is 8192 tokens') as string,
      http_status: 400,
      maybe_billed: attempts[1]?.failure?.maybeBilled,
      prompt: 'long 1',
      system: 'Be brief.',
      settings: { model: 'model-2', max_tokens: 10, temperature: null, timeout_ms: 30_000 },
      edited: true,
      partial_output: null,
      attempts: attempts.map(({ number, startedAt, failure, fingerprint, serviceMs, requestId, edit }) => ({
        number,
        started_at: startedAt,
        state: 'failed',
        service_ms: Math.round(serviceMs ?? -1),
        request_id: requestId,
        http_status: 400,
        error_class: 'context_length',
        code: 'context_length_exceeded',
        error: failure?.message,
        fingerprint,
        edit,
      })),
      vars: { id: 't2', prompt: 'long 1' },
    });
    expect(attempts).toHaveLength(2);
    const some = await bench.written('some.jsonl', (targetId) => bench.tasklane.call('export.failures', { runId, targetId, indices: [0, 2] }));
    expect(some.trimEnd().split('\n').map((line) => (JSON.parse(line) as { custom_id: string }).custom_id)).toEqual(['t3']);
    const csv = await bench.written('some.csv', (targetId) => bench.tasklane.call('export.results', { runId, targetId, format: 'csv', indices: [2, 4] }));
    expect(csv.trimEnd().split('\r\n').map((line) => line.split(',').slice(0, 4).join(','))).toEqual(['custom_id,status,output,error_class', 't3,failed,,bad_request', 't5,failed,,server']);
  });

  it('with what came of an answer before it was cut', async () => {
    const cut = 'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Half an"},"finish_reason":null}]}\n\n';
    const server = await bench.serve({ script: () => ({ status: 200, headers: { 'content-type': 'text/event-stream' }, body: cut }) });
    const runId = await bench.runToEnd(await bench.addBatch(server, ['fine 1'], { stream: true, maxAttempts: 1 }));
    expect(await bench.header(runId)).toMatchObject({ status: 'completed', failed: 1 });
    const text = await bench.written('dead.jsonl', (targetId) => bench.tasklane.call('export.failures', { runId, targetId, indices: null }));
    expect(JSON.parse(text)).toMatchObject({ error_class: 'stream_cut', partial_output: 'Half an' });
  });
});
