import { expect, test } from 'vitest';

import type { TaskEdit } from '../../shared/vocabulary.ts';
import { open } from './open-bench.ts';

const OTHER: TaskEdit = { prompt: null, template: null, system: null, model: 'model-2', maxTokens: null, temperature: null, timeoutMs: null };

test.each([{ status: 429, headers: { 'retry-after': '60' } }, { status: 500, headers: {} }])('a task that goes to another model and gets $status there does not hold the others of its run back', async ({ status, headers }) => {
  // Without jitter, so that all tries of the odd one fall between two answers to the others.
  const { server, bench } = await open((prompt, times) => (prompt !== 'odd' ? { delayMs: 300 } : times === 1 ? { status: 400 } : { status, headers }), { random: () => 0 });
  const runId = bench.addRun(bench.addBatch(['odd', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8']), { concurrency: 3 });
  await bench.engine.start(runId);
  await bench.until(() => bench.header(runId).failed === 1, 'the odd one to fail');
  expect(await bench.engine.retry(runId, [0], { edit: OTHER })).toBe(1);
  const limits = new Set<string>();
  await bench.until(() => {
    limits.add(bench.header(runId).limitedBy);
    return bench.header(runId).completed === 8;
  }, 'the others');
  expect(server.requests.filter(({ prompt }) => prompt === 'odd').length).toBe(status === 429 ? 2 : 6);
  expect([...limits].filter((limit) => limit === 'rate_limit' || limit === 'provider')).toEqual([]);
});
