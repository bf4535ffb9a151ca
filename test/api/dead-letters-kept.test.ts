import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';

import type { TaskDetail } from '../../shared/contract/commands.ts';
import { openStore } from '../../electron/store/open.ts';
import { errorBody } from '../fixtures/openai-server.ts';
import { apiWorkbenchForEach } from './api-workbench.ts';

const bench = apiWorkbenchForEach();

it('failed tasks survive reopening the store, three resumes and a crash, with input and history, and go nowhere by themselves', async () => {
  const total = 60;
  const isBad = (prompt: string): boolean => Number(prompt.slice(4)) % 6 === 0;
  const server = await bench.serve({ latencyMs: 25, script: ({ prompt }) => (isBad(prompt) ? { status: 422, body: errorBody(`No: ${prompt}`, 'bad_thing') } : null) });
  const prompts = Array.from({ length: total }, (_, index) => `row ${index}`);
  const batchId = await bench.addBatch(server, prompts, { concurrency: 2 });
  const sends = (prompt: string): number => server.requests.filter((request) => request.prompt === prompt).length;
  const sentAtLeast = async (count: number): Promise<void> => {
    while (server.requests.length < count) await delay(5);
  };

  const kept = new Map<number, TaskDetail>();
  /** What failed before is there unchanged; what failed since is remembered. */
  const look = async (runId: string): Promise<void> => {
    const failed = new Set((await bench.tasklane.call('failure.groups', { runId })).flatMap(({ indices }) => [...indices]));
    for (const [index, detail] of kept) {
      expect(failed.has(index)).toBe(true);
      expect(await bench.tasklane.call('task.detail', { runId, index })).toEqual(detail);
    }
    for (const index of failed) kept.set(index, await bench.tasklane.call('task.detail', { runId, index }));
    expect((await bench.header(runId)).failed).toBe(kept.size);
  };

  const { runId } = await bench.tasklane.call('run.start', { batchId, limit: null });
  await sentAtLeast(14);
  await bench.reopen();
  await look(runId);
  expect(kept.size).toBeGreaterThan(0);

  // First resume.
  await bench.tasklane.call('run.resume', { runId });
  await sentAtLeast(28);
  await bench.settle(runId, () => bench.tasklane.call('run.pause', { runId }));
  await look(runId);

  // Second resume, in a program that crashes.
  await bench.close();
  const child = fork(path.join(import.meta.dirname, '..', 'engine', 'run-in-child.ts'), [bench.dataDir, server.baseUrl, runId], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  await sentAtLeast(44);
  child.kill('SIGKILL');
  await exited;
  await bench.reopen();
  expect(await bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'interrupted' });
  await look(runId);

  // Third resume, to the end.
  expect(await bench.settle(runId, () => bench.tasklane.call('run.resume', { runId }))).toMatchObject({ status: 'completed', completed: 50, failed: 10, queued: 0 });
  await look(runId);
  expect([...kept.keys()].toSorted((left, right) => left - right)).toEqual(prompts.flatMap((prompt, index) => (isBad(prompt) ? [index] : [])));
  await bench.reopen();
  await look(runId);
  const interrupted = new Set([...kept].filter(([, { attempts }]) => attempts.some(({ state }) => state === 'interrupted')).map(([index]) => index));
  // Sent once each; one that was in flight at the crash once more, unless its first request had not left yet.
  for (const [index, { customId, vars, failure }] of kept) {
    expect({ index, customId, vars, said: failure?.message }).toEqual({ index, customId: `t${index + 1}`, vars: Object.assign(Object.create(null), { id: `t${index + 1}`, prompt: `row ${index}` }) as object, said: expect.stringContaining(`No: row ${index}`) as string });
    expect([1, ...(interrupted.has(index) ? [2] : [])]).toContain(sends(`row ${index}`));
  }
});

it('a program that ends right after failed tasks were put back leaves a run that goes on with them, changed as wished', async () => {
  const server = await bench.serve({ script: ({ body, prompt }) => (prompt === 'bad' && body.model !== 'model-2' ? { status: 422, body: errorBody('No.', 'bad_thing') } : null) });
  const runId = await bench.runToEnd(await bench.addBatch(server, ['fine', 'bad', 'fine too']));
  await bench.close();
  const store = openStore({ dataDir: bench.dataDir, holder: 'test' });
  const edit = { prompt: null, template: null, system: null, model: 'model-2', maxTokens: null, temperature: null, timeoutMs: null };
  expect(store.deadLetters.requeue(runId, null, () => edit)).toEqual({ count: 1, failed: 1, cancelled: 0 });
  store.close();
  await bench.reopen();
  expect(await bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'interrupted', completed: 2, failed: 0, queued: 1, endedAt: null });
  expect(await bench.settle(runId, () => bench.tasklane.call('run.resume', { runId }))).toMatchObject({ status: 'completed', completed: 3, failed: 0 });
  expect(server.requests.map(({ prompt, body }) => `${prompt} ${body.model}`)).toEqual(['fine model-1', 'bad model-1', 'fine too model-1', 'bad model-2']);
});
