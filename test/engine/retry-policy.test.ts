import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Failure } from '../../shared/vocabulary.ts';
import { countTries, decide, fullJitterMs, stopMessage, type FailureContext } from '../../electron/engine/retry-policy.ts';

const failure = (change: Partial<Failure>): Failure => ({ class: 'server', httpStatus: 500, code: null, message: 'no', maybeBilled: true, retryAfterMs: null, shouldRetry: null, ...change });
/** All attempts so far failed in this way, unless `more` says otherwise. */
const context = (change: Partial<Failure>, more: Partial<FailureContext> = {}): FailureContext => ({ failure: failure(change), spent: 1, tries: countTries({}, failure(change), more.spent), maxAttempts: 5, consecutiveHolds: 1, random: () => 0.5, ...more });

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
  ['a rate limit that forbids a retry', { class: 'rate_limit', httpStatus: 429, shouldRetry: false }, { kind: 'fail' }],
  ['a rate limit that forbids a retry and asks for an hour', { class: 'rate_limit', httpStatus: 429, shouldRetry: false, retryAfterMs: 3_600_000 }, { kind: 'fail' }],
  ['a rate limit that asks for just ten minutes', { class: 'rate_limit', httpStatus: 429, retryAfterMs: 600_000 }, { kind: 'hold', delayMs: 600_250 }],
  ['a status that is not known here', { class: 'bad_request', httpStatus: 501 }, { kind: 'fail' }],
  ['an attempt that a crash interrupted', { class: 'interrupted', httpStatus: null }, { kind: 'fail' }],
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
  ['timeout before sending', { class: 'timeout', httpStatus: null, maybeBilled: false }, 6],
  ['timeout after sending', { class: 'timeout', httpStatus: null, maybeBilled: true }, 2],
  ['an answer of the wrong structure', { class: 'schema' }, 2],
  ['an answer that makes no sense', { class: 'invalid_response' }, 2],
  ['a cut stream', { class: 'stream_cut' }, 2],
] as const)('%s failures get their number of tries and not one more', (_name, change, tries) => {
  const verdicts = Array.from({ length: tries }, (_, index) => decide(context(change as Partial<Failure>, { spent: index + 1, maxAttempts: 100 })).kind);
  expect(verdicts).toEqual([...Array.from({ length: tries - 1 }, () => 'retry'), 'fail']);
});

test('the user may allow fewer attempts than the policy, never more; the default takes nothing from a row that has six', () => {
  const tries = (change: Partial<Failure>, maxAttempts: number): number => Array.from({ length: 20 }, (_, index) => decide(context(change, { spent: index + 1, maxAttempts })).kind).indexOf('fail') + 1;
  const unreachable = { class: 'network', maybeBilled: false } as const;
  expect([1, 2, 4, 5, 6, 100].map((maxAttempts) => tries(unreachable, maxAttempts))).toEqual([1, 2, 4, 6, 6, 6]);
  expect([1, 2, 4, 5, 6, 100].map((maxAttempts) => tries({ class: 'server' }, maxAttempts))).toEqual([1, 2, 4, 5, 5, 5]);
  expect([1, 2, 4, 5, 6, 100].map((maxAttempts) => tries({ class: 'timeout' }, maxAttempts))).toEqual([1, 2, 2, 2, 2, 2]);
});

test('a wait of an hour that is named with the last failure stops the batch and keeps the task, or a run would wait for it for hours', () => {
  for (const maxAttempts of [1, 2, 5]) expect(decide(context({ class: 'server', httpStatus: 503, retryAfterMs: 3_600_000 }, { spent: maxAttempts, maxAttempts }))).toEqual({ kind: 'stop', reason: 'rate_limit' });
  expect(decide(context({ class: 'server', retryAfterMs: 600_000 }, { spent: 5 }))).toEqual({ kind: 'fail' });
});

test('tries of one kind of failure do not use up those of another, unless a person allows fewer in all', () => {
  const reset = { class: 'network', httpStatus: null, maybeBilled: true } as const;
  const before = countTries({}, failure({}), 2);
  const kinds = (maxAttempts: number): string[] => [1, 2].map((resets) => decide(context(reset, { spent: 2 + resets, tries: countTries(before, failure(reset), resets), maxAttempts })).kind);
  expect(kinds(5)).toEqual(['retry', 'fail']);
  expect(kinds(3)).toEqual(['fail', 'fail']);
});

test('nothing sent: the first wait is up to 1 s, the longest up to 60 s', () => {
  const longest = (spent: number): unknown => decide(context({ class: 'network', maybeBilled: false }, { spent, random: () => 1 }));
  expect([1, 2, 5].map(longest)).toEqual([1000, 2000, 16_000].map((delayMs) => ({ kind: 'retry', delayMs })));
  expect(fullJitterMs(10, 1000, () => 1)).toBe(60_000);
});

test('a Retry-After is the least wait, for a retry as for a hold, whatever the chance', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 600_000 }), fc.double({ min: 0, max: 0.999_999, noNaN: true }), fc.constantFrom('server', 'rate_limit'), fc.integer({ min: 1, max: 4 }), (retryAfterMs, random, failureClass, spent) => {
      const verdict = decide(context({ class: failureClass, retryAfterMs }, { spent, consecutiveHolds: spent, random: () => random }));
      expect((verdict.kind === 'retry' || verdict.kind === 'hold') && verdict.delayMs).toBeGreaterThanOrEqual(retryAfterMs);
    }),
  );
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

test('x-should-retry: true overrides neither a stop nor a failure nor the number of tries', () => {
  const decided = [{ class: 'auth', httpStatus: 401 }, { class: 'quota', httpStatus: 429 }, { class: 'tls', httpStatus: null }, { class: 'bad_request', httpStatus: 404 }, { class: 'bad_request', httpStatus: 400 }, { class: 'redirect', httpStatus: 308 }] as const;
  expect(decided.map((change) => decide(context({ ...change, shouldRetry: true })).kind)).toEqual(['stop', 'stop', 'stop', 'stop', 'fail', 'fail']);
  expect(decide(context({ class: 'server', shouldRetry: true }, { spent: 5 })).kind).toBe('fail');
});

test('every stop has a sentence that says what to do', () => {
  for (const reason of ['user', 'interrupted', 'auth', 'quota', 'tls', 'model_not_found', 'rate_limit', 'offline', 'provider_down', 'identical_failures', 'disk'] as const) expect(stopMessage(reason, failure({})).length).toBeGreaterThan(10);
});
