import { expect, test } from 'vitest';

import { createAdaptiveLimit } from '../../../electron/engine/adaptive/adaptive-limit.ts';
import type { AdaptiveLimit, AdaptiveLimitOptions } from '../../../electron/engine/adaptive/types.ts';
import { createRandom } from '../../../shared/random/random.ts';
import { PLAIN_SERVER, type ServerBehaviour } from './simulated-server.ts';
import { simulate, type SimulationResult } from './simulate.ts';

const START: AdaptiveLimitOptions = { maximum: 200, lastGood: null, requestsPerMinute: null, tokensPerMinute: null, nowMs: 0, random: createRandom(1) };
const create = (change: Partial<AdaptiveLimitOptions> = {}): AdaptiveLimit => createAdaptiveLimit({ ...START, ...change });

function run(limit: AdaptiveLimit, change: Partial<ServerBehaviour>, durationMs: number, watch?: (nowMs: number, inFlight: number) => void): SimulationResult {
  const behaviour = { ...PLAIN_SERVER, ...change };
  return simulate(limit, { behaviourAt: () => behaviour, seed: 5, durationMs, ...(watch ? { watch } : {}) });
}

test("the user's setting is a ceiling, from the first task on", () => {
  for (const maximum of [1, 5, 30]) {
    const limit = create({ maximum });
    expect(run(limit, {}, 60_000).peakInFlight).toBe(maximum);
    expect(limit.limit()).toBe(maximum);
  }
});

test('a ceiling that is lowered holds at once, raised again it is found again', () => {
  const limit = create({ maximum: 50 });
  const peaks = [0, 0, 0];
  run(limit, {}, 90_000, (nowMs, inFlight) => {
    if (nowMs === 30_000) limit.setMaximum(6, nowMs);
    if (nowMs === 60_000) limit.setMaximum(50, nowMs);
    // Lowering aborts nothing: what is in flight drains first.
    if (nowMs <= 30_000 || nowMs > 45_000) peaks[Math.min(2, Math.floor((nowMs - 1) / 30_000))] = Math.max(peaks[Math.min(2, Math.floor((nowMs - 1) / 30_000))]!, inFlight);
  });
  expect(peaks).toEqual([50, 6, 50]);
  expect(limit.takeChanges().filter(({ reason }) => reason === 'maximum')).toEqual([{ atMs: 30_000, limit: 6, reason: 'maximum' }]);
});

test('the last good limit of an earlier run saves the slow start, and the refusals at its end', () => {
  const first = create();
  const cold = run(first, { cap: 60 }, 120_000);
  const lastGood = first.lastGood();
  expect(lastGood).toEqual({ limit: 60, isProven: true });

  const coldSoon = run(create(), { cap: 60 }, 10_000);
  const warm = create({ lastGood });
  expect(warm.lastChange()).toEqual({ atMs: 0, limit: 60, reason: 'restored' });
  const warmSoon = run(warm, { cap: 60 }, 10_000);
  expect(warmSoon.completed).toBeGreaterThan(1.3 * coldSoon.completed);
  expect(warmSoon.refused).toBe(0);
  expect(cold.refused).toBeGreaterThan(0);
});

test('a run too short to find the limit does not slow the next one down', () => {
  const first = create();
  run(first, { cap: 60 }, 1000);
  expect(first.lastGood().isProven).toBe(false);
  const next = create({ lastGood: { limit: 2, isProven: false } });
  expect(next.limit()).toBe(8);
  run(next, { cap: 60 }, 10_000);
  expect(next.limit()).toBeGreaterThan(40);
});

test("the user's requests per minute are kept in each minute, and almost used up", () => {
  const limit = create({ requestsPerMinute: 300 });
  const sentAtMs: number[] = [];
  const result = run({ ...limit, sent: (nowMs, inFlight, tokens) => (sentAtMs.push(nowMs), limit.sent(nowMs, inFlight, tokens)) }, {}, 300_000);
  const inMinuteFrom = (fromMs: number): number => sentAtMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + 60_000).length;
  const most = Math.max(...sentAtMs.filter((atMs) => atMs <= 240_000).map(inMinuteFrom));
  expect(most).toBeLessThanOrEqual(305);
  expect(result.sent).toBeGreaterThan(1490);
});

test('what holds the next task back is named, with the time to ask again', () => {
  const limit = create({ maximum: 2, requestsPerMinute: 120, tokensPerMinute: 60_000 });
  const first = limit.sent(0, 1, 1000);
  expect(limit.canSend(0, 1, 500)).toEqual({ ok: false, untilMs: 500, by: 'tokens per minute' });
  expect(limit.canSend(500, 2, 500)).toEqual({ ok: false, untilMs: null, by: 'limit' });
  limit.refused(first, { nowMs: 600, inFlight: 1, rateLimit: null, retryAfterMs: 2000 });
  const verdict = limit.canSend(600, 0, 500);
  expect(verdict).toMatchObject({ ok: false, by: 'pause' });
  if (!verdict.ok) expect(verdict.untilMs).toBeGreaterThanOrEqual(2600);
});

test('each change of the limit has its reason', () => {
  const reasons = (change: Partial<ServerBehaviour>): ReadonlySet<string> => {
    const limit = create();
    run(limit, change, 120_000);
    return new Set(limit.takeChanges().map(({ reason }) => reason));
  };
  expect(reasons({ cap: 20 })).toEqual(new Set(['slow start', 'refused: concurrency cap', 'probe']));
  expect(reasons({ requestsPerMinute: 600, burstFraction: 0.1 })).toContain('refused: rate');
  expect(reasons({ requestsPerMinute: 600, hasHeaders: true })).toEqual(new Set(['slow start', 'headers']));
  expect(reasons({ slowdown: { a: 0.02, b: 0.002 } })).toContain('server slows down');
});

test('changes are handed out once, in order, and each differs from the one before', () => {
  const limit = create();
  run(limit, { cap: 20 }, 60_000);
  const changes = limit.takeChanges();
  expect(changes[0]).toEqual({ atMs: 0, limit: 8, reason: 'slow start' });
  expect(changes.at(-1)).toEqual(limit.lastChange());
  changes.slice(1).forEach((change, position) => {
    expect(change.atMs).toBeGreaterThanOrEqual(changes[position]!.atMs);
    expect(change).not.toEqual({ ...changes[position]!, atMs: change.atMs });
  });
  expect(limit.takeChanges()).toEqual([]);
});

test('failures of another kind and cancelled tasks do not move the limit', () => {
  const limit = create();
  let nowMs = 0;
  for (let round = 0; round < 200; round += 1) {
    const attempt = limit.sent(nowMs, 1, 100);
    nowMs += 100;
    limit.failed(attempt, { nowMs, inFlight: 1, rateLimit: null });
    limit.tick(nowMs, 0);
  }
  expect(limit.takeChanges()).toEqual([{ atMs: 0, limit: 8, reason: 'slow start' }]);
});
