import { describe, expect, test } from 'vitest';

import { DEFAULT_LATENCY, drawTiming, parseLatency } from '../../electron/simulator/latency.ts';
import { createRandom } from '../../shared/random/random.ts';
import { ask, simulator } from './ask.ts';

async function elapsedMs(action: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await action();
  return performance.now() - startedMs;
}

describe('latency as the terminal takes it', () => {
  test.each([
    ['500', { kind: 'fixed', ms: 500 }],
    ['fixed:500', { kind: 'fixed', ms: 500 }],
    [' Fixed: 0.5 ', { kind: 'fixed', ms: 0.5 }],
    ['lognormal:800,0.4', { kind: 'lognormal', medianMs: 800, sigma: 0.4 }],
    ['tokens:300, 15', { kind: 'per_token', firstTokenMs: 300, msPerToken: 15 }],
  ])('%s', (text, model) => {
    expect(parseLatency(text)).toEqual(model);
  });

  test.each(['', 'fast', '-5', 'fixed:', 'fixed:1,2', 'lognormal:800', 'lognormal:800,9', 'tokens:300', 'tokens:,1', 'uniform:1,2', '1e9', 'NaN', '0x10,'])('%j is wrong usage', (text) => {
    expect(() => parseLatency(text)).toThrow(expect.objectContaining({ code: 'usage' }) as Error);
  });

  test('the message names every form', () => {
    expect(() => parseLatency('fast')).toThrow('The latency was "fast"; expected 500, fixed:500, lognormal:800,0.4 (median ms, sigma) or tokens:300,15 (ms to the first token, ms per token).');
  });
});

describe('timing of an answer', () => {
  test('log-normal: half of the answers are faster than the median, and the spread is sigma', () => {
    const random = createRandom(5);
    const logs = Array.from({ length: 20_000 }, () => Math.log(drawTiming(DEFAULT_LATENCY, 50, random).totalMs / 900));
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
    expect([Math.abs(mean) < 0.01, Math.abs(deviation - 0.35) < 0.01]).toEqual([true, true]);
  });

  test('the first token comes after 25 to 35 % of the time', () => {
    const random = createRandom(5);
    const shares = Array.from({ length: 1000 }, () => {
      const { firstTokenMs, totalMs } = drawTiming({ kind: 'fixed', ms: 800 }, 10, random);
      return firstTokenMs / totalMs;
    });
    expect([Math.min(...shares) >= 0.25, Math.max(...shares) <= 0.35, Math.max(...shares) - Math.min(...shares) > 0.08]).toEqual([true, true, true]);
  });

  test('per token: longer answers take longer', () => {
    expect(drawTiming({ kind: 'per_token', firstTokenMs: 300, msPerToken: 15 }, 20, createRandom(1))).toEqual({ firstTokenMs: 300, totalMs: 600 });
  });
});

describe('latency over HTTP', () => {
  test('an answer never comes before its time, and parallel ones do not wait for each other', async () => {
    const server = await simulator({ latency: { kind: 'fixed', ms: 300 } });
    const took = await elapsedMs(() => Promise.all(Array.from({ length: 20 }, (_, i) => ask(server, `Question ${i}`))));
    expect([took >= 295, took < 3000]).toEqual([true, true]);
  });

  test('a marker sets the latency of its prompt only', async () => {
    const server = await simulator({ latency: { kind: 'fixed', ms: 5000 } });
    expect(await elapsedMs(() => ask(server, '[[latency:50]] quick'))).toBeLessThan(4000);
  });

  test('the same prompt takes the same time in every run, so that two arms of a measurement compare', async () => {
    const processingOf = async (seed: number, prompt: string) => {
      const server = await simulator({ seed, latency: { kind: 'lognormal', medianMs: 300, sigma: 0.8 } });
      return Number((await ask(server, prompt)).headers.get('openai-processing-ms'));
    };
    const prompts = ['Question 1', 'Question 2', 'Question 3', 'Question 4', 'Question 7'];
    const slowest = async () => {
      const times = await Promise.all(prompts.map((prompt) => processingOf(1, prompt)));
      return prompts[times.indexOf(Math.max(...times))];
    };
    // With this seed the first takes 712 ms and no other more than 221, so that late timers cannot change the outcome.
    expect([await slowest(), await slowest()]).toEqual(['Question 1', 'Question 1']);
  });

  test('with a slowdown each further request in flight makes answers slower', async () => {
    const server = await simulator({ latency: { kind: 'fixed', ms: 100 }, slowdownFraction: 1 });
    const alone = await elapsedMs(() => ask(server, 'alone'));
    const together = await elapsedMs(() => Promise.all(Array.from({ length: 6 }, (_, i) => ask(server, `Question ${i}`))));
    expect([alone >= 95, together >= 590]).toEqual([true, true]);
  });
});
