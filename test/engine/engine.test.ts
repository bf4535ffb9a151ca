import { expect, test } from 'vitest';

import { open, prompts } from './open-bench.ts';

test('peak in flight as the server sees it is the set concurrency, and each task is sent once, in input order', async () => {
  const { server, bench } = await open(() => ({ delayMs: 20 }));
  const runId = bench.addRun(bench.addBatch(prompts(40)), { concurrency: 5 });
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  expect(server.peakInFlight()).toBe(5);
  // Which of several sockets the server reads first is not ours to say; what was sent first is.
  expect(server.requests.map(({ prompt }) => prompt).toSorted()).toEqual(prompts(40).toSorted());
  expect([...bench.store.runTasks.attemptColumns(runId).taskIndex]).toEqual(prompts(40).map((_, index) => index));
  const { status, completed, failed, queued, running, attempts, retries, peakInFlight, inputTokens, outputTokens } = bench.header(runId);
  expect({ status, completed, failed, queued, running, attempts, retries, peakInFlight, inputTokens, outputTokens }).toEqual({ status: 'completed', completed: 40, failed: 0, queued: 0, running: 0, attempts: 40, retries: 0, peakInFlight: 5, inputTokens: 280, outputTokens: 120 });
  expect(bench.store.results.get(runId, 7)).toEqual({ output: 'answer to p7', finishReason: 'stop', model: 'model-1' });
});

test('raising the concurrency of a run that is on opens slots at once; lowering lets what is in flight drain', async () => {
  const { server, bench } = await open(() => ({ delayMs: 60 }));
  const runId = bench.addRun(bench.addBatch(prompts(120)), { concurrency: 2 });
  await bench.engine.start(runId);
  await bench.until(() => server.inFlight() === 2, '2 in flight');
  bench.engine.setConcurrency(runId, 8);
  await bench.until(() => server.inFlight() === 8, '8 in flight');
  expect(server.peakInFlight()).toBe(8);
  bench.engine.setConcurrency(runId, 3);
  await bench.until(() => server.inFlight() <= 3, 'drained to 3');
  server.resetPeak();
  await bench.until(() => server.requests.length >= 60, '60 sent');
  expect(server.peakInFlight()).toBeLessThanOrEqual(3);
  bench.engine.setConcurrency(runId, 20);
  await bench.engine.idle(runId);
  const header = bench.header(runId);
  expect(header.completed).toBe(120);
  expect(header.slotSteps.map(({ slots }) => slots)).toEqual([2, 8, 3, 20]);
});

test('a pause sends nothing more, finishes what is in flight, and resume sends only the rest', async () => {
  const { server, bench } = await open(() => ({ delayMs: 40 }));
  const runId = bench.addRun(bench.addBatch(prompts(30)), { concurrency: 4 });
  await bench.engine.start(runId);
  await bench.until(() => bench.header(runId).completed >= 4, 'some completed');
  bench.engine.pause(runId);
  expect(bench.header(runId).status).toBe('pausing');
  await bench.engine.idle(runId);
  const paused = bench.header(runId);
  expect([paused.status, paused.stopReason, paused.running]).toEqual(['paused', 'user', 0]);
  expect(paused.completed + paused.queued).toBe(30);
  expect(server.requests.length).toBe(paused.completed);
  const activeMs = paused.activeMs;
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(bench.header(runId).activeMs).toBe(activeMs);
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  expect(bench.header(runId).completed).toBe(30);
  expect(server.requests.map(({ prompt }) => prompt).toSorted()).toEqual(prompts(30).toSorted());
});

test('a task that gets 500 twice is tried again with the slot given back, and keeps every attempt', async () => {
  const { server, bench } = await open((prompt, times) => (prompt === 'p1' && times <= 2 ? { status: 500 } : { delayMs: 5 }));
  const runId = bench.addRun(bench.addBatch(prompts(6)), { concurrency: 1 });
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  const { completed, attempts, retries } = bench.header(runId);
  expect({ completed, attempts, retries }).toEqual({ completed: 6, attempts: 8, retries: 2 });
  const kept = bench.store.runTasks.attemptsOf(runId, 1);
  expect(kept.map(({ number, state, failure }) => [number, state, failure?.class ?? null, failure?.httpStatus ?? null])).toEqual([
    [1, 'failed', 'server', 500],
    [2, 'failed', 'server', 500],
    [3, 'completed', null, null],
  ]);
  expect(kept[1]?.backoffMs).toBeGreaterThan(0);
  // The other tasks went on during the backoff of the first failure.
  expect(server.requests.slice(0, 3).map(({ prompt }) => prompt)).toEqual(['p0', 'p1', 'p2']);
});

test('a task that keeps failing ends with the failures after its attempts, with the reason, and can be sent again', async () => {
  let healed = false;
  const { bench } = await open((prompt) => (prompt === 'p2' && !healed ? { status: 503 } : {}));
  const runId = bench.addRun(bench.addBatch(prompts(4)), { maxAttempts: 2 });
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  const { status, completed, failed } = bench.header(runId);
  expect({ status, completed, failed }).toEqual({ status: 'completed', completed: 3, failed: 1 });
  expect(bench.store.runTasks.standing(runId, 2).failure).toMatchObject({ class: 'server', httpStatus: 503 });
  healed = true;
  expect(await bench.engine.retry(runId, null)).toBe(1);
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 4, failed: 0, attempts: 6 });
  expect(bench.store.runTasks.attemptsOf(runId, 2).length).toBe(3);
});

test('a rejected key stops the batch after at most one call per slot and leaves every task in the queue', async () => {
  const { server, bench } = await open(() => ({ status: 401, delayMs: 10 }));
  const runId = bench.addRun(bench.addBatch(prompts(200)), { concurrency: 4 });
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'auth', queued: 200, failed: 0 });
  expect(bench.header(runId).stopMessage).toContain('rejected the API key');
  expect(server.requests.length).toBeLessThanOrEqual(4);
});

test('five identical fatal failures in a row stop the batch instead of burning it', async () => {
  const { server, bench } = await open(() => ({ status: 400 }));
  const runId = bench.addRun(bench.addBatch(prompts(100)), { concurrency: 1 });
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'identical_failures', failed: 5, queued: 95 });
  expect(server.requests.length).toBe(5);
});

test('a rate limit holds the run for as long as the provider asks, does not count as an attempt, and its wait is told apart', async () => {
  const { bench } = await open((prompt, times) => (prompt === 'p1' && times <= 3 ? { status: 429, headers: { 'retry-after-ms': '80' } } : {}));
  const runId = bench.addRun(bench.addBatch(prompts(5)), { concurrency: 1, maxAttempts: 1 });
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 5, failed: 0, attempts: 8 });
  const kept = bench.store.runTasks.attemptsOf(runId, 1);
  expect(kept.length).toBe(4);
  for (const attempt of kept.slice(1)) expect(attempt.rateWaitMs).toBeGreaterThanOrEqual(79);
});

test('cancel aborts what is in flight, cancels the rest, and the counts add up', async () => {
  const { server, bench } = await open(() => ({ delayMs: 5000 }));
  const runId = bench.addRun(bench.addBatch(prompts(50)), { concurrency: 6 });
  await bench.engine.start(runId);
  await bench.until(() => server.inFlight() === 6, '6 in flight');
  await bench.engine.cancel(runId);
  const { status, completed, failed, cancelled, queued, running } = bench.header(runId);
  expect({ status, completed, failed, cancelled, queued, running }).toEqual({ status: 'cancelled', completed: 0, failed: 0, cancelled: 50, queued: 0, running: 0 });
  await bench.until(() => server.inFlight() === 0, 'connections closed');
  expect(server.requests.length).toBe(6);
});

test('single tasks can be cancelled, queued or in flight, and the others finish', async () => {
  const { server, bench } = await open((prompt) => ({ delayMs: prompt === 'p0' ? 3000 : 20 }));
  const runId = bench.addRun(bench.addBatch(prompts(10)), { concurrency: 2 });
  await bench.engine.start(runId);
  await bench.until(() => server.inFlight() === 2, '2 in flight');
  bench.engine.cancelTasks(runId, [0, 8, 9]);
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 7, cancelled: 3, queued: 0 });
  expect(server.requests.map(({ prompt }) => prompt)).not.toContain('p8');
});

test('a trial run of the first three is extended to all without sending the three again', async () => {
  const { server, bench } = await open(() => ({}));
  const runId = bench.addRun(bench.addBatch(prompts(10)), {}, 3);
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 3, total: 3 });
  await bench.engine.start(runId, { total: 10 });
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 10, total: 10 });
  expect(server.requests.map(({ prompt }) => prompt).toSorted()).toEqual(prompts(10).toSorted());
});

test('every duration of an attempt is kept: what waited in the queue, what was sent when, and what it took', async () => {
  const { bench } = await open(() => ({ delayMs: 50 }));
  const runId = bench.addRun(bench.addBatch(prompts(3)), { concurrency: 1 });
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  const columns = bench.store.runTasks.attemptColumns(runId);
  expect([...columns.slot]).toEqual([0, 0, 0]);
  for (let row = 0; row < 3; row += 1) {
    expect(columns.finishedMs[row]! - columns.sentMs[row]!).toBeGreaterThanOrEqual(49);
    expect(columns.queueWaitMs[row]).toBeCloseTo(columns.sentMs[row]!, 3);
    if (row > 0) expect(columns.sentMs[row]).toBeGreaterThanOrEqual(columns.finishedMs[row - 1]!);
  }
  expect(bench.told.attempts.size).toBe(3);
  expect(bench.told.tasks.get(2)).toMatchObject({ status: 2, attempts: 1, failure: 0 });
});

test('each request carries the rendered prompt, the model and the key', async () => {
  const { server, bench } = await open(() => ({}));
  const runId = bench.addRun(bench.addBatch(['six times seven']), { template: 'What is {{prompt}}?', system: 'Be short.', maxTokens: 5, temperature: 0 });
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  expect(server.requests.map(({ body, authorization }) => ({ body, authorization }))).toEqual([
    {
      authorization: 'Bearer sk-test-key-of-the-engine',
      body: { model: 'model-1', messages: [{ role: 'system', content: 'Be short.' }, { role: 'user', content: 'What is six times seven?' }], max_tokens: 5, temperature: 0 },
    },
  ]);
});

test('a retry that is refused, or finds nothing to send again, leaves the concurrency as it was', async () => {
  const { bench } = await open(() => ({ status: 400 }));
  const runId = bench.addRun(bench.addBatch(prompts(2)), { concurrency: 2 });
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  const byHand = { prompt: 'by hand', template: null, system: null, model: null, maxTokens: null, temperature: null, timeoutMs: null };
  await expect(bench.engine.retry(runId, null, { edit: byHand, concurrency: 7 })).rejects.toMatchObject({ code: 'usage' });
  await expect(bench.engine.retry(runId, null, { concurrency: 0 })).rejects.toMatchObject({ code: 'usage' });
  expect(await bench.engine.retry(runId, [9], { concurrency: 7 })).toBe(0);
  expect(bench.header(runId)).toMatchObject({ failed: 2, settings: { concurrency: 2 } });
  expect(await bench.engine.retry(runId, [0], { concurrency: 7 })).toBe(1);
  await bench.engine.idle(runId);
  expect(bench.header(runId).settings.concurrency).toBe(7);
});

test('a run that is discarded after an interruption does not say any more that it was interrupted', async () => {
  const { bench } = await open(() => ({}));
  const runId = bench.addRun(bench.addBatch(prompts(2)));
  bench.store.runs.save({ ...bench.header(runId), status: 'paused', stopReason: 'interrupted', interruption: { inFlight: 1, parked: 0 } });
  await bench.engine.cancel(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'cancelled', stopReason: null, interruption: null });
});
