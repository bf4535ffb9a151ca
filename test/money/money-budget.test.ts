import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMoneyBudget, priceForBudget, type MoneyBudget, type Reservation } from '../../electron/money/money-budget.ts';
import { priceOf } from '../../electron/money/prices.ts';
import { errorCode } from './error-code.ts';

function granted(budget: MoneyBudget, usd: number): Reservation {
  const result = budget.reserve(usd);
  if (result.kind !== 'granted') throw new Error(`expected a grant, but it was ${result.kind}`);
  return result.reservation;
}

describe('a hard budget', () => {
  test('what is in flight counts as spent until it is settled, and the last cent can be used', () => {
    const budget = createMoneyBudget({ limitUsd: 0.3 });
    const first = granted(budget, 0.1);
    const second = granted(budget, 0.2);
    expect(budget.reserve(0.000001)).toEqual({ kind: 'wait' });
    budget.settle(first, 0.04);
    expect(budget.figures()).toEqual({ limitUsd: 0.3, spentUsd: 0.04, unconfirmedUsd: 0, reservedUsd: 0.2 });
    granted(budget, 0.06);
    budget.settle(second, 0.2);
    expect(budget.figures()).toEqual({ limitUsd: 0.3, spentUsd: 0.24, unconfirmedUsd: 0, reservedUsd: 0.06 });
  });

  test('a batch waits while cheaper bills may still make room, and stops when none can', () => {
    const budget = createMoneyBudget({ limitUsd: 1 });
    const first = granted(budget, 0.6);
    expect(budget.reserve(0.5)).toEqual({ kind: 'wait' });
    budget.settle(first, 0.55);
    expect(budget.reserve(0.5)).toEqual({ kind: 'exhausted' });
    expect(budget.reserve(0.45).kind).toBe('granted');
  });

  test('an attempt whose bill is not known costs what was reserved, and one that was never sent costs nothing', () => {
    const budget = createMoneyBudget({ limitUsd: 1 });
    budget.settle(granted(budget, 0.25), null);
    budget.release(granted(budget, 0.5));
    expect(budget.figures()).toEqual({ limitUsd: 1, spentUsd: 0.25, unconfirmedUsd: 0.25, reservedUsd: 0 });
  });

  test('what earlier lives of the run spent counts, and a raised limit lets it go on', () => {
    const budget = createMoneyBudget({ limitUsd: 5, spentUsd: 4.99 });
    expect(budget.reserve(0.02)).toEqual({ kind: 'exhausted' });
    budget.setLimit(6);
    granted(budget, 0.02);
    budget.setLimit(null);
    granted(budget, 1000);
    expect(budget.figures()).toEqual({ limitUsd: null, spentUsd: 4.99, unconfirmedUsd: 0, reservedUsd: 1000.02 });
  });

  test('a limit of 0 sends only what is free', () => {
    const budget = createMoneyBudget({ limitUsd: 0 });
    expect([budget.reserve(0).kind, budget.reserve(1e-9).kind]).toEqual(['granted', 'exhausted']);
  });

  test('settling twice, by another budget, or with a bill that is no number is a fault and changes nothing', () => {
    const budget = createMoneyBudget({ limitUsd: 1 });
    const open = granted(budget, 0.5);
    expect(() => budget.settle(open, Number.NaN)).toThrow('USD, 0 or more');
    expect(() => createMoneyBudget({ limitUsd: 1 }).settle(open, 0.1)).toThrow('once');
    budget.settle(open, 0.25);
    expect(() => budget.settle(open, 0.25)).toThrow('once');
    expect(() => budget.release(open)).toThrow('once');
    expect(() => budget.reserve(-1)).toThrow('USD, 0 or more');
    expect(budget.figures()).toEqual({ limitUsd: 1, spentUsd: 0.25, unconfirmedUsd: 0, reservedUsd: 0 });
  });

  test('a million small bills add up to the billionth', () => {
    const budget = createMoneyBudget({ limitUsd: 1 });
    for (let task = 0; task < 1_000_000; task += 1) budget.settle(granted(budget, 0.0000002), 0.0000001);
    expect(budget.figures()).toEqual({ limitUsd: 1, spentUsd: 0.1, unconfirmedUsd: 0, reservedUsd: 0 });
  });

  test('a budget that is none is refused in words', async () => {
    for (const limitUsd of [-1, Number.NaN, Number.POSITIVE_INFINITY]) expect(await errorCode(() => createMoneyBudget({ limitUsd }))).toBe('usage');
  });

  test('a budget without a known price is refused before anything is sent, and no budget needs none', async () => {
    const price = await priceOf({ baseUrl: '', model: 'simulated', simulated: true, userPrice: null, at: new Date(0) });
    const local = { model: 'qwen3', provider: 'http://127.0.0.1:1234/v1' };
    expect(await errorCode(() => priceForBudget(null, { ...local, limitUsd: 5 }))).toBe('usage');
    expect(() => priceForBudget(null, { ...local, limitUsd: 5 })).toThrow('A budget of $5 needs a known price, but that of "qwen3" at http://127.0.0.1:1234/v1 is unknown.');
    expect(priceForBudget(null, { ...local, limitUsd: null })).toBeNull();
    expect(priceForBudget(price, { ...local, limitUsd: 5 })).toBe(price);
  });
});

/** One step of a run: reserve an amount, or end the oldest but n-th attempt in flight with a share of what was reserved. */
type Step = { readonly reserve: number } | { readonly end: number; readonly share: number | null } | { readonly release: number };

const nanos = (most: number) => fc.integer({ min: 0, max: most }).map((count) => count / 1e9);
const steps = (mostShare: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ reserve: nanos(400_000_000) }) },
      { weight: 2, arbitrary: fc.record({ end: fc.nat(20), share: fc.option(fc.double({ min: 0, max: mostShare, noNaN: true }), { freq: 5 }) }) },
      { weight: 1, arbitrary: fc.record({ release: fc.nat(20) }) },
    ),
    { maxLength: 80 },
  );

/** Plays the steps and calls `check` after each; at the end everything in flight is settled at `lastShare` of its reservation. */
function play(limitUsd: number, list: readonly Step[], lastShare: number, check: (budget: MoneyBudget, facts: { readonly inFlight: readonly Reservation[]; readonly billed: readonly number[]; readonly excessSinceGrant: number }) => void): MoneyBudget {
  const budget = createMoneyBudget({ limitUsd });
  const inFlight: Reservation[] = [];
  const billed: number[] = [];
  let excessSinceGrant = 0;
  const end = (position: number, share: number | null): void => {
    const [reservation] = inFlight.splice(position % inFlight.length, 1);
    const bill = share === null ? null : Math.round(reservation!.usd * share * 1e9) / 1e9;
    budget.settle(reservation!, bill);
    billed.push(bill ?? reservation!.usd);
    excessSinceGrant += Math.max(0, (bill ?? 0) - reservation!.usd);
  };
  for (const step of list) {
    if ('reserve' in step) {
      const result = budget.reserve(step.reserve);
      if (result.kind === 'granted') {
        inFlight.push(result.reservation);
        excessSinceGrant = 0;
      }
    } else if (inFlight.length > 0) {
      if ('release' in step) budget.release(inFlight.splice(step.release % inFlight.length, 1)[0]!);
      else end(step.end, step.share);
    }
    check(budget, { inFlight, billed, excessSinceGrant });
  }
  while (inFlight.length > 0) end(0, lastShare);
  check(budget, { inFlight, billed, excessSinceGrant });
  return budget;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + Math.round(value * 1e9), 0) / 1e9;

describe('whatever is reserved and settled in whatever order', () => {
  test('spent and reserved never pass the limit while no bill is above its reservation', () => {
    fc.assert(
      fc.property(nanos(1_500_000_000), steps(1), (limitUsd, list) => {
        play(limitUsd, list, 1, (budget) => {
          const { spentUsd, reservedUsd } = budget.figures();
          expect(Math.round((spentUsd + reservedUsd) * 1e9)).toBeLessThanOrEqual(Math.round(limitUsd * 1e9));
        });
      }),
    );
  });

  test('everything adds up: spent is the sum of the bills, reserved that of what is in flight', () => {
    fc.assert(
      fc.property(nanos(1_500_000_000), steps(2), (limitUsd, list) => {
        play(limitUsd, list, 1, (budget, { inFlight, billed }) => {
          const { spentUsd, reservedUsd } = budget.figures();
          expect({ spentUsd, reservedUsd }).toEqual({ spentUsd: sum(billed), reservedUsd: sum(inFlight.map(({ usd }) => usd)) });
        });
      }),
    );
  });

  test('bills above their reservations pass the limit by no more than the excess of what was in flight at the last grant', () => {
    let passed = 0;
    fc.assert(
      fc.property(nanos(1_500_000_000), steps(4), (limitUsd, list) => {
        const budget = play(limitUsd, list, 4, (atStep, { excessSinceGrant }) => {
          const { spentUsd, reservedUsd } = atStep.figures();
          expect(Math.round((spentUsd + reservedUsd - limitUsd - excessSinceGrant) * 1e9)).toBeLessThanOrEqual(0);
        });
        if (budget.figures().spentUsd > limitUsd) passed += 1;
      }),
      { seed: 1 },
    );
    expect(passed).toBeGreaterThan(10);
  });

  test('a refusal says wait only while something is in flight, and exhausted stays so until the limit is raised', () => {
    fc.assert(
      fc.property(nanos(1_500_000_000), steps(1), nanos(400_000_000), (limitUsd, list, estimateUsd) => {
        let wasExhausted = false;
        play(limitUsd, list, 1, (budget, { inFlight }) => {
          const result = budget.reserve(estimateUsd);
          if (result.kind === 'granted') budget.release(result.reservation);
          if (result.kind === 'wait') expect(inFlight.length).toBeGreaterThan(0);
          if (wasExhausted) expect(result.kind).toBe('exhausted');
          wasExhausted = result.kind === 'exhausted';
        });
      }),
    );
  });
});
