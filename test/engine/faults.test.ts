import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { expect, onTestFinished, test } from 'vitest';

import { createRunEnding } from '../../electron/engine/run-ending.ts';
import { STORE_FILE } from '../../electron/store/open.ts';
import { open, prompts } from './open-bench.ts';
import { startProvider } from './provider-server.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const PAGE_BYTES = 4096;

/** A run of 1500 tasks in a store where those from about 300 on can't be read any more, as after a bad block on the disk. */
async function openDamaged(): Promise<{ readonly bench: Workbench; readonly runId: string }> {
  const server = await startProvider(() => ({ status: 429, headers: { 'retry-after': '60' } }));
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'tasklane-faults-'));
  const whole = openWorkbench(server.baseUrl, { dataDir });
  const runId = whole.addRun(whole.addBatch(Array.from({ length: 1500 }, (_, index) => `p${index} ${'x'.repeat(300)}`)));
  await whole.close();
  const file = path.join(dataDir, STORE_FILE);
  const db = new DatabaseSync(file, { readOnly: true });
  const pages = db.prepare("SELECT pageno FROM dbstat WHERE name = 'tasks' AND pagetype = 'leaf' ORDER BY path").all().map(({ pageno }) => Number(pageno));
  db.close();
  const handle = openSync(file, 'r+');
  for (const page of pages.slice(30)) writeSync(handle, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
  closeSync(handle);
  const bench = openWorkbench(server.baseUrl, { dataDir });
  onTestFinished(async () => {
    await bench.close();
    await server.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { bench, runId };
}

test('damage that shows when a run looks whether it is over pauses it, or the program would end with an uncaught error', async () => {
  const { bench, runId } = await openDamaged();
  await bench.engine.start(runId);
  await bench.until(() => bench.header(runId).limitedBy === 'rate_limit' && bench.header(runId).running === 0, 'the hold');
  // Nothing of what was read is left, so that it reads on.
  bench.engine.cancelTasks(runId, prompts(200).map((_, index) => index));
  await bench.engine.idle(runId);
  expect(bench.store.runs.get(runId)).toMatchObject({ status: 'paused', stopReason: 'disk', stopMessage: expect.stringContaining('The store is damaged') as string });
});

test('a run pauses if the store fails while tasks are cancelled, or it would end without those that it let go of', async () => {
  const { bench } = await open(() => ({ status: 429, headers: { 'retry-after': '60' } }));
  const runId = bench.addRun(bench.addBatch(prompts(20)));
  await bench.engine.start(runId);
  await bench.until(() => bench.header(runId).limitedBy === 'rate_limit' && bench.header(runId).running === 0, 'the hold');
  await bench.until(() => bench.store.journal.unsavedCount() === 0, 'the ends to be on disk');
  const other = new DatabaseSync(path.join(bench.dataDir, STORE_FILE));
  other.exec('BEGIN IMMEDIATE');
  expect(() => bench.engine.cancelTasks(runId, [15])).toThrow('locked');
  other.exec('ROLLBACK');
  other.close();
  await bench.engine.idle(runId);
  expect(bench.store.runs.get(runId)).toMatchObject({ status: 'paused', stopReason: 'disk', cancelled: 0, queued: 20 });
});

test('a run that is discarded while the disk refuses says so at once, instead of waiting for the disk', async () => {
  const { bench } = await open(() => ({ delayMs: 30 }));
  const runId = bench.addRun(bench.addBatch(prompts(40)), { concurrency: 2 });
  await bench.engine.start(runId);
  await bench.until(() => bench.header(runId).completed >= 2, 'some completed');
  const other = new DatabaseSync(path.join(bench.dataDir, STORE_FILE));
  other.exec('BEGIN IMMEDIATE');
  try {
    await bench.until(() => bench.header(runId).stopReason === 'disk', 'the stop');
    await expect(bench.engine.cancel(runId)).rejects.toMatchObject({ code: 'store_failed' });
  } finally {
    other.exec('ROLLBACK');
    other.close();
  }
  await bench.engine.idle(runId);
  if (bench.header(runId).status === 'paused') await bench.engine.cancel(runId);
  expect(bench.store.runs.get(runId)).toMatchObject({ status: 'cancelled', queued: 0, running: 0 });
});

test('a fault of ours in writing the end of a run is told once and tried again, and not thrown at nobody', async () => {
  const told: unknown[] = [];
  let tries = 0;
  const fault = new TypeError('a fault of ours');
  const { promise, resolve } = Promise.withResolvers<void>();
  const ending = createRunEnding({
    flush: () => undefined,
    conclude() {
      tries += 1;
      if (tries < 3) throw fault;
    },
    refused: (error) => told.push(error),
    over: resolve,
  });
  ending.begin();
  await promise;
  expect([told, tries]).toEqual([[fault], 3]);
});
