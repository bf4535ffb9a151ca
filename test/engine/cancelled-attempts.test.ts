import { expect, onTestFinished, test } from 'vitest';

import { ATTEMPT_COMPLETED } from '../../shared/contract/columns.ts';
import { TASK_FLAGS, TASK_STATUSES, type TaskEdit } from '../../shared/vocabulary.ts';
import { createScriptedExecutor, type Script, type ScriptedExecutor } from './model/scripted-executor.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const UNREACHABLE = 'http://127.0.0.1:9/v1';
const CANCELLED = TASK_STATUSES.indexOf('cancelled');
const NO_EDIT: TaskEdit = { prompt: null, template: null, system: null, model: null, maxTokens: null, temperature: null, timeoutMs: null };

function open(script: Script = {}): { readonly bench: Workbench; readonly executor: ScriptedExecutor } {
  const executor = createScriptedExecutor(script);
  const bench = openWorkbench(UNREACHABLE, { engine: { executorFor: () => Promise.resolve(executor) } });
  onTestFinished(() => bench.close());
  return { bench, executor };
}

async function start(bench: Workbench, executor: ScriptedExecutor, count: number): Promise<string> {
  const runId = bench.addRun(bench.addBatch(Array.from({ length: count }, (_, index) => `p${index}`)), { concurrency: count });
  await bench.engine.start(runId);
  await bench.until(() => executor.waiting().length === count, 'all in flight');
  return runId;
}

test('a task that was cancelled in flight and is sent again says that it may have been billed twice', async () => {
  const { bench, executor } = open();
  const runId = await start(bench, executor, 2);
  bench.engine.cancelTasks(runId, [0]);
  await bench.until(() => bench.header(runId).cancelled === 1, 'the cancelled task');
  expect(bench.store.runTasks.standing(runId, 0)).toMatchObject({ status: 'cancelled', flags: 0 });
  expect(await bench.engine.retry(runId, [0])).toBe(1);
  await bench.until(() => executor.waiting().length === 2, 'the retry');
  for (const sent of executor.waiting()) sent.answer();
  await bench.engine.idle(runId);
  expect([0, 1].map((index) => bench.store.runTasks.standing(runId, index).flags)).toEqual([TASK_FLAGS.maybeBilledTwice, 0]);
});

test('a task that was refused before it was billed, and cancelled while it waited, is sent again without a doubt', async () => {
  const { bench, executor } = open();
  const runId = await start(bench, executor, 2);
  executor.waiting()[0]!.fail('server', { httpStatus: 503, maybeBilled: false, retryAfterMs: 60_000 });
  await bench.until(() => bench.store.runTasks.standing(runId, 0).failure !== null, 'the failure');
  bench.engine.cancelTasks(runId, [0]);
  await bench.engine.retry(runId, [0]);
  await bench.until(() => executor.waiting().length === 2, 'the retry');
  for (const sent of executor.waiting()) sent.answer();
  await bench.engine.idle(runId);
  expect(bench.store.runTasks.standing(runId, 0)).toMatchObject({ status: 'completed', flags: 0 });
});

test('a task cancelled before its failure was on disk is not shown as queued afterwards', async () => {
  const { bench, executor } = open();
  const runId = await start(bench, executor, 2);
  executor.waiting()[0]!.fail('server', { httpStatus: 500 });
  await bench.until(() => bench.store.journal.unsavedCount() > 0, 'an end that is not on disk yet');
  bench.engine.cancelTasks(runId, [0]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(bench.told.tasks.get(0)?.status).toBe(CANCELLED);
  expect(bench.store.runTasks.standing(runId, 0).status).toBe('cancelled');
});

test('a cancelled task whose failure was on its way already is cancelled and not sent again', async () => {
  for (const [failureClass, httpStatus] of [['server', 500], ['rate_limit', 429], ['auth', 401]] as const) {
    let sends = 0;
    const { bench, executor } = open({ deafToAborts: true, sent: () => (sends += 1) });
    const runId = await start(bench, executor, 2);
    const [cancelled, other] = executor.waiting();
    bench.engine.cancelTasks(runId, [0]);
    cancelled!.fail(failureClass, { httpStatus });
    other!.answer();
    await bench.engine.idle(runId);
    expect({ failureClass, sends, ...bench.header(runId) }).toMatchObject({ failureClass, sends: 2, queued: 0, cancelled: 1, completed: 1 });
    expect(bench.store.runTasks.standing(runId, 0).status).toBe('cancelled');
  }
});

test('an answer that is complete when the program quits or the run is discarded is kept, not thrown away', async () => {
  for (const end of ['quit', 'discard'] as const) {
    const { bench, executor } = open({ deafToAborts: true });
    const runId = await start(bench, executor, 3);
    const ended = end === 'quit' ? bench.engine.stop('abort') : bench.engine.cancel(runId);
    const [first, second, third] = executor.waiting();
    first!.answer('complete');
    second!.settle({ ok: 'aborted' });
    third!.answer('complete as well');
    await ended;
    expect([0, 1, 2].map((index) => bench.store.runTasks.standing(runId, index).status)).toEqual(['completed', end === 'quit' ? 'running' : 'cancelled', 'completed']);
    expect([0, 2].map((index) => bench.store.results.get(runId, index)?.output)).toEqual(['complete', 'complete as well']);
    expect([...bench.store.runTasks.attemptColumns(runId).outcome].filter((outcome) => outcome === ATTEMPT_COMPLETED)).toHaveLength(2);
  }
});

test('a task that could not even be rendered is not said to have been billed', async () => {
  const { bench, executor } = open();
  const runId = await start(bench, executor, 1);
  executor.waiting()[0]!.fail('bad_request', { httpStatus: 400, maybeBilled: false });
  await bench.engine.idle(runId);
  await bench.engine.retry(runId, [0], { edit: { ...NO_EDIT, template: '{{missing}}' } });
  await bench.engine.idle(runId);
  expect(bench.store.runTasks.standing(runId, 0).failure).toMatchObject({ code: 'internal', maybeBilled: false });
});

test('tries of one kind of failure are left after failures of another kind', async () => {
  const { bench, executor } = open();
  const runId = await start(bench, executor, 1);
  for (const httpStatus of [500, 500, null, null]) {
    await bench.until(() => executor.waiting().length === 1, 'the next attempt');
    executor.waiting()[0]!.fail(httpStatus ? 'server' : 'network', { httpStatus, maybeBilled: true });
  }
  await bench.engine.idle(runId);
  expect(bench.store.runTasks.standing(runId, 0)).toMatchObject({ status: 'failed', attempts: 4, spent: 4 });
});
