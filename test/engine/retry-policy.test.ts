import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Failure } from '../../shared/vocabulary.ts';
import { decide, fullJitterMs, stopMessage, type FailureContext } from '../../electron/engine/retry-policy.ts';
import { createFailureJudge } from '../../electron/engine/failure-judge.ts';

const failure = (change: Partial<Failure>): Failure => ({ class: 'server', httpStatus: 500, code: null, message: 'no', maybeBilled: true, retryAfterMs: null, shouldRetry: null, ...change });
const context = (change: Partial<Failure>, more: Partial<FailureContext> = {}): FailureContext => ({ failure: failure(change), spent: 1, maxAttempts: 5, consecutiveHolds: 1, random: () => 0.5, ...more });

test.each([
  ['a rejected key', { class: 'auth', httpStatus: 401 }, { kind: 'stop', reason: 'auth' }],
  ['used-up credit', { class: 'quota', httpStatus: 402 }, { kind: 'stop', reason: 'quota' }],
  ['an untrusted certificate', { class: 'tls', httpStatus: null }, { kind: 'stop', reason: 'tls' }],
  ['an unknown model', { class: 'bad_request', httpStatus: 404 }, { kind: 'stop', reason: 'model_not_found' }],
  ['a bad request', { class: 'bad_request', httpStatus: 400 }, { kind: 'fail' }],
  ['a prompt that is too long', { class: 'context_length', httpStatus: 400 }, { kind: 'fail' }],
  ['a redirect', { class: 'redirect', httpStatus: 302 }, { kind: 'fail' }],
  ['a server error', { class: 'server', httpStatus: 503 }, { kind: 'retry', delayMs: 250 }],
  ['a refused connection', { class: 'network', maybeBilled: false }, { kind: 'retry', delayMs: 500 }],
  ['a rate limit with a wait', { class: 'rate_limit', httpStatus: 429, retryAfterMs: 2000 }, { kind: 'hold', delayMs: 2250 }],
  ['a rate limit that asks for an hour', { class: 'rate_limit', httpStatus: 429, retryAfterMs: 3_600_000 }, { kind: 'stop', reason: 'rate_limit' }],
  ['a server error that forbids a retry', { class: 'server', httpStatus: 500, shouldRetry: false }, { kind: 'fail' }],
  ['a server error that asks for an hour', { class: 'server', httpStatus: 503, retryAfterMs: 3_600_000 }, { kind: 'stop', reason: 'rate_limit' }],
  ['a server error that asks for a wait', { class: 'server', httpStatus: 503, retryAfterMs: 4000 }, { kind: 'retry', delayMs: 4250 }],
] as const)('%s has its right answer', (_name, change, verdict) => {
  expect(decide(context(change as Partial<Failure>))).toEqual(verdict);
});

test.each([
  ['server', { class: 'server' }, 5],
  ['conflict', { class: 'server', httpStatus: 409 }, 2],
  ['network before sending', { class: 'network', maybeBilled: false }, 6],
  ['network after sending', { class: 'network', maybeBilled: true }, 2],
  ['timeout', { class: 'timeout' }, 2],
  ['an answer that makes no sense', { class: 'invalid_response' }, 2],
  ['a cut stream', { class: 'stream_cut' }, 2],
] as const)('%s failures get their number of tries and not one more', (_name, change, tries) => {
  const verdicts = Array.from({ length: tries }, (_, index) => decide(context(change as Partial<Failure>, { spent: index + 1, maxAttempts: 100 })).kind);
  expect(verdicts).toEqual([...Array.from({ length: tries - 1 }, () => 'retry'), 'fail']);
});

test('the user may allow fewer attempts than the policy, never more', () => {
  expect(decide(context({ class: 'server' }, { spent: 2, maxAttempts: 2 })).kind).toBe('fail');
  expect(decide(context({ class: 'timeout' }, { spent: 2, maxAttempts: 50 })).kind).toBe('fail');
});

test('backoff with full jitter stays within [0, min(60 s, base x 2^(n-1))), for any number of failures', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 0.999_999, noNaN: true }), (failures, random) => {
      const delayMs = fullJitterMs(failures, 500, () => random);
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThan(Math.min(60_000, 500 * 2 ** (failures - 1)) + 1e-9);
    }),
  );
});

test('an unknown x-should-retry never overrides a stop rule', () => {
  expect(decide(context({ class: 'auth', httpStatus: 401, shouldRetry: true }))).toEqual({ kind: 'stop', reason: 'auth' });
});

test('five identical fatal failures in a row stop the batch; a success between starts the count anew', () => {
  const judge = createFailureJudge(5, 0, () => 0.5);
  const bad = failure({ class: 'bad_request', httpStatus: 400, code: 'invalid_value' });
  const stops = (times: number): unknown[] => Array.from({ length: times }, () => judge.judge(bad, 1, 5, 10)).map((judgement) => (judgement.kind === 'fail' ? judgement.stop : judgement.kind));
  expect(stops(4)).toEqual([null, null, null, null]);
  judge.succeeded(20);
  expect(stops(5)).toEqual([null, null, null, null, 'identical_failures']);
});

test('a run that hears nothing but rate limits for more than 15 minutes stops', () => {
  const judge = createFailureJudge(5, 0, () => 0.5);
  const limited = failure({ class: 'rate_limit', httpStatus: 429, retryAfterMs: 1000 });
  expect(judge.judge(limited, 1, 0, 14 * 60_000).kind).toBe('hold');
  expect(judge.judge(limited, 1, 14 * 60_000 + 1, 15 * 60_000 + 1)).toEqual({ kind: 'stop', reason: 'rate_limit' });
});

test('a burst that was refused together counts as one reason to hold back', () => {
  const judge = createFailureJudge(5, 0, () => 0.999);
  const limited = failure({ class: 'rate_limit', httpStatus: 429 });
  const delays = Array.from({ length: 32 }, (_, index) => judge.judge(limited, 1, 0, 10 + index)).map((judgement) => (judgement.kind === 'hold' ? judgement.delayMs : Number.NaN));
  expect(Math.max(...delays)).toBeLessThanOrEqual(750);
  const later = judge.judge(limited, 1, 100, 110);
  expect(later.kind === 'hold' && later.delayMs).toBeGreaterThan(750);
});

test('every stop has a sentence that says what to do', () => {
  for (const reason of ['user', 'interrupted', 'auth', 'quota', 'tls', 'model_not_found', 'rate_limit', 'identical_failures', 'disk'] as const) expect(stopMessage(reason, failure({})).length).toBeGreaterThan(10);
});
