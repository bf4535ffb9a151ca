import { expect, test } from 'vitest';
import { stalledSeconds, startTokenRate, tokensPerSecond, updateTokenRate } from '../../../shared/timing/tokens-rate.ts';

/** 100 tokens a second, told ten times a second, for the given time. */
function steady(untilMs: number) {
  let rate = startTokenRate(0);
  for (let nowMs = 100; nowMs <= untilMs; nowMs += 100) rate = updateTokenRate(rate, nowMs, nowMs / 10);
  return rate;
}

test('a steady stream reads its true rate, also in its first seconds', () => {
  for (const untilMs of [2000, 5000, 60_000]) expect(Math.abs(tokensPerSecond(steady(untilMs), untilMs) / 100 - 1)).toBeLessThan(0.05);
});

test('a stream that stops fades to 0 and then says how long it has stalled', () => {
  const rate = steady(10_000);
  const later = [0, 2000, 5000, 10_000, 25_000].map((quietMs) => tokensPerSecond(rate, 10_000 + quietMs));
  expect(later.toSorted((left, right) => right - left)).toEqual(later);
  expect(later[1]!).toBeGreaterThan(40);
  expect(later.at(-1)).toBe(0);
  expect([9999, 10_000, 20_900].map((quietMs) => stalledSeconds(rate, 10_000 + quietMs, 2))).toEqual([null, 10, 20]);
});

test('updates without new tokens do not hide a stall', () => {
  let rate = steady(1000);
  for (let nowMs = 1100; nowMs <= 16_000; nowMs += 100) rate = updateTokenRate(rate, nowMs, 100);
  expect(stalledSeconds(rate, 16_000, 1)).toBe(15);
});

test('with nothing in flight nothing has stalled', () => {
  expect(stalledSeconds(steady(1000), 60_000, 0)).toBeNull();
});

test('tokens of before counting began are not a burst', () => {
  expect(tokensPerSecond(startTokenRate(0, 1_000_000), 100)).toBe(0);
  expect(tokensPerSecond(updateTokenRate(startTokenRate(0, 1_000_000), 1000, 1_000_050), 1000)).toBeLessThan(60);
});

test('a total that is corrected downwards gives no negative rate', () => {
  expect(tokensPerSecond(updateTokenRate(startTokenRate(0, 500), 1000, 400), 1000)).toBe(0);
});
