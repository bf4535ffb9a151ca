import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterEach, expect, test, vi } from 'vitest';

import { createBacklog } from '../../electron/engine/backlog.ts';
import { createDispatcher } from '../../electron/engine/dispatcher.ts';
import { createProviders } from '../../electron/engine/providers.ts';
import { createRateGate } from '../../electron/engine/rate-gate.ts';
import { createRunClock } from '../../electron/engine/run-clock.ts';
import { openStore } from '../../electron/store/open.ts';

afterEach(() => {
  vi.useRealTimers();
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
      const dispatcher = createDispatcher({ backlog: createBacklog(source, store.runTasks), gate, provider, clock, monotonicMs: nowMs, limit: 4, runTask: async () => undefined });
      provider.join({ reconsider: () => dispatcher.reconsider(), isFreshLeft: () => false, giveUp: () => undefined });
      dispatcher.open();
      provider.holdFor(holdMs);
      vi.advanceTimersByTime(200);
      expect({ holdMs, isClosed: gate.isClosed() }).toEqual({ holdMs, isClosed: false });
    }
  } finally {
    store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
