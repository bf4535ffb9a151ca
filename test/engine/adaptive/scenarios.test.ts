import { afterAll, expect, test } from 'vitest';

import { createAdaptiveLimit } from '../../../electron/engine/adaptive/adaptive-limit.ts';
import { createRandom } from '../../../shared/random/random.ts';
import { createFixedLimit } from './fixed-limit.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { simulate, type SimulationResult } from './simulate.ts';

const SEED = 1;
const GOODPUT = 0.95;
const REFUSED_FRACTION = 0.02;
const rows: string[] = [];

function auto({ behaviourAt, estimateSigma = 0 }: Scenario): SimulationResult {
  const limit = createAdaptiveLimit({ maximum: 200, lastGood: null, requestsPerMinute: null, tokensPerMinute: null, nowMs: 0, random: createRandom(SEED) });
  return simulate(limit, { behaviourAt, seed: SEED, estimateSigma });
}

function bestFixed({ behaviourAt, grid, estimateSigma = 0 }: Scenario): SimulationResult & { readonly concurrency: number } {
  return grid
    .map((concurrency) => ({ concurrency, ...simulate(createFixedLimit(concurrency, createRandom(SEED)), { behaviourAt, seed: SEED, estimateSigma }) }))
    .reduce((best, tried) => (tried.goodput > best.goodput ? tried : best));
}

test.each(SCENARIOS)('Auto neither wastes slots nor runs into refusals: $name', (scenario) => {
  const best = bestFixed(scenario);
  const result = auto(scenario);
  const ratio = result.goodput / best.goodput;
  const percent = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`.padStart(8);
  rows.push(`${scenario.name.padEnd(62)} ${ratio.toFixed(3)} ${percent(result.refusedFraction)} | best fixed ${String(best.concurrency).padStart(3)}, ${percent(best.refusedFraction)}${scenario.exception ? ` | exception: ${scenario.exception.why}` : ''}`);
  expect(ratio).toBeGreaterThanOrEqual(GOODPUT);
  expect(result.refusedFraction).toBeLessThan(scenario.exception?.refusedFraction ?? REFUSED_FRACTION);
  // An exception that is not needed any more is to be removed.
  if (scenario.exception) expect(result.refusedFraction).toBeGreaterThanOrEqual(REFUSED_FRACTION);
});

test('a provider that states its requests per minute, or per day, never has to refuse one', () => {
  const stated = SCENARIOS.filter(({ name }) => name === '600 requests/min, headers' || name === '2,000 requests/day in the header');
  expect(stated.map((scenario) => [scenario.name, auto(scenario).refused])).toEqual([
    ['600 requests/min, headers', 0],
    ['2,000 requests/day in the header', 0],
  ]);
});

afterAll(() => {
  console.log(['goodput against the best fixed setting, share of 429:', ...rows].join('\n'));
});
