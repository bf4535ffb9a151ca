import { expect, test } from 'vitest';

import { createFailureJudge, type FailureJudge, type JudgedAttempt, type Judgement } from '../../electron/engine/failure-judge.ts';
import { countTries } from '../../electron/engine/retry-policy.ts';
import { createProviders, type Provider } from '../../electron/engine/providers.ts';
import type { Failure } from '../../shared/vocabulary.ts';
import { FAILED } from './failures-for-tests.ts';

const MINUTE = 60_000;
const half = (): number => 0.5;

function start(random = half): { readonly judge: FailureJudge; readonly provider: Provider; readonly at: (nowMs: number) => void } {
  const clock = { nowMs: 0 };
  const provider = createProviders(() => clock.nowMs, random).of({ simulated: false, baseUrl: 'https://one.example/v1', model: 'm' });
  return {
    judge: createFailureJudge(5, 0, random, provider),
    provider,
    at(nowMs) {
      clock.nowMs = nowMs;
    },
  };
}
const attempt = (failure: Failure, more: Partial<JudgedAttempt> = {}): JudgedAttempt => ({ failure, spent: 1, tries: countTries({}, failure), isOfOtherModel: false, refusals: 0, successesAtRefusal: 0, sentMs: 5, finishedMs: 10, ...more });
const limited = { ...FAILED.rateLimit, retryAfterMs: 2000 };

test('five identical fatal failures in a row stop the batch; a success or another failure between starts the count anew', () => {
  const { judge } = start();
  const stops = (failure: Failure, times: number): unknown[] => Array.from({ length: times }, () => judge.judge(attempt(failure))).map((judgement) => (judgement.kind === 'fail' ? judgement.stop : judgement.kind));
  expect(stops(FAILED.badRequest, 4)).toEqual([null, null, null, null]);
  judge.succeeded(20);
  expect(stops(FAILED.badRequest, 4)).toEqual([null, null, null, null]);
  expect(stops({ ...FAILED.badRequest, code: 'another' }, 1)).toEqual([null]);
  expect(stops(FAILED.badRequest, 5)).toEqual([null, null, null, null, 'identical_failures']);
});

test('answers that forbid a retry stop the batch after five, or a queue would burn', () => {
  for (const failure of [{ ...FAILED.rateLimit, shouldRetry: false }, { ...FAILED.server, shouldRetry: false }]) {
    const { judge } = start();
    const last = Array.from({ length: 5 }, () => judge.judge(attempt(failure))).at(-1);
    expect(last).toEqual({ kind: 'fail', stop: 'identical_failures' });
  }
});

test('a run that hears nothing but rate limits for more than 15 minutes stops', () => {
  const { judge, at } = start();
  at(14 * MINUTE);
  expect(judge.judge(attempt(limited, { sentMs: 0, finishedMs: 14 * MINUTE })).kind).toBe('hold');
  at(15 * MINUTE + 1);
  expect(judge.judge(attempt(limited, { sentMs: 14 * MINUTE + 1, finishedMs: 15 * MINUTE + 1 }))).toEqual({ kind: 'stop', reason: 'rate_limit' });
});

test('one refusal after a single answer of 20 minutes is no reason to stop', () => {
  const { judge, at } = start();
  at(20 * MINUTE);
  expect(judge.judge(attempt(limited, { sentMs: 0, finishedMs: 20 * MINUTE })).kind).toBe('hold');
});

test('a burst that was refused together holds as long as one refusal', () => {
  const { judge, at } = start(() => 0.999);
  at(50);
  const hold = (sentMs: number, finishedMs: number): number => {
    const judgement = judge.judge(attempt(FAILED.rateLimit, { sentMs, finishedMs }));
    return judgement.kind === 'hold' ? judgement.holdMs : Number.NaN;
  };
  expect(Math.max(...Array.from({ length: 32 }, () => hold(0, 50)))).toBeLessThanOrEqual(750);
  at(1000);
  expect(hold(900, 1000)).toBeGreaterThan(750);
});

test('a task that is refused three times in a row goes behind all others, for they may be answered', () => {
  const { judge, at } = start();
  const placeOf = (refusals: number): Judgement => {
    at((refusals + 1) * 10_000);
    return judge.judge(attempt(limited, { refusals, sentMs: refusals * 10_000 + 9000, finishedMs: (refusals + 1) * 10_000 }));
  };
  expect([0, 1, 2, 3].map(placeOf)).toEqual([
    { kind: 'hold', holdMs: 2250, place: 'head', delayMs: null },
    { kind: 'hold', holdMs: 2500, place: 'head', delayMs: null },
    { kind: 'hold', holdMs: 3000, place: 'end', delayMs: null },
    { kind: 'hold', holdMs: 3000, place: 'end', delayMs: null },
  ]);
});

test('if others were answered since it was refused before, it waits alone and holds them a second at most', () => {
  const { judge, provider } = start();
  provider.succeeded(false);
  expect(judge.judge(attempt({ ...limited, retryAfterMs: 60_000 }, { refusals: 2 }))).toEqual({ kind: 'hold', holdMs: 1000, place: 'end', delayMs: 60_250 });
  // Each time it waits longer, though without a Retry-After it is told nothing.
  expect(judge.judge(attempt(FAILED.rateLimit, { refusals: 9 }))).toEqual({ kind: 'hold', holdMs: 500, place: 'end', delayMs: 30_000 });
  expect(judge.judge(attempt(FAILED.rateLimit, { refusals: 9, successesAtRefusal: 1 }))).toMatchObject({ delayMs: null });
});
