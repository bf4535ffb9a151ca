import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LoadSample } from '../../../shared/timing/fit-slowdown.ts';
import { createRandom, logNormal } from '../../../shared/random/random.ts';
import { fitSlowdown } from '../../../shared/timing/fit-slowdown.ts';
import { slowdownFactor } from '../../../shared/timing/slowdown.ts';

const RAMP = [1, 2, 3, 5, 10, 20];

function measured(loads: readonly number[], slowdown: { readonly a: number; readonly b: number }, each: number, sigma: number, seed = 1): readonly LoadSample[] {
  const random = createRandom(seed);
  return loads.flatMap((inFlight) => Array.from({ length: each }, () => ({ inFlight, durationMs: logNormal(random, 800, sigma) * slowdownFactor(slowdown, inFlight) })));
}

test('a slowdown without noise is found exactly', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.8, noNaN: true }), fc.double({ min: 0, max: 0.05, noNaN: true }), (a, b) => {
      const fitted = fitSlowdown(measured(RAMP, { a, b }, 3, 0))!;
      expect(Math.abs(fitted.a - a)).toBeLessThan(1e-4);
      expect(Math.abs(fitted.b - b)).toBeLessThan(1e-4);
    }),
  );
});

test('with the noise of real latencies the slowdown is found within a tenth', () => {
  for (const slowdown of [{ a: 0.1, b: 0 }, { a: 0.05, b: 0.01 }, { a: 0, b: 0.004 }]) {
    const fitted = fitSlowdown(measured(RAMP, slowdown, 400, 0.4, 5))!;
    for (const inFlight of RAMP) expect(Math.abs(slowdownFactor(fitted, inFlight) / slowdownFactor(slowdown, inFlight) - 1)).toBeLessThan(0.1);
  }
});

test('a server that does not slow down, or gets faster, gives no speed-up under load', () => {
  expect(fitSlowdown(measured(RAMP, { a: 0, b: 0 }, 3, 0))).toEqual({ a: 0, b: 0 });
  expect(fitSlowdown(RAMP.flatMap((inFlight) => [1, 2, 3].map(() => ({ inFlight, durationMs: 1000 / inFlight }))))).toEqual({ a: 0, b: 0 });
});

test('a server that gets faster at first and slower then is given no negative contention', () => {
  const samples = RAMP.flatMap((inFlight) => [1, 2, 3].map(() => ({ inFlight, durationMs: 1000 * (1 - 0.04 * (inFlight - 1) + 0.01 * inFlight * (inFlight - 1)) })));
  const fitted = fitSlowdown(samples)!;
  expect(fitted.a).toBe(0);
  expect(fitted.b).toBeGreaterThan(0.003);
});

test('where the load hardly varied the slowdown cannot be told', () => {
  expect(fitSlowdown(measured([5], { a: 0.2, b: 0 }, 50, 0.3))).toBeNull();
  expect(fitSlowdown(measured([4, 5], { a: 0.2, b: 0 }, 50, 0.3))).toBeNull();
  const mostlyFive = [...measured([5], { a: 0.2, b: 0 }, 97, 0), ...measured([1, 2], { a: 0.2, b: 0 }, 1, 0)];
  expect(fitSlowdown(mostlyFive)).toBeNull();
});

test('a handful of samples says nothing', () => {
  expect(fitSlowdown(measured([1, 5], { a: 0.2, b: 0 }, 2, 0))).toBeNull();
  expect(fitSlowdown([])).toBeNull();
});

test('two loads can tell one of the two parameters only', () => {
  const fitted = fitSlowdown(measured([1, 5], { a: 0.2, b: 0 }, 10, 0))!;
  expect(fitted.b).toBe(0);
  expect(fitted.a).toBeCloseTo(0.2, 6);
});

test('samples that are no durations are left out', () => {
  const samples = measured(RAMP, { a: 0.1, b: 0 }, 3, 0);
  const broken = [{ inFlight: 3, durationMs: 0 }, { inFlight: Number.NaN, durationMs: 5 }, { inFlight: 3, durationMs: Number.NaN }, { inFlight: 0, durationMs: 9 }];
  expect(fitSlowdown([...samples, ...broken])).toEqual(fitSlowdown(samples));
});
