import { describe, expect, test } from 'vitest';

import type { Simulator } from '../../electron/simulator/simulator.ts';
import { ask, simulator, textOf } from './ask.ts';

interface Chunk {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly { readonly delta: { readonly role?: string; readonly content?: string }; readonly finish_reason: string | null }[];
  readonly usage?: { readonly completion_tokens: number } | null;
}

/** Chunks of a streamed answer with the ms since the request, and whether `[DONE]` came. */
async function stream(server: Simulator, prompt: string, body: Readonly<Record<string, unknown>> = {}) {
  const startedMs = performance.now();
  const response = await ask(server, prompt, { body: { stream: true, ...body } });
  const chunks: Chunk[] = [];
  const arrivalsMs: number[] = [];
  let done = false;
  let rest = '';
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      if (event === 'data: [DONE]') {
        done = true;
      } else {
        chunks.push(JSON.parse(event.replace(/^data: /, '')) as Chunk);
        arrivalsMs.push(performance.now() - startedMs);
      }
    }
  }
  const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
  return { contentType: response.headers.get('content-type'), chunks, arrivalsMs, done, text };
}

describe('streamed answers', () => {
  test('the pieces are the answer that comes without streaming, one a token', async () => {
    const server = await simulator();
    const prompt = 'Why is 東京 so large? 👩‍🚀';
    const { contentType, chunks, done, text } = await stream(server, prompt);
    expect([contentType, done, text]).toEqual(['text/event-stream; charset=utf-8', true, await textOf(ask(server, prompt))]);
    expect([chunks[0]?.choices[0]?.delta, chunks.at(-1)?.choices[0], chunks.length]).toEqual([{ role: 'assistant', content: '', refusal: null }, { index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }, Math.ceil(text.length / 4) + 2]);
    expect(new Set(chunks.map(({ id, model }) => `${id} ${model}`)).size).toBe(1);
  });

  test('usage comes in a last chunk of its own when asked for, and only then', async () => {
    const server = await simulator();
    const asked = await stream(server, 'Describe a river', { stream_options: { include_usage: true } });
    const tokens = asked.chunks.length - 3;
    expect([asked.chunks.at(-1)?.choices, asked.chunks.at(-1)?.usage, asked.chunks[0]?.usage]).toEqual([[], { prompt_tokens: 4, completion_tokens: tokens, total_tokens: 4 + tokens }, null]);
    const unasked = await stream(server, 'Describe a river');
    expect(unasked.chunks.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  test('max_tokens ends the stream with length', async () => {
    const { chunks, text } = await stream(await simulator(), 'Describe a river', { max_tokens: 3 });
    expect([text.length, chunks.at(-1)?.choices[0]?.finish_reason]).toEqual([12, 'length']);
  });

  test('the first token comes early and the others are spread up to the end', async () => {
    const { arrivalsMs, chunks } = await stream(await simulator(), '[[latency:1000]] Describe a river');
    const [first = 0] = arrivalsMs;
    const last = arrivalsMs.at(-1) ?? 0;
    const middle = arrivalsMs[Math.floor(chunks.length / 2)] ?? 0;
    // Generous, since other programs share the machine: early, in between, and not before its time.
    expect([first >= 240, first < 0.8 * last, middle > first, last >= 990]).toEqual([true, true, true, true]);
  });
});
