import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setImmediate } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import type { AttemptOutcome } from '../../electron/executors/executor.ts';
import { beginStream, chunkOf, completionOf } from '../fixtures/misbehaviour.ts';
import { cleanups, executorFor, provider, REQUEST, STREAM, until, Watcher } from './executor-under-test.ts';

/** Answers with this and leaves the connection open; aborted once all of it was received. */
async function abortedAfter(request: typeof REQUEST, answer: string): Promise<{ readonly outcome: AttemptOutcome; readonly text: string }> {
  let received = 0;
  const count = (message: unknown): void => {
    received += (message as { readonly chunk: Uint8Array }).chunk.byteLength;
  };
  subscribe('undici:request:bodyChunkReceived', count);
  cleanups.push(async () => void unsubscribe('undici:request:bodyChunkReceived', count));
  const server = await provider((response) => {
    if (request.stream) beginStream(response);
    else response.writeHead(200, { 'content-type': 'application/json' });
    response.write(answer);
  });
  const controller = new AbortController();
  const watcher = new Watcher();
  const sending = executorFor(server.baseUrl).send(request, controller.signal, watcher);
  await until(() => received === Buffer.byteLength(answer));
  await setImmediate();
  controller.abort();
  return { outcome: await sending, text: watcher.deltas.join('') };
}

describe('an abort', () => {
  test('does not throw away an answer in one piece that is whole already, though its connection has not ended', async () => {
    const { outcome } = await abortedAfter(REQUEST, JSON.stringify(completionOf('4')));
    expect(outcome).toMatchObject({ ok: true, text: '4', finishReason: 'stop', inputTokens: 7 });
  });

  test('does not throw away a streamed answer whose finish_reason has come, though [DONE] has not', async () => {
    const { outcome, text } = await abortedAfter(STREAM, chunkOf('the whole ') + chunkOf('answer') + chunkOf('', 'stop'));
    expect(outcome).toMatchObject({ ok: true, text: 'the whole answer', finishReason: 'stop', inputTokens: null });
    expect(text).toBe('the whole answer');
  });

  test.each([
    ['half an answer in one piece', REQUEST, '{"choices": [{"message": {"content": "{}"}'],
    ['a stream without finish_reason', STREAM, chunkOf('half')],
    ['a stream that said it is over without a choice', STREAM, 'data: {"choices": []}\n\n'],
  ])('ends %s, which is no answer', async (_what, request, answer) => {
    expect((await abortedAfter(request, answer)).outcome).toEqual({ ok: 'aborted' });
  });
});
