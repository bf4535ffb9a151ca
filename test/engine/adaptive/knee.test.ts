import { expect, test } from 'vitest';

import { createCohorts } from '../../../electron/engine/adaptive/cohorts.ts';
import { kneeOf } from '../../../electron/engine/adaptive/knee.ts';
import { createSlowdownEstimate, type SlowdownEstimate } from '../../../electron/engine/adaptive/slowdown-estimate.ts';
import { createRandom, logNormal } from '../../../shared/random/random.ts';
import { fitSlowdown } from '../../../shared/timing/fit-slowdown.ts';
import { slowdownFactor, type Slowdown } from '../../../shared/timing/slowdown.ts';

const LOADS = [1, 2, 4, 8, 12, 16, 24, 32];

function learn(estimate: SlowdownEstimate, slowdown: Slowdown, { sigma, samples, seed, baseMs = 2000, fromMs = 0 }: { sigma: number; samples: number; seed: number; baseMs?: number; fromMs?: number }): void {
  const random = createRandom(seed);
  for (let sample = 0; sample < samples; sample += 1) {
    const inFlight = LOADS[sample % LOADS.length]!;
    const latencyMs = logNormal(random, baseMs, sigma) * slowdownFactor(slowdown, inFlight);
    estimate.add({ inFlight, latencyMs, attempts: 8 }, fromMs + sample * 1000);
  }
}

test('the law is found exactly where there is no noise, as the fit of finished runs finds it', () => {
  const truth = { a: 0.03, b: 0.002 };
  const estimate = createSlowdownEstimate();
  learn(estimate, truth, { sigma: 0, samples: 40, seed: 1 });
  const found = estimate.slowdown();
  const batch = fitSlowdown(LOADS.map((inFlight) => ({ inFlight, durationMs: 2000 * slowdownFactor(truth, inFlight) })));
  expect(found?.a).toBeCloseTo(truth.a, 6);
  expect(found?.b).toBeCloseTo(truth.b, 8);
  expect(found?.a).toBeCloseTo(batch!.a, 4);
  expect(found?.b).toBeCloseTo(batch!.b, 4);
});

test('noise alone is hardly ever taken for a slowdown', () => {
  const believed = Array.from({ length: 300 }, (_, seed) => {
    const estimate = createSlowdownEstimate();
    learn(estimate, { a: 0, b: 0 }, { sigma: 0.5, samples: 40, seed });
    return estimate.slowdown();
  }).filter((slowdown) => slowdown !== null);
  expect(believed.length).toBeLessThanOrEqual(6);
});

test('a and b never come out negative, though the latency falls with the load', () => {
  const estimate = createSlowdownEstimate();
  for (let sample = 0; sample < 50; sample += 1) estimate.add({ inFlight: 1 + (sample % 10), latencyMs: 2000 - 100 * (sample % 10), attempts: 8 }, sample * 1000);
  expect(estimate.slowdown()).toBeNull();
});

test('a server that changed is believed after a few minutes', () => {
  const estimate = createSlowdownEstimate();
  learn(estimate, { a: 0.1, b: 0.01 }, { sigma: 0, samples: 100, seed: 1 });
  learn(estimate, { a: 0.02, b: 0.001 }, { sigma: 0, samples: 1000, seed: 1, fromMs: 100_000 });
  expect(estimate.slowdown()?.b).toBeLessThan(0.0015);
});

test('the knee is the fewest with 98 % of the greatest throughput, and none where more is always better', () => {
  const slowdown = { a: 0.02, b: 0.002 };
  const throughput = (inFlight: number): number => inFlight / slowdownFactor(slowdown, inFlight);
  const greatest = Math.max(...Array.from({ length: 200 }, (_, index) => throughput(index + 1)));
  const knee = kneeOf(slowdown, 200)!;
  expect(throughput(knee)).toBeGreaterThanOrEqual(0.98 * greatest);
  expect(throughput(knee - 1)).toBeLessThan(0.98 * greatest);
  expect(kneeOf({ a: 0, b: 0 }, 200)).toBeNull();
  expect(kneeOf({ a: 1, b: 0.5 }, 200)).toBe(4);
  expect(kneeOf({ a: 1, b: 0.5 }, 2)).toBe(2);
});

test('a group speaks when its last attempt has ended, and only for those that succeeded', () => {
  const cohorts = createCohorts();
  const members = Array.from({ length: 8 }, () => cohorts.join());
  const next = cohorts.join();
  expect(next).not.toBe(members[0]);
  for (const member of members.slice(0, 6)) expect(member.succeeded(10, 1000)).toBeNull();
  expect(members[6]!.left()).toBeNull();
  expect(members[7]!.succeeded(24, 8000)).toEqual({ inFlight: 12, latencyMs: 2000, attempts: 7 });
});
