import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { answerJson, beginStream, chunkOf, completionOf, DONE_EVENT, USAGE_EVENT } from '../fixtures/misbehaviour.ts';
import { executorFor, failureOf, type Handler, NOTHING, provider, send, STREAM, Watcher } from './executor-under-test.ts';

describe('streams', () => {
  test('text comes in pieces, the first token once, usage at the end, and the socket is used again', async () => {
    const server = await provider((response) => {
      beginStream(response, { 'x-request-id': 'req_2' });
      response.write(`data: ${JSON.stringify({ model: 'mock-1', choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] })}\n\n`);
      for (const piece of ['The ', 'answer ', 'is 4 ✓']) response.write(chunkOf(piece));
      response.write(chunkOf('', 'stop'));
      response.end(USAGE_EVENT + DONE_EVENT);
    });
    const executor = executorFor(server.baseUrl);
    for (let round = 0; round < 3; round += 1) {
      await setImmediate();
      const watcher = new Watcher();
      const outcome = await executor.send(STREAM, new AbortController().signal, watcher);
      expect(outcome).toEqual({ ok: true, text: 'The answer is 4 ✓', finishReason: 'stop', model: 'mock-1', inputTokens: 7, outputTokens: 3, requestId: 'req_2', rateLimit: null });
      expect({ firstTokens: watcher.firstTokens, deltas: watcher.deltas }).toEqual({ firstTokens: 1, deltas: ['The ', 'answer ', 'is 4 ✓'] });
    }
    expect(JSON.parse(server.requests[0]!.body)).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(server.openedSockets()).toBe(1);
  });

  test('a server that ignores streaming still answers', async () => {
    const watcher = new Watcher();
    const outcome = await send((response) => answerJson(response, completionOf('4')), STREAM, {}, watcher);
    expect(outcome).toMatchObject({ ok: true, text: '4', outputTokens: 3 });
  });

  test('a stream that stays open after [DONE] does not hold the answer back', async () => {
    const outcome = await send((response) => {
      beginStream(response);
      response.write(chunkOf('4', 'stop') + DONE_EVENT);
    }, STREAM);
    expect(outcome).toMatchObject({ ok: true, text: '4' });
  });

  test('a stream that ends a moment after [DONE] leaves its socket to the next', async () => {
    const server = await provider((response) => {
      beginStream(response);
      response.write(chunkOf('4', 'stop') + DONE_EVENT, () => setTimeout(() => response.end(), 2));
    });
    const executor = executorFor(server.baseUrl);
    for (let round = 0; round < 3; round += 1) {
      expect(await executor.send(STREAM, new AbortController().signal, new Watcher())).toMatchObject({ ok: true, text: '4' });
      await wait(100);
    }
    expect(server.openedSockets()).toBe(1);
  });

  test('many short pauses are not one long silence', async () => {
    const outcome = await send(
      (response) => {
        beginStream(response);
        let count = 0;
        const timer = setInterval(() => {
          count += 1;
          response.write(chunkOf('x', count === 20 ? 'stop' : null));
          if (count === 20) response.end(DONE_EVENT, () => clearInterval(timer));
        }, 40);
      },
      STREAM,
      { streamSilenceMs: 500 },
    );
    expect(outcome).toMatchObject({ ok: true, text: 'x'.repeat(20) });
  });

  test('[DONE] without finish_reason is complete, flagged by null', async () => {
    const outcome = await send((response) => {
      beginStream(response);
      response.end(chunkOf('4') + DONE_EVENT);
    }, STREAM);
    expect(outcome).toMatchObject({ ok: true, text: '4', finishReason: null });
  });

  test('finish_reason without [DONE] is complete, even where the connection then breaks', async () => {
    for (const end of ['end', 'destroy'] as const) {
      const outcome = await send((response) => {
        beginStream(response);
        response.write(chunkOf('4', 'stop'), () => setTimeout(() => (end === 'end' ? response.end() : response.destroy()), 20));
      }, STREAM);
      expect(outcome).toMatchObject({ ok: true, text: '4', finishReason: 'stop' });
    }
  });

  const cuts: readonly (readonly [string, string | null, Handler])[] = [
    ['bad JSON', 'bad_json', (response) => response.end(`${chunkOf('half')}data: {"choices": [\n\n`)],
    ['an end without finish_reason and [DONE]', 'stream_incomplete', (response) => response.end(chunkOf('half'))],
    ['a broken connection', null, (response) => response.write(chunkOf('half'), () => setTimeout(() => response.destroy(), 20))],
    ['silence', 'stream_silent', (response) => response.write(chunkOf('half'))],
    ['finish_reason error', 'finish_reason_error', (response) => response.end(chunkOf('half') + chunkOf('', 'error') + DONE_EVENT)],
    ['an error event', 'server_busy', (response) => response.end(`${chunkOf('half')}data: {"error": {"code": "server_busy", "message": "later"}}\n\n`)],
  ];
  test.each(cuts)('%s is stream_cut with the text that came', async (_name, code, handler) => {
    const outcome = await send(
      (response, request, body) => {
        beginStream(response);
        handler(response, request, body);
      },
      STREAM,
      { streamSilenceMs: 150 },
    );
    const failure = failureOf(outcome) as { readonly code: string | null };
    expect(failure).toEqual({ ...NOTHING, class: 'stream_cut', httpStatus: 200, code: code ?? failure.code, maybeBilled: true, partialText: 'half' });
  });

  test('a stream with [DONE] alone is invalid_response', async () => {
    const outcome = await send((response) => {
      beginStream(response);
      response.end(DONE_EVENT);
    }, STREAM);
    expect(failureOf(outcome)).toMatchObject({ class: 'invalid_response', code: 'no_choices' });
  });

  test('text instead of a stream is invalid_response with its beginning', async () => {
    const outcome = await send((response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('It works!'), STREAM);
    expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'invalid_response', httpStatus: 200, code: 'not_a_stream', maybeBilled: true, partialText: 'It works!' });
  });
});
