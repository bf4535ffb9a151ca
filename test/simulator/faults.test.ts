import { describe, expect, test } from 'vitest';

import { FAULT_NAMES } from '../../electron/simulator/simulator.ts';
import { ask, completionOf, errorOf, simulator } from './ask.ts';

describe('faults by marker', () => {
  test.each([
    ['400', 400, 'invalid_request_error', null],
    ['401', 401, 'invalid_request_error', 'invalid_api_key'],
    ['402', 402, 'billing_error', 'payment_required'],
    ['403', 403, 'invalid_request_error', 'permission_denied'],
    ['404', 404, 'invalid_request_error', 'model_not_found'],
    ['429', 429, 'requests', 'rate_limit_exceeded'],
    ['500', 500, 'server_error', null],
    ['503', 503, 'server_error', null],
    ['quota', 429, 'insufficient_quota', 'insufficient_quota'],
    ['context', 400, 'invalid_request_error', 'context_length_exceeded'],
  ])('[[fault:%s]] is an error as OpenAI writes it', async (word, status, type, code) => {
    for (const stream of [false, true]) {
      const response = await ask(await simulator(), `Hello [[fault:${word}]]`, { body: { stream } });
      const error = await errorOf(response);
      expect([response.status, error.type, error.code, response.headers.has('x-request-id'), response.headers.get('retry-after')]).toEqual([status, type, code, true, word === '429' ? '1' : null]);
    }
  });

  test('times=2 spoils the first two requests with that prompt and no other', async () => {
    const server = await simulator();
    const statusOf = async (prompt: string) => (await ask(server, prompt)).status;
    const prompt = 'Hello [[fault:500 times=2]]';
    expect([await statusOf(prompt), await statusOf(`${prompt} other`), await statusOf(prompt), await statusOf(prompt)]).toEqual([500, 500, 500, 200]);
  });

  test('a cut answer ends half-way, whole or streamed, and is no good answer', async () => {
    const server = await simulator();
    const whole = await ask(server, '[[fault:cut]] Describe a river');
    expect(whole.status).toBe(200);
    await expect(whole.text()).rejects.toThrow(/terminated|aborted|closed/i);
    const streamed = await ask(server, '[[fault:cut]] Describe a river', { body: { stream: true } });
    let text = '';
    await expect(
      (async () => {
        for await (const chunk of streamed.body!.pipeThrough(new TextDecoderStream())) text += chunk;
      })(),
    ).rejects.toThrow(/terminated|aborted|closed/i);
    expect([text.includes('"content"'), text.includes('[DONE]'), text.includes('"finish_reason":"stop"')]).toEqual([true, false, false]);
  });

  test('html, empty, redirect and length are answers that only look good', async () => {
    const server = await simulator();
    const html = await ask(server, '[[fault:html]]');
    expect([html.status, html.headers.get('content-type'), (await html.text()).startsWith('<!doctype html>')]).toEqual([200, 'text/html; charset=utf-8', true]);
    expect((await completionOf(ask(server, '[[fault:empty]]'))).choices).toEqual([]);
    expect(await (await ask(server, '[[fault:empty]]', { body: { stream: true } })).text()).not.toContain('"delta"');
    const redirect = await ask(server, '[[fault:redirect]]');
    expect([redirect.status, redirect.headers.get('location')]).toEqual([307, '/moved/v1/chat/completions']);
    const { choices, usage } = await completionOf(ask(server, '[[fault:length]] Describe a river'));
    expect([choices[0]?.finish_reason, usage.completion_tokens]).toEqual(['length', 8]);
  });

  test('reset breaks the connection before any byte, timeout never answers', async () => {
    const server = await simulator();
    await expect(ask(server, '[[fault:reset]]')).rejects.toMatchObject({ cause: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) as string } });
    await expect(ask(server, '[[fault:timeout]]', { signal: AbortSignal.timeout(150) })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('slow takes ten times as long', async () => {
    const server = await simulator();
    const startedMs = performance.now();
    await ask(server, '[[fault:slow]] [[latency:30]]');
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(295);
  });

  test('a word that is no fault is refused and the known ones are named, instead of quietly succeeding', async () => {
    const response = await ask(await simulator(), '[[fault:explode]]');
    expect([response.status, (await errorOf(response)).message]).toEqual([400, 'The marker [[fault:explode]] is unknown. Known: 400, 401, 402, 403, 404, 429, 500, 503, context, quota, timeout, cut, html, empty, redirect, reset, length, slow.']);
  });
});

describe('faults by share', () => {
  test('the share of attempts that fail is as asked, and chance is drawn anew for each attempt', async () => {
    const server = await simulator({ faults: { server500: 0.2, rate429: 0.1 } });
    const statuses = await Promise.all(Array.from({ length: 1000 }, async (_, i) => (await ask(server, `Question ${i}`)).status));
    const count = (status: number) => statuses.filter((found) => found === status).length;
    // 0.2 and 0.1 of 1,000, four standard deviations either way; the seed is fixed, so this cannot flicker.
    expect([Math.abs(count(500) - 200) < 51, Math.abs(count(429) - 100) < 38, count(200) === 1000 - count(500) - count(429)]).toEqual([true, true, true]);
    const failed = statuses.flatMap((status, i) => (status === 500 ? [i] : []));
    const again = await Promise.all(failed.map(async (i) => (await ask(server, `Question ${i}`)).status));
    expect(again.filter((status) => status === 200).length).toBeGreaterThan(failed.length / 2);
  });

  test('the same seed fails the same attempts', async () => {
    const run = async (seed: number) => {
      const server = await simulator({ seed, faults: { server500: 0.5 } });
      const statuses: number[] = [];
      for (let i = 0; i < 40; i += 1) statuses.push((await ask(server, `Question ${i % 20}`)).status);
      return statuses.join(' ');
    };
    expect([(await run(7)) === (await run(7)), (await run(7)) === (await run(8))]).toEqual([true, false]);
  });

  test('every fault may have a share', async () => {
    const share = 1 / FAULT_NAMES.length;
    const server = await simulator({ faults: Object.fromEntries(FAULT_NAMES.map((name) => [name, share])) });
    expect((await fetch(`${server.url}/models`)).status).toBe(200);
  });
});
