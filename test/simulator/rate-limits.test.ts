import { describe, expect, test } from 'vitest';

import { createRateLimits, formatReset } from '../../electron/simulator/rate-limits.ts';
import { ask, errorOf, simulator, until } from './ask.ts';

describe('buckets', () => {
  test('requests: full at first, one back after its share of a minute, the headers as OpenAI writes them', () => {
    const limits = createRateLimits(60, null);
    expect(limits.take(10, 0)).toEqual({ refused: null, headers: ['x-ratelimit-limit-requests', '60', 'x-ratelimit-remaining-requests', '59', 'x-ratelimit-reset-requests', '1s'] });
    for (let i = 0; i < 59; i += 1) expect(limits.take(10, 0).refused).toBeNull();
    expect(limits.take(10, 0)).toEqual({ refused: { by: 'requests', limit: 60, waitMs: 1000 }, headers: ['x-ratelimit-limit-requests', '60', 'x-ratelimit-remaining-requests', '0', 'x-ratelimit-reset-requests', '1m0s'] });
    expect(limits.take(10, 999).refused?.waitMs).toBeCloseTo(1, 6);
    expect(limits.take(10, 1000).refused).toBeNull();
  });

  test('tokens: the longer wait is named, and a refused request takes nothing from either bucket', () => {
    const limits = createRateLimits(60, 600);
    expect(limits.take(600, 0).refused).toBeNull();
    const { refused, headers } = limits.take(100, 0);
    expect([refused, headers[3]]).toEqual([{ by: 'tokens', limit: 600, waitMs: 10_000 }, '59']);
    expect(limits.take(100, 10_000).refused).toBeNull();
  });

  test('a request larger than a whole minute of tokens passes when the bucket is full, instead of never', () => {
    const limits = createRateLimits(null, 100);
    expect([limits.take(500, 0).refused, limits.take(1, 0).refused?.waitMs, limits.take(500, 60_000).refused]).toEqual([null, 600, null]);
  });

  test.each([
    [0, '0ms'],
    [6.2, '7ms'],
    [999, '999ms'],
    [1000, '1s'],
    [1500, '1.5s'],
    [60_000, '1m0s'],
    [360_000, '6m0s'],
    [92_250, '1m32.25s'],
    [3_661_000, '1h1m1s'],
  ])('%d ms is written %s', (ms, text) => {
    expect(formatReset(ms)).toBe(text);
  });
});

describe('limits over HTTP', () => {
  test('one request too many is 429 with the wait in seconds and in ms, and every answer carries the headers', async () => {
    const server = await simulator({ requestsPerMinute: 2, tokensPerMinute: 100_000 });
    const first = await ask(server, 'one');
    expect([first.headers.get('x-ratelimit-limit-requests'), first.headers.get('x-ratelimit-remaining-requests'), first.headers.get('x-ratelimit-reset-requests'), first.headers.get('x-ratelimit-limit-tokens')]).toEqual(['2', '1', '30s', '100000']);
    await ask(server, 'two');
    const third = await ask(server, 'three', { body: { stream: true } });
    const waitMs = Number(third.headers.get('retry-after-ms'));
    expect([third.status, third.headers.get('x-ratelimit-remaining-requests'), waitMs > 0 && waitMs <= 30_000, Number(third.headers.get('retry-after')) === Math.ceil(waitMs / 1000)]).toEqual([429, '0', true, true]);
    expect(await errorOf(third)).toEqual({ message: `Rate limit reached for simulated-1 on requests per min (RPM): Limit 2. Please try again in ${waitMs}ms. (Simulated.)`, type: 'requests', param: null, code: 'rate_limit_exceeded' });
  });

  test('tokens of prompt and answer count, and the error names the unit', async () => {
    const server = await simulator({ tokensPerMinute: 200 });
    const responses = [];
    for (let i = 0; i < 20; i += 1) responses.push(await ask(server, `Describe river number ${i}`));
    const refused = responses.find(({ status }) => status === 429);
    expect([responses[0]?.status, (await errorOf(refused!)).type, refused?.headers.has('x-ratelimit-reset-tokens'), refused?.headers.has('x-ratelimit-limit-requests')]).toEqual([200, 'tokens', true, false]);
  });

  test('requests in flight beyond the cap are refused at once, and pass when one has left', async () => {
    const server = await simulator({ maxInFlight: 3 });
    const held = Array.from({ length: 3 }, (_, i) => ask(server, `[[latency:400]] ${i}`));
    await until(() => server.stats().inFlight === 3);
    const refused = await ask(server, 'one too many');
    expect([refused.status, refused.headers.get('retry-after-ms'), (await errorOf(refused)).code]).toEqual([429, '250', 'rate_limit_exceeded']);
    await Promise.all(held);
    expect((await ask(server, 'now')).status).toBe(200);
  });

  test('a refused request is no attempt: faults for the first attempts are still to come', async () => {
    const server = await simulator({ maxInFlight: 1 });
    const held = ask(server, '[[latency:300]]');
    await until(() => server.stats().inFlight === 1);
    const prompt = '[[fault:500 times=1]] x';
    expect((await ask(server, prompt)).status).toBe(429);
    await held;
    expect([(await ask(server, prompt)).status, (await ask(server, prompt)).status]).toEqual([500, 200]);
  });
});
