import { createServer } from 'node:net';

import { describe, expect, test } from 'vitest';

import { startSimulator } from '../../electron/simulator/simulator.ts';
import { ask, completionOf, errorOf, simulator, textOf, until } from './ask.ts';

describe('answers', () => {
  test('an answer has the whole shape that clients of OpenAI read', async () => {
    const response = await ask(await simulator(), 'What is 12 + 30?');
    const body = await completionOf(Promise.resolve(response));
    expect([response.status, response.headers.get('content-type'), response.headers.get('x-request-id'), response.headers.has('x-ratelimit-limit-requests')]).toEqual([200, 'application/json', 'req_sim_00000001', false]);
    expect(body).toEqual({
      id: 'chatcmpl-req_sim_00000001',
      object: 'chat.completion',
      created: body.created,
      model: 'simulated-1',
      choices: [{ index: 0, message: { role: 'assistant', content: body.choices[0]!.message.content, refusal: null }, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 4, completion_tokens: Math.ceil(body.choices[0]!.message.content.length / 4), total_tokens: 4 + Math.ceil(body.choices[0]!.message.content.length / 4) },
      system_fingerprint: 'fp_simulated',
    });
    expect(body.choices[0]!.message.content).toMatch(/\b42\b/);
    expect(Math.abs(body.created - Date.now() / 1000)).toBeLessThan(60);
  });

  test('the same prompt and seed get the same answer, another seed or prompt another one', async () => {
    const [first, second, other] = [await simulator(), await simulator(), await simulator({ seed: 2 })];
    const question = 'Why do cats land on their feet?';
    const answer = await textOf(ask(first, question));
    expect([await textOf(ask(first, question)), await textOf(ask(second, question))]).toEqual([answer, answer]);
    expect(new Set([answer, await textOf(ask(other, question)), await textOf(ask(first, 'Why do dogs bark at strangers?'))]).size).toBe(3);
  });

  test('any other prompt gets 20 to 120 tokens, of many lengths', async () => {
    const server = await simulator();
    const lengths = await Promise.all(Array.from({ length: 200 }, async (_, i) => (await completionOf(ask(server, `Tell me about subject ${i}`))).usage.completion_tokens));
    expect([Math.min(...lengths) >= 20, Math.max(...lengths) <= 120, new Set(lengths).size > 30]).toEqual([true, true, true]);
  });

  test('max_tokens and max_completion_tokens cut the answer and say so', async () => {
    const server = await simulator();
    const whole = await textOf(ask(server, 'Describe a garden'));
    for (const limit of [{ max_tokens: 5 }, { max_completion_tokens: 5 }]) {
      const { choices, usage } = await completionOf(ask(server, 'Describe a garden', { body: limit }));
      expect([choices[0]!.message.content, choices[0]!.finish_reason, usage.completion_tokens]).toEqual([whole.slice(0, 20), 'length', 5]);
    }
  });

  test('the last message is answered, also when its text comes in parts and a system prompt stands before it', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'What is ' }, { type: 'text', text: '2 + 2?' }] },
    ];
    expect(await textOf(ask(await simulator(), '', { body: { messages } }))).toMatch(/\b4\b/);
  });

  test('a model it does not know is echoed, and its own are listed', async () => {
    const server = await simulator();
    expect((await completionOf(ask(server, 'hello', { body: { model: 'gpt "5"' } }))).model).toBe('gpt "5"');
    const models = (await (await fetch(`${server.url}/models`)).json()) as { object: string; data: readonly { id: string }[] };
    expect([models.object, models.data.map(({ id }) => id)]).toEqual(['list', ['simulated-1', 'simulated-1-mini']]);
    expect(((await (await fetch(`${server.url}/models/simulated-1`)).json()) as { id: string }).id).toBe('simulated-1');
  });
});

describe('wrong requests', () => {
  test.each([
    ['{', null],
    ['[]', null],
    ['{"messages":[{"role":"user","content":"x"}]}', 'model'],
    ['{"model":"m","messages":[]}', 'messages'],
    ['{"model":"m","messages":[{"content":"x"}]}', 'messages[0]'],
    ['{"model":"m","messages":[{"role":"user","content":5}]}', 'messages[0]'],
    ['{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":0}', 'max_tokens'],
  ])('%s is refused as OpenAI would', async (body, param) => {
    const { url } = await simulator();
    const response = await fetch(`${url}/chat/completions`, { method: 'POST', body });
    const error = await errorOf(response);
    expect([response.status, error.type, error.param, error.message.length > 10]).toEqual([400, 'invalid_request_error', param, true]);
  });

  test('an unknown address or method is 404 with a JSON error', async () => {
    const { url } = await simulator();
    for (const response of [await fetch(`${url}/embeddings`, { method: 'POST', body: '{}' }), await fetch(`${url}/chat/completions`), await fetch(`${url}/models/none`)]) {
      expect([response.status, (await errorOf(response)).type]).toEqual([404, 'invalid_request_error']);
    }
  });

  test('a key that is required must match exactly, for the list of models too', async () => {
    const server = await simulator({ requireKey: 'sk-right' });
    const statusOf = async (key: string | null) => (await ask(server, 'hello', { headers: key === null ? {} : { authorization: `Bearer ${key}` } })).status;
    expect([await statusOf(null), await statusOf('sk-wrong'), await statusOf('sk-right'), (await fetch(`${server.url}/models`)).status]).toEqual([401, 401, 200, 401]);
    expect((await errorOf(await ask(server, 'hello'))).code).toBe('invalid_api_key');
  });
});

describe('life of the server', () => {
  test('it counts what is in flight and when', async () => {
    const server = await simulator({ latency: { kind: 'fixed', ms: 100 } });
    expect(server.stats()).toEqual({ requests: 0, inFlight: 0, peakInFlight: 0, firstRequestAtMs: null, lastAnswerAtMs: null });
    const answers = Promise.all(Array.from({ length: 7 }, (_, i) => ask(server, `Question ${i}`)));
    await until(() => server.stats().inFlight === 7);
    await answers;
    await ask(server, 'one more');
    const { firstRequestAtMs, lastAnswerAtMs, ...counts } = server.stats();
    expect(counts).toEqual({ requests: 8, inFlight: 0, peakInFlight: 7 });
    expect(lastAnswerAtMs! - firstRequestAtMs!).toBeGreaterThan(190);
  });

  test('a client that leaves frees its place at once, however long the answer would have taken', async () => {
    const server = await simulator({ maxInFlight: 1 });
    for (const prompt of ['[[fault:timeout]]', '[[latency:600000]] whole', '[[latency:600000]] stream']) {
      const controller = new AbortController();
      const leaving = ask(server, prompt, { signal: controller.signal, body: { stream: prompt.endsWith('stream') } }).catch((error: unknown) => error);
      await until(() => server.stats().inFlight === 1);
      controller.abort();
      await leaving;
      await until(() => server.stats().inFlight === 0);
    }
    expect((await ask(server, 'and now?')).status).toBe(200);
  });

  test('closing hangs up on those who wait, frees the port, and may be asked for twice', async () => {
    const server = await startSimulator();
    const waiting = ask(server, '[[fault:timeout]]').then(
      () => 'answered',
      () => 'hung up',
    );
    await until(() => server.stats().inFlight === 1);
    await Promise.all([server.close(), server.close()]);
    expect(await waiting).toBe('hung up');
    await (await startSimulator({ port: server.port })).close();
  });

  test('a port that is taken says so and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'port_taken', message: `Port ${port} is taken by another program.`, hint: 'Choose another port, or 0 for any free one.' });
    other.close();
  });

  test('a body over 64 MB is refused without being kept', async () => {
    const server = await simulator();
    const response = await fetch(`${server.url}/chat/completions`, { method: 'POST', body: new Uint8Array(64 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
  });

  test.each([
    [{ port: 70_000 }, 'port'],
    [{ seed: 1.5 }, 'seed'],
    [{ requestsPerMinute: 0 }, 'requests per minute'],
    [{ tokensPerMinute: -1 }, 'tokens per minute'],
    [{ maxInFlight: 0 }, 'requests in flight'],
    [{ slowdownFraction: 2 }, 'slowdown'],
    [{ latency: { kind: 'fixed' as const, ms: -1 } }, 'latency'],
    [{ faults: { server500: 1.5 } }, 'server500'],
    [{ faults: { server500: 0.6, timeout: 0.6 } }, 'add up to 1.2'],
  ])('options out of range are wrong usage: %j', async (options, named) => {
    await expect(startSimulator(options)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining(named) as string });
  });
});
