import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { startProvider } from './provider-server.ts';
import { openWorkbench } from './workbench.ts';

test('a run killed in the middle loses no result, sends nothing done again, and what was in flight at most once more', async () => {
  const server = await startProvider(() => ({ delayMs: 30 }));
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'tasklane-kill-'));
  const total = 60;
  const setUp = openWorkbench(server.baseUrl, { dataDir });
  const runId = setUp.addRun(setUp.addBatch(Array.from({ length: total }, (_, index) => `p${index}`)), { concurrency: 4 });
  await setUp.close();

  const child = fork(path.join(import.meta.dirname, 'run-in-child.ts'), [dataDir, server.baseUrl, runId], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  while (server.requests.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGKILL');
  await exited;
  const sentBefore = server.requests.length;

  const bench = openWorkbench(server.baseUrl, { dataDir });
  const recovered = bench.header(runId);
  expect([recovered.status, recovered.stopReason]).toEqual(['paused', 'interrupted']);
  expect(recovered.completed).toBeGreaterThan(5);
  const columns = bench.store.runTasks.attemptColumns(runId);
  // Every request that the server saw had its row before it was sent.
  expect(columns.ordinal.length).toBeGreaterThanOrEqual(sentBefore);
  const done = new Set(Array.from({ length: total }, (_, index) => index).filter((index) => bench.store.results.get(runId, index) !== null));
  expect(done.size).toBe(recovered.completed);

  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: total, failed: 0 });
  const sentAgain = new Set(server.requests.slice(sentBefore).map(({ prompt }) => Number(prompt.slice(1))));
  expect([...sentAgain].filter((index) => done.has(index))).toEqual([]);
  const sends = new Map<string, number>();
  for (const { prompt } of server.requests) sends.set(prompt, (sends.get(prompt) ?? 0) + 1);
  expect(Math.max(...sends.values())).toBeLessThanOrEqual(2);
  for (const index of [...sends].filter(([, count]) => count === 2).map(([prompt]) => Number(prompt.slice(1)))) {
    expect(bench.store.runTasks.attemptsOf(runId, index).map(({ state }) => state)).toEqual(['interrupted', 'completed']);
  }
  await bench.close();
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});
