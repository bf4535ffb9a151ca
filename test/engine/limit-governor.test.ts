import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createLimitGovernor, type LimitGovernor } from '../../electron/engine/limit-governor.ts';

const refuse = (governor: LimitGovernor, inFlight: number, sentMs: number): void => governor.refused({ sentMs, finishedMs: sentMs + 10, inFlight });

test('a burst that was refused together cuts the limit once, to 0.7 of what was in flight', () => {
  const governor = createLimitGovernor(20);
  for (let inFlight = 20; inFlight > 0; inFlight -= 1) governor.refused({ sentMs: 0, finishedMs: 30 - inFlight, inFlight });
  expect(governor.limit()).toBe(14);
  refuse(governor, 14, 100);
  expect(governor.limit()).toBe(9);
});

test('the limit never falls below one and is never raised by a refusal', () => {
  const governor = createLimitGovernor(3);
  refuse(governor, 3, 0);
  refuse(governor, 1, 100);
  expect(governor.limit()).toBe(1);
  refuse(governor, 40, 200);
  expect(governor.limit()).toBe(1);
});

test('it rises by one for as many successes as the limit has, back to what the user asked for and no further', () => {
  const governor = createLimitGovernor(5);
  refuse(governor, 4, 0);
  const limits = Array.from({ length: 12 }, () => {
    governor.succeeded();
    return governor.limit();
  });
  expect(limits).toEqual([2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]);
});

test('another request of the user is taken at its word', () => {
  const governor = createLimitGovernor(10);
  refuse(governor, 10, 0);
  governor.request(30);
  expect([governor.limit(), governor.requested()]).toEqual([30, 30]);
});

test('whatever happens, the limit lies between one and what was asked for', () => {
  const step = fc.oneof(fc.record({ refusedWith: fc.integer({ min: 0, max: 100 }) }), fc.record({ successes: fc.integer({ min: 1, max: 60 }) }), fc.record({ request: fc.integer({ min: 1, max: 100 }) }));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.array(step), (concurrency, steps) => {
      const governor = createLimitGovernor(concurrency);
      steps.forEach((change, index) => {
        if ('refusedWith' in change) refuse(governor, change.refusedWith, index * 100);
        if ('successes' in change) for (let count = 0; count < change.successes; count += 1) governor.succeeded();
        if ('request' in change) governor.request(change.request);
        expect(governor.limit()).toBeGreaterThanOrEqual(1);
        expect(governor.limit()).toBeLessThanOrEqual(governor.requested());
      });
    }),
  );
});
