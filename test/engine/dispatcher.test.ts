import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterEach, expect, onTestFinished, test, vi } from 'vitest';

import { createBacklog } from '../../electron/engine/backlog.ts';
import { createDispatcher } from '../../electron/engine/dispatcher.ts';
import { createProviders } from '../../electron/engine/providers.ts';
import { createRateGate } from '../../electron/engine/rate-gate.ts';
import { createRunClock } from '../../electron/engine/run-clock.ts';
import { openStore } from '../../electron/store/open.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('what is thrown when a wait is over is told, not thrown at nobody: the store may refuse then', async () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'tasklane-dispatcher-'));
  const store = openStore({ dataDir, holder: 'test' });
  store.close();
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const nowMs = (): number => performance.now();
  const provider = createProviders(nowMs, () => 0.5).of({ simulated: true, baseUrl: '', model: 'm' });
  const clock = createRunClock(0, nowMs);
  const source = { runId: 'r1', batchId: 'b1', total: 9, untouchedSinceMs: 0, untouchedGateMs: 0, requeuedSinceMs: 0, requeuedGateMs: 0 };
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const dispatcher = createDispatcher({ backlog: createBacklog(source, store.runTasks), gate: createRateGate(nowMs), provider, clock, monotonicMs: nowMs, limit: 4, runTask: async () => undefined, failed: resolve });
  provider.holdFor(5);
  dispatcher.open();
  expect(await promise).toMatchObject({ message: 'database is not open' });
  dispatcher.clear();
});

test('a hold ends whenever it ends, also between two readings of the clock', () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'tasklane-dispatcher-'));
  const store = openStore({ dataDir, holder: 'test' });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    for (let holdMs = 1; holdMs <= 40; holdMs += 1) {
      let readings = 0;
      // Time passes while it is asked for.
      const nowMs = (): number => {
        readings += 1;
        return performance.now() + readings;
      };
      const provider = createProviders(nowMs, () => 0.5).of({ simulated: true, baseUrl: '', model: 'm' });
      const clock = createRunClock(0, nowMs);
      const gate = createRateGate(() => clock.nowMs());
      const source = { runId: 'r1', batchId: 'b1', total: 0, untouchedSinceMs: 0, untouchedGateMs: 0, requeuedSinceMs: 0, requeuedGateMs: 0 };
      const dispatcher = createDispatcher({ backlog: createBacklog(source, store.runTasks), gate, provider, clock, monotonicMs: nowMs, limit: 4, runTask: async () => undefined, failed: () => undefined });
      provider.join({ reconsider: () => dispatcher.reconsider(), isFreshLeft: () => false, giveUp: () => undefined });
      dispatcher.open();
      provider.holdFor(holdMs);
      vi.advanceTimersByTime(200);
      // A gate that is still closed goes on counting.
      const closedMs = gate.closedMs();
      vi.advanceTimersByTime(200);
      expect({ holdMs, closedMs: gate.closedMs() }).toEqual({ holdMs, closedMs });
    }
  } finally {
    store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
