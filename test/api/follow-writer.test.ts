import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { AppEvent, EventBatch } from '../../shared/contract/events.ts';
import { applyBatch, countsOf, runStateOf, type RunState } from '../../shared/run-state/run-state.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import { openTasklane } from '../../electron/api/open.ts';
import type { Tasklane } from '../../electron/api/types.ts';
import { apiWorkbenchForEach } from './api-workbench.ts';

const work = apiWorkbenchForEach();
const GENEROUS = { timeout: 20_000, interval: 20 };
const TASKS = 6;
const prompts = Array.from({ length: TASKS }, (_, index) => `question ${index}`);

let reader: Tasklane;
let batches: EventBatch[] = [];

beforeEach(async () => {
  // The writer of the workbench holds the folder already.
  reader = await openTasklane({ dataDir: work.dataDir, host: 'browser', version: '0.0.0-test', readOnlyWhenLocked: true });
  batches = [];
  reader.subscribe((batch) => batches.push(batch));
});
afterEach(() => reader.close());

const events = (): readonly AppEvent[] => batches.flatMap((batch) => batch.events);
const headers = (runId: string): readonly RunHeader[] => events().flatMap((event) => (event.type === 'run.changed' && event.run.runId === runId ? [event.run] : []));

/** What a screen would show of the run: its snapshot, with everything laid over it that came since. */
async function watchRun(runId: string): Promise<() => RunState> {
  const snapshot = await reader.call('run.snapshot', { runId });
  return () => applyBatch(runStateOf(snapshot), batches.filter(({ seq }) => seq > snapshot.seq).flatMap((batch) => batch.events));
}

test("case 48: a reader follows another program's batch from the first task to the end, and refuses to change anything", async () => {
  const held = Promise.withResolvers<void>();
  const server = await work.serve({ latencyMs: ({ prompt }) => (Number(prompt.split(' ')[1]) < 2 ? 0 : held.promise.then(() => 0)) });
  const batchId = await work.addBatch(server, prompts, { concurrency: 3 });
  await vi.waitFor(() => expect(events().some((event) => event.type === 'batches.changed' && event.batches.some((batch) => batch.batchId === batchId))).toBe(true), GENEROUS);

  const { runId } = await work.tasklane.call('run.start', { batchId, limit: null });
  await vi.waitFor(() => expect(headers(runId).at(-1)).toMatchObject({ status: 'running' }), GENEROUS);
  const shown = await watchRun(runId);
  await vi.waitFor(() => expect([countsOf(shown()), shown().run]).toMatchObject([{ completed: 2, running: 3, queued: 1 }, { completed: 2, running: 3, queued: 1 }]), GENEROUS);
  await expect(reader.call('run.pause', { runId })).rejects.toMatchObject({ code: 'store_locked' });
  await expect(reader.call('batch.remove', { batchId })).rejects.toMatchObject({ code: 'store_locked' });

  held.resolve();
  await vi.waitFor(() => expect([shown().run.status, countsOf(shown()).completed]).toEqual(['completed', TASKS]), GENEROUS);
  expect((await reader.call('task.detail', { runId, index: 5 })).output).toBe((await work.tasklane.call('task.detail', { runId, index: 5 })).output);
  expect(server.requests.length).toBe(TASKS);
});

test('rows of a run that nobody looks at are not read and sent', async () => {
  const server = await work.serve({});
  const batchId = await work.addBatch(server, prompts);
  const runId = await work.runToEnd(batchId);
  await vi.waitFor(() => expect(headers(runId).at(-1)).toMatchObject({ status: 'completed' }), GENEROUS);
  expect(events().filter(({ type }) => type === 'tasks.changed')).toEqual([]);
});

test('the reader names who writes, and says when that program has ended', async () => {
  expect((await reader.call('app.snapshot', {})).writer).toBe(`Tasklane's terminal (process ${process.pid})`);
  expect((await work.tasklane.call('app.snapshot', {})).writer).toBeNull();
  await work.close();
  await vi.waitFor(() => expect(events()).toContainEqual({ type: 'writer.changed', writer: null }), GENEROUS);
  expect(await reader.call('app.snapshot', {})).toMatchObject({ isReadOnly: true, writer: null });
});

test('a writer that comes after the first one is named too, and never taken for gone while it is there', async () => {
  await work.close();
  const told = (): AppEvent | undefined => events().findLast(({ type }) => type === 'writer.changed');
  await vi.waitFor(() => expect(told()).toEqual({ type: 'writer.changed', writer: null }), GENEROUS);
  const next = await openTasklane({ dataDir: work.dataDir, host: 'window', version: '0.0.0-test' });
  await vi.waitFor(() => expect(told()).toEqual({ type: 'writer.changed', writer: `Tasklane's window (process ${process.pid})` }), GENEROUS);
  await next.close();
});

test('a run that its program left on when it ended is shown as interrupted, not as running for ever', async () => {
  const held = Promise.withResolvers<number>();
  const server = await work.serve({ latencyMs: ({ prompt }) => (prompt === 'question 0' ? 0 : held.promise) });
  const batchId = await work.addBatch(server, prompts);
  const { runId } = await work.tasklane.call('run.start', { batchId, limit: null });
  const shown = await watchRun(runId);
  await vi.waitFor(() => expect(shown().run).toMatchObject({ status: 'running', completed: 1, running: 1 }), GENEROUS);
  await work.tasklane.abort();
  await vi.waitFor(() => expect(shown().run).toMatchObject({ status: 'paused', stopReason: 'interrupted', running: 0 }), GENEROUS);
  held.resolve(0);
});
