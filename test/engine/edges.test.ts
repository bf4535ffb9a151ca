import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';

import { expect, test } from 'vitest';

import { STORE_FILE } from '../../electron/store/open.ts';
import { open, prompts } from './open-bench.ts';

test('an answer that our own code cannot deal with costs its task, not the run', async () => {
  const deep = `{"error":{"message":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
  const { bench } = await open((prompt) => (prompt === 'p1' ? { body: deep } : {}));
  const runId = bench.addRun(bench.addBatch(prompts(5)), { concurrency: 2 });
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 4, failed: 1, queued: 0, running: 0 });
  expect(bench.store.runTasks.standing(runId, 1).failure?.class).toBe('invalid_response');
});

test('two starts at once run a run once', async () => {
  const { server, bench } = await open(() => ({ delayMs: 10 }));
  const runId = bench.addRun(bench.addBatch(prompts(6)));
  const starts = await Promise.allSettled([bench.engine.start(runId), bench.engine.start(runId)]);
  expect(starts.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  await bench.engine.idle(runId);
  expect(server.requests.length).toBe(6);
});

test('a resume while the program closes does not keep it open', async () => {
  const { server, bench } = await open(() => ({ delayMs: 60 }));
  const runId = bench.addRun(bench.addBatch(prompts(40)));
  await bench.engine.start(runId);
  await bench.until(() => server.inFlight() === 4, '4 in flight');
  const stopped = bench.engine.stop('drain');
  const sent = server.requests.length;
  await expect(bench.engine.start(runId)).rejects.toMatchObject({ code: 'run_state' });
  await stopped;
  expect(server.requests.length).toBe(sent);
  expect(bench.store.runs.get(runId)).toMatchObject({ status: 'paused', stopReason: 'user', completed: sent });
});

test('retrying a task of a paused run puts it back without sending anything, and keeps the run paused', async () => {
  const { server, bench } = await open((prompt) => (prompt === 'p0' ? { status: 400 } : { delayMs: 30 }));
  const runId = bench.addRun(bench.addBatch(prompts(30)), { concurrency: 2 });
  await bench.engine.start(runId);
  await bench.until(() => bench.header(runId).failed === 1, 'the failure');
  bench.engine.pause(runId);
  await bench.engine.idle(runId);
  const sent = server.requests.length;
  expect(await bench.engine.retry(runId, [0])).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.requests.length).toBe(sent);
  expect(bench.header(runId)).toMatchObject({ status: 'paused', failed: 0 });
});

test('a provider that asks for a wait is waited for even across a pause', async () => {
  const { server, bench } = await open((_prompt, times) => (times === 1 ? { status: 429, headers: { 'retry-after-ms': '700' } } : {}));
  const runId = bench.addRun(bench.addBatch(prompts(1)), { concurrency: 1 });
  await bench.engine.start(runId);
  await bench.until(() => bench.header(runId).limitedBy === 'rate_limit', 'the hold');
  bench.engine.pause(runId);
  await bench.engine.idle(runId);
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  const [first, second] = server.requests;
  expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(690);
});

test('a store that refuses pauses the run with the reason, sends nothing unrecorded, and keeps what was answered', async () => {
  const { server, bench } = await open(() => ({ delayMs: 20 }));
  const runId = bench.addRun(bench.addBatch(prompts(60)), { concurrency: 3 });
  await bench.engine.start(runId);
  await bench.until(() => bench.header(runId).completed >= 5, 'some completed');
  // Another writer holds the file for longer than the store waits: each commit is refused, as on a full disk.
  const other = new DatabaseSync(path.join(bench.dataDir, STORE_FILE));
  other.exec('BEGIN IMMEDIATE');
  try {
    await bench.until(() => bench.header(runId).stopReason === 'disk', 'the stop');
  } finally {
    other.exec('ROLLBACK');
    other.close();
  }
  await bench.engine.idle(runId);
  const paused = bench.store.runs.get(runId);
  expect([paused.status, paused.stopReason]).toEqual(['paused', 'disk']);
  const sent = server.requests.length;
  expect(sent).toBeLessThan(60);
  expect(bench.store.runTasks.attemptColumns(runId).ordinal.length).toBe(sent);
  expect(paused.completed).toBe(sent);
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 60 });
  expect(server.requests.length).toBe(60);
}, 60_000);
