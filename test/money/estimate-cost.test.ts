import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assumedOutputTokens } from '../../electron/money/assumed-output.ts';
import { estimateCost, reservationUsd, type CostQuestion } from '../../electron/money/estimate-cost.ts';
import { student95 } from '../../electron/money/mean-interval.ts';
import { priceOf, type Price } from '../../electron/money/prices.ts';
import { rowsToSample, SAMPLE_ROWS } from '../../electron/money/sample-rows.ts';
import { createRandom, logNormal, type Random } from '../../shared/random/random.ts';

const AT = new Date('2026-11-23T12:00:00Z');
const known = async (model: string): Promise<Price> => (await priceOf({ baseUrl: 'https://api.openai.com/v1', model, simulated: false, userPrice: null, at: AT }))!;
/** $0.15 and $0.60 per million. */
const MINI = await known('gpt-4o-mini');
const TIERED = await known('gpt-5.4');
const SIMULATED = (await priceOf({ baseUrl: '', model: 'simulated', simulated: true, userPrice: null, at: AT }))!;

const ask = (parts: Partial<CostQuestion>) =>
  estimateCost({ price: MINI, model: 'gpt-4o-mini', tasks: 100, inputTokens: Array.from({ length: 100 }, () => 1000), quality: 'exact', billedPerCounted: null, outputTokensSeen: [], maxTokens: null, at: AT, seed: 1, ...parts });
const lengths = (count: number, random: Random, median: number, sigma: number): number[] => Array.from({ length: count }, () => Math.max(1, Math.round(logNormal(random, median, sigma))));

describe('before anything was sent', () => {
  test('the range goes by the assumption and says so', () => {
    // 100 x 1,000 input tokens are $0.015; 100 x 50 to 700 output tokens $0.003 to $0.042.
    expect(ask({})).toEqual({ lowUsd: expect.closeTo(0.018, 12), highUsd: expect.closeTo(0.057, 12), basis: 'assumed', ceilingUsd: null, simulated: false });
  });

  test('max_tokens bounds the answers, and what it costs if all are that long is said apart', () => {
    expect(ask({ maxTokens: 100 })).toEqual({ lowUsd: expect.closeTo(0.018, 12), highUsd: expect.closeTo(0.021, 12), basis: 'assumed', ceilingUsd: expect.closeTo(0.021, 12), simulated: false });
    expect(ask({ maxTokens: 10 })).toEqual({ lowUsd: expect.closeTo(0.0156, 12), highUsd: expect.closeTo(0.0156, 12), basis: 'assumed', ceilingUsd: expect.closeTo(0.0156, 12), simulated: false });
    expect(ask({ maxTokens: 4000 })).toEqual({ lowUsd: expect.closeTo(0.018, 12), highUsd: expect.closeTo(0.057, 12), basis: 'assumed', ceilingUsd: expect.closeTo(0.255, 12), simulated: false });
  });

  test('an unknown price gives no range, not one of $0', () => {
    expect(ask({ price: null })).toBeNull();
  });

  test('a model that thinks first is reckoned with more output', () => {
    const models = ['gpt-4o-mini', 'o3-mini', 'openai/gpt-5-mini', 'deepseek-reasoner', 'deepseek-r1:free', 'claude-sonnet-4', 'gpt-4.1', 'qwen3-30b-thinking', 'solar-pro1'];
    expect(models.map((model) => assumedOutputTokens({ model, simulated: false })[1])).toEqual([700, 4000, 4000, 4000, 4000, 700, 700, 4000, 700]);
  });

  test('the sample batch on the simulated provider costs something, and it is labelled', () => {
    // 1,240 x 30 input tokens at $1 and 10 to 120 output tokens at $5 per million.
    const estimate = ask({ price: SIMULATED, model: 'simulated', tasks: 1240, inputTokens: Array.from({ length: 200 }, () => 30) });
    expect(estimate).toEqual({ lowUsd: expect.closeTo(0.0992, 12), highUsd: expect.closeTo(0.7812, 12), basis: 'assumed', ceilingUsd: null, simulated: true });
  });

  test('counts of another tokenizer widen the range, and what finished tasks were billed replaces that', () => {
    const similar = ask({ quality: 'similar' })!;
    expect([similar.lowUsd, similar.highUsd]).toEqual([expect.closeTo(0.015 * 0.85 + 0.003, 12), expect.closeTo(0.015 * 1.3 + 0.042, 12)]);
    const billed = ask({ quality: 'similar', billedPerCounted: 1.1 })!;
    expect([billed.lowUsd, billed.highUsd]).toEqual([expect.closeTo(0.015 * 1.1 + 0.003, 12), expect.closeTo(0.015 * 1.1 + 0.042, 12)]);
  });

  test('no tasks cost nothing, and tasks without a single counted prompt are a fault', () => {
    expect(ask({ tasks: 0, inputTokens: [] })).toEqual({ lowUsd: 0, highUsd: 0, basis: 'assumed', ceilingUsd: null, simulated: false });
    expect(() => ask({ inputTokens: [] })).toThrow('at least one of 100 tasks');
  });

  test('a long prompt is estimated at the price of its tier', () => {
    const estimate = ask({ price: TIERED, tasks: 2, inputTokens: [100_000, 300_000], maxTokens: 1000, outputTokensSeen: [1000, 1000, 1000] })!;
    expect([estimate.lowUsd, estimate.highUsd]).toEqual([expect.closeTo(0.265 + 1.5225, 9), expect.closeTo(0.265 + 1.5225, 9)]);
  });
});

describe('once tasks have finished', () => {
  test('what they showed replaces the assumption from the third one on', () => {
    expect(ask({ outputTokensSeen: [200, 200] })).toMatchObject({ basis: 'assumed', highUsd: expect.closeTo(0.057, 12) });
    expect(ask({ outputTokensSeen: [200, 200, 200] })).toEqual({ lowUsd: expect.closeTo(0.027, 12), highUsd: expect.closeTo(0.027, 12), basis: 'measured', ceilingUsd: null, simulated: false });
    expect(ask({ outputTokensSeen: [0, 0, 0] })).toMatchObject({ basis: 'measured', highUsd: expect.closeTo(0.015, 12) });
  });

  test('few finished tasks leave a wide range, many a narrow one', () => {
    const random = createRandom(5);
    const seen = lengths(1000, random, 200, 0.6);
    const widths = [3, 10, 100, 1000].map((count) => {
      const { lowUsd, highUsd } = ask({ outputTokensSeen: seen.slice(0, count), tasks: 5000 })!;
      return highUsd / lowUsd;
    });
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
    expect(widths[3]! < 1.1 && widths[0]! > 1.3).toBe(true);
  });

  test("Student's t is that of the tables", () => {
    for (const [freedom, value] of [[2, 2.92], [4, 2.132], [9, 1.833], [29, 1.699]] as const) expect(Math.abs(student95(freedom) / value - 1)).toBeLessThan(0.015);
  });

  // What 9 of 10 means: batches are drawn, their first rows are seen, and the bill of the whole is compared with the range.
  test.each([
    [3, 50, 0.6],
    [5, 1000, 0.6],
    [30, 1000, 0.6],
    [100, 50, 0.3],
    [30, 1000, 1],
  ])('%i finished tasks of %i, lengths of sigma %f: the bill lies in the range in 4 of 5 batches at least', (finished, tasks, sigma) => {
    const batches = 200;
    let held = 0;
    for (let batch = 0; batch < batches; batch += 1) {
      const random = createRandom(1000 * finished + batch);
      const prompts = lengths(tasks, random, 300, 0.5);
      const bill = prompts.reduce((sum, input) => sum + MINI.cost({ input, cachedInput: 0, output: logNormal(random, 200, sigma) }, AT), 0);
      const positions = rowsToSample(tasks, random);
      const { lowUsd, highUsd } = ask({ tasks, inputTokens: positions.map((position) => prompts[position]!), outputTokensSeen: lengths(finished, random, 200, sigma), seed: batch })!;
      if (lowUsd <= bill && bill <= highUsd) held += 1;
    }
    expect(held / batches).toBeGreaterThan(0.8);
  });
});

describe('whatever is asked', () => {
  const questions = fc.record({
    tasks: fc.integer({ min: 1, max: 5000 }),
    inputTokens: fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 30 }),
    outputTokensSeen: fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 30 }),
    quality: fc.constantFrom('exact' as const, 'similar' as const, 'rough' as const),
    billedPerCounted: fc.option(fc.double({ min: 0.5, max: 2, noNaN: true })),
    maxTokens: fc.option(fc.integer({ min: 1, max: 8000 })),
    price: fc.constantFrom(MINI, TIERED, SIMULATED),
    seed: fc.integer(),
  });

  test('low <= high <= ceiling, and the same seed gives the same range', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const estimate = ask(question)!;
        expect(estimate.lowUsd > 0 && estimate.lowUsd <= estimate.highUsd * (1 + 1e-9)).toBe(true);
        if (estimate.ceilingUsd !== null) expect(estimate.highUsd).toBeLessThanOrEqual(estimate.ceilingUsd * (1 + 1e-9));
        expect(ask(question)).toEqual(estimate);
      }),
    );
  });

  test('a lower max_tokens never makes a batch dearer', () => {
    fc.assert(
      fc.property(questions, fc.integer({ min: 1, max: 8000 }), (question, lower) => {
        const before = ask(question)!;
        const after = ask({ ...question, maxTokens: Math.min(lower, question.maxTokens ?? lower) })!;
        expect(after.highUsd).toBeLessThanOrEqual(before.highUsd * (1 + 1e-9));
      }),
    );
  });
});

describe('the rows that are looked at', () => {
  test('few are all looked at; of many as many as promised, each once, in order, the same with the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer(), (total, seed) => {
        const rows = rowsToSample(total, createRandom(seed));
        expect(rows.length).toBe(Math.min(total, SAMPLE_ROWS));
        expect(rows.every((row, position) => Number.isInteger(row) && row >= 0 && row < total && (position === 0 || row > rows[position - 1]!))).toBe(true);
        expect(rowsToSample(total, createRandom(seed))).toEqual(rows);
      }),
    );
  });

  test('no part of the file is preferred: each tenth has its share', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let seed = 0; seed < 200; seed += 1) for (const row of rowsToSample(1000, createRandom(seed))) tenths[Math.floor(row / 100)]! += 1;
    for (const count of tenths) expect(Math.abs(count / 4000 - 1)).toBeLessThan(0.06);
  });
});

describe('what is reserved for an attempt', () => {
  const attempt = { model: 'gpt-4o-mini', quality: 'exact', billedPerCounted: null, maxTokens: null, at: AT, inputTokens: 1000, longestOutputSeen: 0 } as const;

  test('its prompt, and max_tokens where that is sent', () => {
    expect(reservationUsd(MINI, { ...attempt, maxTokens: 500, longestOutputSeen: 400 })).toBeCloseTo(0.00015 + 0.0003, 12);
    expect(reservationUsd(MINI, { ...attempt, maxTokens: 500, quality: 'similar' })).toBeCloseTo(0.000195 + 0.0003, 12);
  });

  test('without max_tokens the longest answer to reckon with', () => {
    expect(reservationUsd(MINI, attempt)).toBeCloseTo(0.00015 + 0.00042, 12);
    expect(reservationUsd(MINI, { ...attempt, longestOutputSeen: 2000 })).toBeCloseTo(0.00015 + 0.0018, 12);
  });

  test('an attempt within its max_tokens is never billed above its reservation where counts are exact', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400_000 }), fc.integer({ min: 1, max: 8000 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(MINI, TIERED, SIMULATED), (input, maxTokens, share, price) => {
        const reserved = reservationUsd(price, { ...attempt, inputTokens: input, maxTokens });
        const billed = price.cost({ input, cachedInput: Math.floor(input * share), output: Math.floor(maxTokens * share) }, AT);
        expect(billed).toBeLessThanOrEqual(reserved * (1 + 1e-12));
      }),
    );
  });
});
