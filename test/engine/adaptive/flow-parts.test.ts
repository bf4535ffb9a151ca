import { expect, test } from 'vitest';

import { createConcurrencyWindow } from '../../../electron/engine/adaptive/concurrency-window.ts';
import { cubicRate, createRatePacer } from '../../../electron/engine/adaptive/rate-pacer.ts';
import { decideCause } from '../../../electron/engine/adaptive/refusal-cause.ts';
import { createReopening } from '../../../electron/engine/adaptive/reopening.ts';

const accepted = (...inFlight: readonly number[]) => inFlight.map((count) => ({ inFlight: count, isRefused: false }));
const refused = (...inFlight: readonly number[]) => inFlight.map((count) => ({ inFlight: count, isRefused: true }));

test('refusals above one number in flight are a cap, refusals at any number are a rate', () => {
  expect(decideCause([...accepted(36, 38, 39, 40, 40, 40), ...refused(41, 42, 41)], 0)).toBe('concurrency cap');
  expect(decideCause([...accepted(20, 22, 30, 25, 28), ...refused(21, 24, 29, 26)], 0)).toBe('rate');
});

test('refused one at a time, it can only be the rate', () => {
  expect(decideCause([...accepted(1, 1, 1, 1), ...refused(1, 1, 1)], 0)).toBe('rate');
});

test('answers under way excuse what was let in above a cap, not what was refused below it', () => {
  const overlapping = [...accepted(40, 41, 42, 43, 42), ...refused(41, 42, 43)];
  expect(decideCause(overlapping, 0)).toBe('rate');
  expect(decideCause(overlapping, 3)).toBe('concurrency cap');
  expect(decideCause([...accepted(40, 41, 42, 43), ...refused(10, 25, 42)], 3)).toBe('rate');
});

test('two refusals or three accepted are too few to tell', () => {
  expect(decideCause([...accepted(1, 2, 3, 4, 5), ...refused(1, 1)], 0)).toBeNull();
  expect(decideCause([...accepted(1, 2, 3), ...refused(1, 1, 1, 1)], 0)).toBeNull();
});

const context = { latencyMs: 2000, isCareful: false, successes: 1000 };

test('the window doubles in slow start, goes one below a refusal, holds, and probes ever further', () => {
  const window = createConcurrencyWindow({ limit: 8, maximum: 100, isSlowStart: true, nowMs: 0 });
  for (let success = 0; success < 8; success += 1) window.grow(2000, false);
  expect(window.limit()).toBe(16);
  window.refused(13, 1, 3000);
  expect([window.limit(), window.isSlowStart()]).toEqual([12, false]);
  window.grow(4000, false);
  const limits = [13_000, 13_001, 15_000, 15_002, 17_003, 19_004].map((nowMs) => {
    window.probe(nowMs, context);
    return window.limit();
  });
  expect(limits).toEqual([12, 13, 13, 15, 19, 27]);
});

test('a refused probe makes the next one wait for longer, and for enough successes', () => {
  const window = createConcurrencyWindow({ limit: 12, maximum: 100, isSlowStart: false, nowMs: 0 });
  window.probe(10_001, context);
  window.refused(13, 1, 10_100);
  expect(window.limit()).toBe(12);
  window.probe(25_100, context);
  expect(window.limit()).toBe(12);
  window.probe(25_101, { ...context, successes: 5 });
  expect(window.limit()).toBe(12);
  window.probe(25_101, context);
  expect(window.limit()).toBe(13);
});

test('slow start waits while the latency is high, goes on when it was chance, and ends when it stays', () => {
  const window = createConcurrencyWindow({ limit: 8, maximum: 100, isSlowStart: true, nowMs: 0 });
  window.grow(1000, true);
  window.grow(2000, false);
  expect(window.limit()).toBe(9);
  window.grow(12_001, true);
  expect(window.isSlowStart()).toBe(false);
});

test('the pacer starts below the rate, is back at it after the plateau, and goes beyond it', () => {
  expect([0, 12_000, 24_000].map((sinceMs) => cubicRate(10, sinceMs, 12_000))).toEqual([8.5, 10, 16]);
  expect(cubicRate(10, 6000, 12_000)).toBeCloseTo(10 * (1 - 0.15 / 8), 10);
});

test('a pacer spaces sends evenly, with no burst after a pause', () => {
  const pacer = createRatePacer(10, 0);
  const sentAtMs: number[] = [];
  for (let nowMs = 12_000; nowMs < 13_000; ) {
    const waitMs = pacer.waitMs(nowMs);
    if (waitMs > 0) nowMs += waitMs;
    else {
      pacer.sent(nowMs);
      sentAtMs.push(nowMs);
    }
  }
  expect(sentAtMs.filter((atMs) => atMs < 12_050)).toHaveLength(2);
  expect(sentAtMs.length).toBeGreaterThanOrEqual(10);
  expect(sentAtMs.length).toBeLessThanOrEqual(12);
});

test('one wrong measurement can not stop a pacer: a refusal takes at most two fifths of the rate', () => {
  const pacer = createRatePacer(10, 0);
  pacer.refused(0, 12_000);
  expect(pacer.perSecond(12_000)).toBeCloseTo(0.85 * 6, 10);
});

test('after a refusal slots reopen one, two, four at a time', () => {
  const reopening = createReopening();
  expect(reopening.waitMs(0)).toBe(0);
  reopening.begin(1000, 100);
  const sentAtMs: number[] = [];
  for (let nowMs = 0; sentAtMs.length < 15; ) {
    const waitMs = reopening.waitMs(nowMs);
    if (waitMs > 0) nowMs += waitMs;
    else {
      reopening.sent();
      sentAtMs.push(nowMs);
    }
  }
  expect(sentAtMs).toEqual([1000, ...Array(2).fill(1150), ...Array(4).fill(1300), ...Array(8).fill(1450)]);
});
