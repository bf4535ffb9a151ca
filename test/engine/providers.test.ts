import { expect, test } from 'vitest';

import { createProviders, type Provider, type ProviderRun } from '../../electron/engine/providers.ts';
import type { Failure, StopReason } from '../../shared/vocabulary.ts';
import { FAILED } from './failures-for-tests.ts';

const MINUTE = 60_000;
const SETTINGS = { simulated: false, baseUrl: 'https://one.example/v1', model: 'm' };

interface Joined {
  readonly stops: StopReason[];
  reconsidered: number;
  isFreshLeft: boolean;
  readonly leave: () => void;
}

interface Started {
  readonly provider: Provider;
  readonly clock: { nowMs: number };
  readonly join: (isFreshLeft?: boolean) => Joined;
  /** Five failures in a row. */
  readonly fail: (failure: Failure) => void;
  /** Waits for the next probe, which fails. */
  readonly probe: (failure: Failure) => void;
}

function start(): Started {
  const clock = { nowMs: 1000 };
  const provider = createProviders(() => clock.nowMs, () => 0.5).of(SETTINGS);
  return {
    provider,
    clock,
    join(isFreshLeft = true) {
      const joined = { stops: [] as StopReason[], reconsidered: 0, isFreshLeft };
      const run: ProviderRun = {
        reconsider() {
          joined.reconsidered += 1;
        },
        isFreshLeft: () => joined.isFreshLeft,
        giveUp: (reason) => joined.stops.push(reason),
      };
      return Object.assign(joined, { leave: provider.join(run) });
    },
    fail(failure) {
      for (let count = 0; count < 5; count += 1) provider.failed(failure, null);
    },
    probe(failure) {
      const admission = provider.admission();
      if (admission.kind !== 'paused') throw new Error(`Expected a paused provider, it is ${admission.kind}.`);
      clock.nowMs = Math.max(clock.nowMs, admission.probeAtMs);
      const probe = provider.takeProbe();
      provider.failed(failure, probe);
    },
  };
}

test('runs share a provider if base URL and model are the same, and only then', () => {
  const providers = createProviders(() => 0, () => 0.5);
  const one = providers.of(SETTINGS);
  expect(providers.of({ ...SETTINGS })).toBe(one);
  expect(providers.of({ ...SETTINGS, model: 'other' })).not.toBe(one);
  expect(providers.of({ ...SETTINGS, baseUrl: 'https://two.example/v1' })).not.toBe(one);
  expect(providers.of({ ...SETTINGS, simulated: true })).not.toBe(one);
});

test('a hold that one run caught holds every other run, and all are told', () => {
  const { provider, clock, join } = start();
  const [first, second] = [join(), join()];
  provider.holdFor(5000);
  expect(provider.admission()).toEqual({ kind: 'held', untilMs: 6000 });
  expect([first.reconsidered, second.reconsidered]).toEqual([1, 1]);
  clock.nowMs = 6000;
  expect(provider.admission()).toEqual({ kind: 'open' });
});

test('a provider of which nothing was ever heard is given up after six probes, with the reason', () => {
  for (const [failure, reason] of [[FAILED.refusedConnection, 'offline'], [FAILED.server, 'provider_down']] as const) {
    const { join, fail, probe } = start();
    const run = join();
    fail(failure);
    for (let count = 0; count < 5; count += 1) probe(failure);
    expect(run.stops).toEqual([]);
    probe(failure);
    expect(run.stops).toEqual([reason]);
  }
});

test('with nothing but tried tasks left they use up their tries, and the batch is not stopped for six probes', () => {
  const { join, fail, probe } = start();
  const run = join(false);
  fail(FAILED.server);
  for (let count = 0; count < 12; count += 1) probe(FAILED.server);
  expect(run.stops).toEqual([]);
});

test('a provider that has answered before has 15 minutes, from when it was last heard of', () => {
  const { provider, clock, join, fail, probe } = start();
  const run = join();
  provider.succeeded(false);
  clock.nowMs += 60 * MINUTE;
  const sinceMs = clock.nowMs;
  fail(FAILED.server);
  while (clock.nowMs - sinceMs <= 15 * MINUTE) {
    expect(run.stops).toEqual([]);
    probe(FAILED.server);
  }
  expect(run.stops).toEqual(['provider_down']);
});

test('a success between gives the whole patience anew', () => {
  const { provider, clock, join, fail, probe } = start();
  const run = join();
  provider.succeeded(false);
  const untilMs = clock.nowMs + 14 * MINUTE;
  fail(FAILED.server);
  while (clock.nowMs < untilMs) probe(FAILED.server);
  provider.succeeded(false);
  fail(FAILED.server);
  const laterMs = clock.nowMs + 14 * MINUTE;
  while (clock.nowMs < laterMs) probe(FAILED.server);
  expect(run.stops).toEqual([]);
});

test('a run that joins in the midst of trouble has its own patience', () => {
  const { join, fail, probe } = start();
  const early = join();
  fail(FAILED.server);
  for (let count = 0; count < 5; count += 1) probe(FAILED.server);
  const late = join();
  probe(FAILED.server);
  expect([early.stops.length, late.stops.length]).toEqual([1, 0]);
  for (let count = 0; count < 5; count += 1) probe(FAILED.server);
  expect(late.stops).toEqual(['provider_down']);
});

test('when all runs have left, the trouble is forgotten but not the wait that was asked for', () => {
  const { provider, join, fail } = start();
  const [first, second] = [join(), join()];
  fail(FAILED.server);
  first.leave();
  expect(provider.admission().kind).toBe('paused');
  provider.holdFor(100);
  second.leave();
  expect(provider.admission()).toEqual({ kind: 'held', untilMs: 1100 });
  provider.stoodStill(100);
  expect(provider.admission()).toEqual({ kind: 'open' });
});

test('a wait that is for a person to decide pauses every run of the provider, or the others would go on asking or wait for hours', () => {
  const hour = 3_600_000;
  for (const failure of [{ ...FAILED.server, retryAfterMs: hour }, { ...FAILED.rateLimit, retryAfterMs: hour }]) {
    const { provider, join } = start();
    const [first, second] = [join(), join()];
    provider.failed(failure, null);
    expect([first.stops, second.stops]).toEqual([['rate_limit'], ['rate_limit']]);
  }
  const { provider, join } = start();
  const run = join();
  for (const failure of [FAILED.server, { ...FAILED.server, retryAfterMs: 600_000 }, { ...FAILED.badRequest, retryAfterMs: hour }]) provider.failed(failure, null);
  expect(run.stops).toEqual([]);
});

test('a probe that ended without a word makes room for the next; one that was reported does not', () => {
  const { provider, clock, join, fail } = start();
  join();
  fail(FAILED.server);
  clock.nowMs += 500;
  const lost = provider.takeProbe() ?? -1;
  provider.endProbe(lost);
  expect(provider.admission()).toEqual({ kind: 'paused', probeAtMs: clock.nowMs });
  const told = provider.takeProbe() ?? -1;
  provider.failed(FAILED.server, told);
  provider.endProbe(told);
  expect(provider.admission()).toEqual({ kind: 'paused', probeAtMs: clock.nowMs + 1000 });
});
