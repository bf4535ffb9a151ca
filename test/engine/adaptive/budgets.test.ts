import { expect, test } from 'vitest';

import { createHeaderBudget, explainsRefusal, refillPerSecond } from '../../../electron/engine/adaptive/header-budget.ts';
import { createTokenBucket } from '../../../electron/engine/adaptive/token-bucket.ts';
import { createUserLimits } from '../../../electron/engine/adaptive/user-limits.ts';
import type { RateLimitInfo } from '../../../electron/executors/executor.ts';

const NOTHING: RateLimitInfo = { limitRequests: null, remainingRequests: null, resetRequestsMs: null, limitTokens: null, remainingTokens: null, resetTokensMs: null };
const requests = (limit: number, remaining: number): RateLimitInfo => ({ ...NOTHING, limitRequests: limit, remainingRequests: remaining });
const sent = (sentMs: number, estimatedTokens = 100) => ({ sentMs, estimatedTokens });

test('a bucket that was waited for is full enough, whatever floating point says', () => {
  const bucket = createTokenBucket({ capacity: 10, perSecond: 1 / 3, level: 0 }, 0);
  for (let nowMs = 0.1, taken = 0; taken < 1000; taken += 1) {
    nowMs += bucket.waitMs(1, nowMs);
    expect(bucket.waitMs(1, nowMs)).toBe(0);
    bucket.take(1, nowMs);
  }
});

test('a task larger than the whole bucket waits for a full one, not for ever, and the next pays for it', () => {
  const bucket = createTokenBucket({ capacity: 10, perSecond: 1, level: 4 }, 0);
  expect(bucket.waitMs(25, 0)).toBe(6000);
  bucket.take(25, 6000);
  expect(bucket.waitMs(1, 6000)).toBe(16_000);
});

test('what was left is carried on: plus what came back since, less what was sent since', () => {
  const budget = createHeaderBudget();
  budget.sent(sent(0));
  budget.sent(sent(1000));
  budget.sent(sent(1500));
  // 3 were left when the first came in, 2 have left since, 0.995 a second come back; one more is kept in reserve.
  expect(budget.learn(requests(60, 3), 0, 2000)).toBe(true);
  expect(budget.wait(100, 2000)).toBeNull();
  budget.sent(sent(2000));
  const wait = budget.wait(100, 2000);
  expect(wait?.by).toBe('requests per minute');
  expect(wait?.waitMs).toBeCloseTo((2 - (3 + 0.995 * 2 - 2 - 1)) * (1000 / 0.995), 6);
});

test('answers that come back out of order do not bring an old count back', () => {
  const budget = createHeaderBudget();
  budget.sent(sent(0));
  budget.sent(sent(100));
  budget.learn(requests(60, 1), 100, 1000);
  budget.learn(requests(60, 50), 0, 1001);
  expect(budget.wait(100, 1001)).not.toBeNull();
});

test('requests a day in the header are not taken for requests a minute', () => {
  expect(refillPerSecond({ limit: 14_400, remaining: 14_370, resetMs: 180_000 })).toBeCloseTo(1 / 6, 10);
  expect(refillPerSecond({ limit: 600, remaining: 570, resetMs: 3000 })).toBe(10);
  expect(refillPerSecond({ limit: 600, remaining: 599, resetMs: 100 })).toBe(10);
  expect(refillPerSecond({ limit: 600, remaining: 300, resetMs: null })).toBe(10);
});

test('tokens per minute hold a long task back while a short one may go', () => {
  const budget = createHeaderBudget();
  budget.sent(sent(0, 100));
  budget.learn({ ...NOTHING, limitTokens: 6000, remainingTokens: 1000 }, 0, 0);
  expect(budget.wait(100, 0)).toBeNull();
  expect(budget.wait(2000, 0)?.by).toBe('tokens per minute');
});

test('estimates that turned out too low keep more in reserve', () => {
  const waitAfter = (remaining: number): number => {
    const budget = createHeaderBudget();
    budget.sent(sent(0, 100));
    budget.learn({ ...NOTHING, limitTokens: 60_000, remainingTokens: 5000 }, 0, 0);
    budget.sent(sent(0.5, 100));
    budget.learn({ ...NOTHING, limitTokens: 60_000, remainingTokens: remaining }, 0.5, 1);
    return budget.wait(remaining - 200, 1)?.waitMs ?? 0;
  };
  expect(waitAfter(4900)).toBe(0);
  expect(waitAfter(4000)).toBeGreaterThan(0);
});

test('a refusal is explained by its headers only when they leave no room', () => {
  expect(explainsRefusal(null, 100)).toBe(false);
  expect(explainsRefusal(requests(60, 0), 100)).toBe(true);
  expect(explainsRefusal(requests(60, 20), 100)).toBe(false);
  expect(explainsRefusal({ ...requests(60, 20), remainingTokens: 90 }, 100)).toBe(true);
});

test("the user's tokens are reserved by estimate and settled by usage", () => {
  const limits = createUserLimits(null, 60_000, 0);
  limits.reserve(1000, 0);
  expect(limits.wait(1000, 0)).toEqual({ waitMs: 1000, by: 'tokens per minute' });
  limits.settle(1000, 400, 0);
  expect(limits.wait(600, 0)).toBeNull();
  limits.reserve(600, 0);
  limits.settle(600, 1600, 0);
  expect(limits.wait(1000, 0)).toEqual({ waitMs: 2000, by: 'tokens per minute' });
  limits.settle(600, null, 0);
  expect(limits.wait(1000, 0)).toEqual({ waitMs: 2000, by: 'tokens per minute' });
});

test('limits that nobody set hold nothing back', () => {
  const limits = createUserLimits(null, null, 0);
  for (let task = 0; task < 1000; task += 1) limits.reserve(1e6, 0);
  expect(limits.wait(1e6, 0)).toBeNull();
});
