import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createOpenAiExecutor } from '../../electron/executors/openai-executor.ts';
import { answerJson, beginStream, chunkOf, completionOf, DONE_EVENT } from '../fixtures/misbehaviour.ts';
import { executorFor, failureOf, type Handler, KEY, NOTHING, provider, REQUEST, send, STREAM, Watcher } from './executor-under-test.ts';

describe('an answer in one piece', () => {
  test('is returned with reason, model, usage, request id and limits, and the request carries all settings', async () => {
    const headers = { 'x-request-id': 'req_1', 'x-ratelimit-limit-requests': '600', 'x-ratelimit-remaining-requests': '599', 'x-ratelimit-reset-requests': '100ms', 'x-ratelimit-limit-tokens': '40000', 'x-ratelimit-remaining-tokens': '39000', 'x-ratelimit-reset-tokens': '1m30s' };
    const server = await provider((response) => answerJson(response, completionOf('4'), 200, headers));
    const outcome = await executorFor(server.baseUrl).send(REQUEST, new AbortController().signal, new Watcher());
    expect(outcome).toEqual({
      ok: true,
      text: '4',
      finishReason: 'stop',
      model: 'mock-1',
      inputTokens: 7,
      outputTokens: 3,
      requestId: 'req_1',
      rateLimit: { limitRequests: 600, remainingRequests: 599, resetRequestsMs: 100, limitTokens: 40_000, remainingTokens: 39_000, resetTokensMs: 90_000 },
    });
    expect(server.requests.map(({ path, body }) => ({ path, body: JSON.parse(body) as unknown }))).toEqual([
      {
        path: '/v1/chat/completions',
        body: { model: 'mock-1', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'What is 2 + 2?' }], max_tokens: 50, temperature: 0.5 },
      },
    ]);
    expect(server.requests[0]!.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'accept-encoding': 'identity', 'content-type': 'application/json' });
  });

  test('without settings nothing is sent for them, and without a key a dummy', async () => {
    const server = await provider((response) => answerJson(response, completionOf('4')));
    await executorFor(server.baseUrl, { key: null }).send({ ...REQUEST, system: '', maxTokens: null, temperature: null }, new AbortController().signal, new Watcher());
    expect(JSON.parse(server.requests[0]!.body)).toEqual({ model: 'mock-1', messages: [{ role: 'user', content: 'What is 2 + 2?' }] });
    expect(server.requests[0]!.headers.authorization).toBe('Bearer no-key');
  });

  test('length and content_filter are answers with their reason, not failures', async () => {
    for (const reason of ['length', 'content_filter']) {
      const outcome = await send((response) => answerJson(response, { choices: [{ message: { content: 'half an' }, finish_reason: reason }] }));
      expect(outcome).toEqual({ ok: true, text: 'half an', finishReason: reason, model: null, inputTokens: null, outputTokens: null, requestId: null, rateLimit: null });
    }
  });

  test('headers set for OpenAI in the environment go to no other provider', async () => {
    process.env['OPENAI_CUSTOM_HEADERS'] = 'x-secret: canary';
    process.env['OPENAI_ORG_ID'] = 'org-canary';
    process.env['OPENAI_PROJECT_ID'] = 'project-canary';
    try {
      const server = await provider((response) => answerJson(response, completionOf('4')));
      await executorFor(server.baseUrl).send(REQUEST, new AbortController().signal, new Watcher());
      expect(JSON.stringify(server.requests[0]!.headers)).not.toContain('canary"');
      expect(Object.keys(server.requests[0]!.headers).filter((name) => name.startsWith('openai') || name === 'x-secret')).toEqual([]);
    } finally {
      delete process.env['OPENAI_CUSTOM_HEADERS'];
      delete process.env['OPENAI_ORG_ID'];
      delete process.env['OPENAI_PROJECT_ID'];
    }
  });
});

describe('answers with status 200 that are none', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['HTML', 'text/html', '<html>Sign in</html>', 'not_json'],
    ['text', 'text/plain', 'It works!', 'not_json'],
    ['half of a JSON', 'application/json', '{"choices": [', 'not_json'],
    ['nothing', 'application/json', '', 'not_json'],
    ['no choices', 'application/json', '{"choices": []}', 'no_choices'],
    ['an array', 'application/json', '[]', 'no_choices'],
    ['a choice without a message', 'application/json', '{"choices": [{}]}', 'no_choices'],
    ['an error', 'application/json', '{"error": {"message": "overloaded", "code": "server_busy"}}', 'server_busy'],
  ];
  test.each(cases)('%s is invalid_response and its beginning is kept, streaming or not', async (_name, type, body, code) => {
    for (const request of [REQUEST, ...(type === 'text/plain' || body === '' ? [] : [STREAM])]) {
      const outcome = await send((response) => response.writeHead(200, { 'content-type': type }).end(body), request);
      expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'invalid_response', httpStatus: 200, code, maybeBilled: true, partialText: body === '' ? null : body });
    }
  });

  test('JSON under a wrong content type is an answer all the same', async () => {
    const outcome = await send((response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify(completionOf('4'))));
    expect(outcome).toMatchObject({ ok: true, text: '4' });
  });

  test('only the first 2 KB of nonsense are kept', async () => {
    const outcome = await send((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<'.repeat(100_000)));
    expect(outcome).toMatchObject({ ok: false, partialText: '<'.repeat(2048) });
  });

  test('an answer above the limit of bytes is refused, streaming or not, without being read to its end', async () => {
    const endless: Handler = (response, request) => {
      response.writeHead(200, { 'content-type': request.headers.accept === 'x' ? 'x' : 'application/json' });
      const write = (): void => {
        while (!response.destroyed) if (!response.write('x'.repeat(65_536))) return void response.once('drain', write);
      };
      write();
    };
    const whole = await send(endless, REQUEST, { maxAnswerBytes: 1_000_000 });
    expect(failureOf(whole)).toEqual({ ...NOTHING, class: 'invalid_response', httpStatus: 200, code: 'answer_too_large', maybeBilled: true, partialText: 'x'.repeat(2048) });
    const endlessStream: Handler = (response) => {
      beginStream(response);
      const write = (): void => {
        while (!response.destroyed) if (!response.write(chunkOf('y'.repeat(10_000)))) return void response.once('drain', write);
      };
      write();
    };
    const streamed = await send(endlessStream, STREAM, { maxAnswerBytes: 1_000_000 });
    expect(failureOf(streamed)).toEqual({ ...NOTHING, class: 'invalid_response', httpStatus: 200, code: 'answer_too_large', maybeBilled: true, partialText: 'y'.repeat(2048) });
  });

  test('a gzip bomb is not inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    for (const request of [REQUEST, STREAM]) {
      const outcome = await send((response) => response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb), request);
      expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'invalid_response', httpStatus: 200, code: 'encoded_answer', maybeBilled: true });
    }
  });
});

describe('the key', () => {
  test('is redacted in message, code, request id, rejected body and answer', async () => {
    const leaks: readonly Handler[] = [
      (response) => answerJson(response, { error: { message: `Incorrect API key provided: ${KEY}.`, code: KEY } }, 401, { 'x-request-id': `req-${KEY}` }),
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(`<p>${KEY}</p>`),
      (response) => answerJson(response, completionOf(`Your key is ${KEY}`), 200, { 'x-request-id': KEY }),
      (response) => response.writeHead(302, { location: `https://elsewhere.example/?key=${KEY}` }).end(),
    ];
    for (const leak of leaks) {
      const outcome = await send(leak);
      expect(JSON.stringify(outcome)).not.toContain(KEY);
      expect(JSON.stringify(outcome)).toContain('[key redacted]');
    }
  });

  test('is redacted in a stream that spells it one character at a time', async () => {
    const watcher = new Watcher();
    const outcome = await send((response) => {
      beginStream(response);
      for (const character of `It is ${KEY}, sk-`) response.write(chunkOf(character));
      response.end(chunkOf('', 'stop') + DONE_EVENT);
    }, STREAM, {}, watcher);
    expect(outcome).toMatchObject({ ok: true, text: 'It is [key redacted], sk-' });
    expect(watcher.deltas.join('')).toBe('It is [key redacted], sk-');
  });

  test('that cannot stand in a header is refused before anything is sent, without repeating it', () => {
    expect(() => createOpenAiExecutor({ baseUrl: 'http://127.0.0.1:1/v1', key: 'sk-one\nsk-two', connections: null })).toThrowError(/^Expected a key of printable ASCII characters, but this one contains others\.$/u);
  });
});
