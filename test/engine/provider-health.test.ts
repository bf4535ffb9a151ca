import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { createProviderHealth, troubleOf, type ProviderHealth } from '../../electron/engine/provider-health.ts';
import type { Failure } from '../../shared/vocabulary.ts';
import { FAILED } from './failures-for-tests.ts';

const half = (): number => 0.5;

function fail(health: ProviderHealth, failure: Failure, { probe = null, atMs = 0, queue = true }: { readonly probe?: number | null; readonly atMs?: number; readonly queue?: boolean } = {}): void {
  health.failed({ failure, probe, finishedMs: atMs, isQueueLeft: () => queue });
}
function paused(failure: Failure, random = half, atMs = 0, queue = true): ProviderHealth {
  const health = createProviderHealth(random);
  for (let count = 0; count < 5; count += 1) fail(health, failure, { atMs, queue });
  return health;
}
/** How long after each failed probe the next one may go, ms. */
function probeWaits(health: ProviderHealth, failure: Failure, count: number, queue = true): number[] {
  const waits: number[] = [];
  let nowMs = 0;
  for (let index = 0; index < count; index += 1) {
    const admission = health.admission(nowMs);
    if (admission.kind !== 'paused') throw new Error(`Expected a paused provider, it is ${admission.kind}.`);
    waits.push(admission.probeAtMs - nowMs);
    nowMs = admission.probeAtMs;
    fail(health, failure, { probe: health.takeProbe(nowMs), atMs: nowMs, queue });
  }
  return waits;
}

describe('the breaker', () => {
  it('opens after five failures in a row and not after four', () => {
    const health = createProviderHealth(half);
    for (let count = 0; count < 4; count += 1) fail(health, FAILED.server, { atMs: 10 });
    expect(health.admission(10)).toEqual({ kind: 'open' });
    fail(health, FAILED.server, { atMs: 10 });
    expect(health.admission(10)).toEqual({ kind: 'paused', probeAtMs: 510 });
    expect(health.outage()).toMatchObject({ trouble: 'server', sinceMs: 10, probesFailed: 0 });
  });

  it('counts failures to connect and errors of the server together, whatever task they come from', () => {
    const health = createProviderHealth(half);
    for (const failure of [FAILED.server, FAILED.refusedConnection, FAILED.server, FAILED.server, FAILED.connectTimeout]) fail(health, failure);
    expect(health.outage()).toMatchObject({ trouble: 'network' });
  });

  it('starts counting anew after a success', () => {
    const health = createProviderHealth(half);
    for (let count = 0; count < 100; count += 1) {
      if (count % 4 === 0) health.succeeded();
      fail(health, FAILED.server);
    }
    expect(health.admission(0).kind).toBe('open');
  });

  it('starts counting anew after any answer, or bad tasks among errors would pause a provider that is there', () => {
    for (const answer of [FAILED.badRequest, FAILED.rateLimit, FAILED.conflict]) {
      const health = createProviderHealth(half);
      for (let count = 0; count < 20; count += 1) fail(health, count % 4 === 3 ? answer : FAILED.server);
      expect(health.admission(0).kind).toBe('open');
    }
  });

  it('takes nothing for trouble of the provider that one request or one connection may be to blame for', () => {
    for (const failure of [FAILED.conflict, FAILED.reset, FAILED.answerTimeout, FAILED.rateLimit, FAILED.badRequest, FAILED.html]) {
      expect(troubleOf(failure)).toBeNull();
      expect(paused(failure).admission(0).kind).toBe('open');
    }
  });

  it('lets one probe out at a time, and not before its time', () => {
    const health = paused(FAILED.server);
    expect(health.takeProbe(499)).toBeNull();
    const probe = health.takeProbe(500);
    expect(probe).not.toBeNull();
    expect(health.takeProbe(501)).toBeNull();
    expect(health.admission(501)).toEqual({ kind: 'paused', probeAtMs: Infinity });
  });

  it('waits for the next probe with full jitter that doubles from 1 s up to 30 s, for a connection 60 s, without a queue 5 s', () => {
    const most = (): number => 1;
    expect(probeWaits(paused(FAILED.server, most), FAILED.server, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(probeWaits(paused(FAILED.refusedConnection, most), FAILED.refusedConnection, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(probeWaits(paused(FAILED.server, most, 0, false), FAILED.server, 5, false)).toEqual([1000, 2000, 4000, 5000, 5000]);
  });

  it('waits at least as long as the provider asks before it probes', () => {
    expect(probeWaits(paused({ ...FAILED.server, retryAfterMs: 20_000 }), FAILED.server, 2)).toEqual([20_000, 1000]);
  });

  it('waits ten minutes for a probe at most, whatever the provider asks: more is for a person to decide', () => {
    expect(probeWaits(paused({ ...FAILED.server, retryAfterMs: 86_400_000 }), FAILED.server, 1)).toEqual([600_000]);
  });

  it('closes with any success, also of what was in flight before', () => {
    const health = paused(FAILED.server);
    health.succeeded();
    expect([health.admission(0), health.outage(), health.takeProbe(5000)]).toEqual([{ kind: 'open' }, null, null]);
  });

  it('closes when a probe is answered at all, with a refusal of the request or of the rate', () => {
    for (const failure of [FAILED.badRequest, FAILED.rateLimit, FAILED.conflict]) {
      const health = paused(FAILED.server);
      fail(health, failure, { probe: health.takeProbe(500), atMs: 600 });
      expect(health.admission(600).kind).toBe('open');
    }
  });

  it('goes on probing after a probe that got no sense out of the provider', () => {
    for (const failure of [FAILED.reset, FAILED.answerTimeout, FAILED.html]) {
      const health = paused(FAILED.server);
      fail(health, failure, { probe: health.takeProbe(500), atMs: 600 });
      expect(health.outage()).toMatchObject({ trouble: 'server', probesFailed: 1 });
      expect(health.admission(600)).toEqual({ kind: 'paused', probeAtMs: 1600 });
    }
  });

  it('takes the failure of what was in flight before for no failed probe, nor that of a probe of an earlier pause', () => {
    const health = paused(FAILED.server);
    const stale = health.takeProbe(500);
    fail(health, FAILED.server, { atMs: 600 });
    expect(health.outage()?.probesFailed).toBe(0);
    health.succeeded();
    for (let count = 0; count < 5; count += 1) fail(health, FAILED.server, { atMs: 1000 });
    const probe = health.takeProbe(1500);
    fail(health, FAILED.server, { probe: stale, atMs: 1600 });
    expect(health.outage()?.probesFailed).toBe(0);
    fail(health, FAILED.server, { probe, atMs: 1700 });
    expect(health.outage()?.probesFailed).toBe(1);
  });

  it('probes again at once after a probe that was cancelled, or it would wait for ever', () => {
    const health = paused(FAILED.server);
    const probe = health.takeProbe(500);
    expect(health.dropProbe(probe ?? -1, 700)).toBe(true);
    expect(health.admission(700)).toEqual({ kind: 'paused', probeAtMs: 700 });
    expect(health.takeProbe(700)).not.toBeNull();
  });
});

describe('a hold', () => {
  it('lets nothing out until its end, not even a probe, and is never shortened by a later one', () => {
    const health = paused(FAILED.server);
    health.holdUntil(10_000);
    health.holdUntil(2000);
    expect(health.admission(9999)).toEqual({ kind: 'held', untilMs: 10_000 });
    expect(health.takeProbe(9999)).toBeNull();
    expect(health.admission(10_000).kind).toBe('paused');
    expect(health.takeProbe(10_000)).not.toBeNull();
  });

  it('is one for a burst that was refused together, whichever run it came from; what was sent later counts again', () => {
    const health = createProviderHealth(half);
    expect(Array.from({ length: 32 }, (_, index) => health.refused(0, 10 + index))).toEqual(Array(32).fill(1));
    expect(health.refused(100, 110)).toBe(2);
    health.succeeded();
    expect(health.refused(200, 210)).toBe(1);
  });

  it('outlives the runs, trouble does not: a resume is a new try', () => {
    const health = paused(FAILED.server);
    health.holdUntil(5000);
    health.rest();
    expect([health.admission(0), health.admission(5000)]).toEqual([{ kind: 'held', untilMs: 5000 }, { kind: 'open' }]);
  });

  it('ends sooner by the time that the clock missed', () => {
    const health = paused(FAILED.server);
    health.holdUntil(8000);
    health.passed(3_600_000);
    expect(health.admission(0)).toMatchObject({ kind: 'paused' });
    expect(health.takeProbe(0)).not.toBeNull();
  });
});

test('whatever happens, a provider with trouble always has a probe under way or to come, and never two', () => {
  const step = fc.record({ what: fc.constantFrom('success', 'failure', 'reset', 'rate limit', 'probe', 'probe fails', 'probe dropped', 'hold'), forwardMs: fc.integer({ min: 0, max: 40_000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const health = createProviderHealth(half);
      let nowMs = 0;
      let underWay: number | null = null;
      for (const { what, forwardMs } of steps) {
        nowMs += forwardMs;
        if (what === 'success') health.succeeded();
        if (what === 'failure') fail(health, FAILED.server, { atMs: nowMs });
        if (what === 'reset') fail(health, FAILED.reset, { atMs: nowMs });
        if (what === 'rate limit') health.refused(nowMs - 5, nowMs);
        if (what === 'hold') health.holdUntil(nowMs + 1000);
        if (what === 'probe fails' && underWay !== null) fail(health, FAILED.server, { probe: underWay, atMs: nowMs });
        if (what === 'probe dropped' && underWay !== null) health.dropProbe(underWay, nowMs);
        const admission = health.admission(nowMs);
        if (admission.kind === 'paused' && admission.probeAtMs < Infinity) {
          expect(admission.probeAtMs - nowMs).toBeLessThanOrEqual(30_000);
          underWay = null;
        }
        if (what !== 'probe') continue;
        const probe = health.takeProbe(nowMs);
        if (probe === null) continue;
        expect(admission.kind === 'paused' && admission.probeAtMs <= nowMs).toBe(true);
        underWay = probe;
      }
      if (health.outage() === null) return;
      nowMs += 100_000;
      if (underWay !== null) health.dropProbe(underWay, nowMs);
      expect(health.takeProbe(nowMs)).not.toBeNull();
    }),
  );
});
