import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { chunkOf, completionOf, DONE_EVENT, floods, gzipBomb, streams, trickles } from '../fixtures/misbehaviour.ts';
import type { Behaviour } from '../fixtures/misbehaving-server.ts';
import { executorFor, failureOf, misbehaving, NOTHING, REQUEST, send, STREAM, tcp, until, Watcher } from './executor-under-test.ts';
import type { AttemptOutcome } from '../../electron/executors/executor.ts';
import type { OpenAiExecutorOptions } from '../../electron/executors/openai-executor.ts';
import { startSendingChild } from './sending-child.ts';

const MB = 1024 * 1024;
/** Eight answers of 100 MB held whole take well over a gigabyte. */
const PEAK_MB = 750;

async function outcomeOf(behaviour: Behaviour, request = REQUEST, options: Partial<OpenAiExecutorOptions> = {}): Promise<AttemptOutcome> {
  const server = await misbehaving(behaviour);
  return executorFor(server.baseUrl, options).send(request, new AbortController().signal, new Watcher());
}

describe('case 58: one byte per second', () => {
  const whole = JSON.stringify(completionOf('slow but paid for'));
  const stream = chunkOf('slow but ') + chunkOf('paid for', 'stop') + DONE_EVENT;

  test('case 58: an answer that comes byte by byte within the attempt’s time is kept, streamed and whole', async () => {
    expect(await outcomeOf(trickles(whole, 'application/json', 1))).toMatchObject({ ok: true, text: 'slow but paid for' });
    expect(await outcomeOf(trickles(stream, 'text/event-stream', 1), STREAM)).toMatchObject({ ok: true, text: 'slow but paid for' });
  });

  test('case 58: bytes that keep coming do not prolong the attempt beyond its time, and what came is kept', async () => {
    const forever = `${chunkOf('slow')}${': wait\n'.repeat(10_000)}`;
    expect(failureOf(await outcomeOf(trickles(whole, 'application/json', 1000), { ...REQUEST, timeoutMs: 1500 }))).toMatchObject({ class: 'timeout', maybeBilled: true, partialText: whole.slice(0, 2) });
    expect(failureOf(await outcomeOf(trickles(forever, 'text/event-stream', 1), { ...STREAM, timeoutMs: 1500 }, { streamSilenceMs: 1000 }))).toMatchObject({ class: 'timeout', maybeBilled: true, partialText: 'slow' });
  });
});

describe('case 59: a 100 MB answer', () => {
  const head = '{"choices":[{"message":{"content":"';
  const answer = (sizeBytes: number): Behaviour => floods(head, 'x', '"},"finish_reason":"stop"}]}', sizeBytes);
  const streamed = (sizeBytes: number): Behaviour => floods('', chunkOf('y'.repeat(1000)), DONE_EVENT, sizeBytes, 'text/event-stream');
  const endlessLine = floods('data: ', 'z', '\n\n', 100 * MB, 'text/event-stream');
  const endlessComments = floods('', `: nothing ${'-'.repeat(1000)}\n`, '', 100 * MB, 'text/event-stream');

  test('case 59: eight at once are refused with their beginning kept, in bounded memory', async () => {
    for (const [request, behaviour, code, start, count] of [
      [REQUEST, answer(100 * MB), 'answer_too_large', head, 8],
      [STREAM, streamed(100 * MB), 'answer_too_large', 'yyyy', 8],
      [STREAM, endlessLine, 'answer_too_large', 'data: zzz', 8],
      // Read to its end, as nothing of it is kept.
      [STREAM, endlessComments, 'not_a_stream', ': nothing', 2],
    ] as const) {
      const server = await misbehaving(behaviour);
      const { outcomes, peakBytes } = await startSendingChild({ options: { baseUrl: server.baseUrl, key: null, connections: null }, request: { ...request, timeoutMs: 600_000 }, count }).report;
      expect(outcomes.map((outcome) => [outcome.ok, outcome.code, outcome.textStart.startsWith(start), outcome.textCharacters])).toEqual(Array.from({ length: count }, () => [false, code, true, 2048]));
      expect(peakBytes / MB).toBeLessThan(PEAK_MB);
    }
  }, 120_000);

  test('case 59: below the limit large answers are kept whole, all at once, in bounded memory', async () => {
    const server = await misbehaving(answer(15 * MB));
    const { outcomes, peakBytes } = await startSendingChild({ options: { baseUrl: server.baseUrl, key: null, connections: null }, request: { ...REQUEST, timeoutMs: 600_000 }, count: 8 }).report;
    expect(outcomes.map(({ ok, textCharacters }) => [ok, textCharacters])).toEqual(Array.from({ length: 8 }, () => [true, 15 * MB]));
    expect(peakBytes / MB).toBeLessThan(PEAK_MB);
  }, 120_000);

  test('case 59: beyond the memory for unfinished answers they are read one after the other, and none is lost', async () => {
    for (const [request, behaviour] of [[REQUEST, answer(MB)], [STREAM, streamed(MB)]] as const) {
      const server = await misbehaving(behaviour);
      const executor = executorFor(server.baseUrl, { maxHeldBytes: 100_000, streamSilenceMs: 5000 });
      const outcomes = await Promise.all(Array.from({ length: 12 }, () => executor.send(request, new AbortController().signal, new Watcher())));
      expect(outcomes.map((outcome) => outcome.ok === true && outcome.text.length > 900_000)).toEqual(Array.from({ length: 12 }, () => true));
    }
  });

  test('case 59: an answer that is held back can still be aborted or run out of time', async () => {
    let sends = 0;
    const server = await misbehaving(({ response }) => {
      sends += 1;
      // The first is the oldest and never ends.
      response.writeHead(200, { 'content-type': 'application/json' });
      const write = (): void => {
        while (!response.destroyed) if (!response.write(' '.repeat(65_536))) return void response.once('drain', write);
      };
      if (sends === 1) response.write(' '.repeat(200_000));
      else write();
    });
    // Read on, they would soon be too large.
    const executor = executorFor(server.baseUrl, { maxHeldBytes: 100_000, maxAnswerBytes: 600_000 });
    const oldest = new AbortController();
    const held = new AbortController();
    const sendingOldest = executor.send(REQUEST, oldest.signal, new Watcher());
    await until(() => sends === 1);
    // What it holds is read before the others come.
    await wait(200);
    const sendingHeld = executor.send(REQUEST, held.signal, new Watcher());
    const outcome = await executor.send({ ...REQUEST, timeoutMs: 500 }, new AbortController().signal, new Watcher());
    expect(failureOf(outcome)).toMatchObject({ class: 'timeout', maybeBilled: true });
    held.abort();
    expect(await sendingHeld).toEqual({ ok: 'aborted' });
    oldest.abort();
    expect(await sendingOldest).toEqual({ ok: 'aborted' });
    await until(() => server.openSockets() === 0);
  });
});

test('case 60: a gzip bomb is never inflated, streamed or whole, as an answer or as an error', async () => {
  const server = await misbehaving(gzipBomb(2048));
  for (const request of [REQUEST, STREAM]) {
    const { outcomes, peakBytes } = await startSendingChild({ options: { baseUrl: server.baseUrl, key: null, connections: null }, request, count: 4 }).report;
    expect(outcomes).toEqual(Array.from({ length: 4 }, () => ({ ok: false, code: 'encoded_answer', textCharacters: 0, textStart: '' })));
    expect(peakBytes / MB).toBeLessThan(300);
  }
  expect(server.requests.map(({ headers }) => headers['accept-encoding'])).toEqual(Array.from({ length: 8 }, () => 'identity'));
}, 60_000);

describe('answers that are written wrongly', () => {
  const body = JSON.stringify(completionOf('paid for'));
  const raw = (text: string, then: (socket: Socket) => void): Promise<string> =>
    tcp((socket) => {
      socket.write(text);
      then(socket);
    });
  const fromRaw = async (text: string, then: (socket: Socket) => void, request = REQUEST): Promise<AttemptOutcome> => executorFor(await raw(text, then)).send(request, new AbortController().signal, new Watcher());
  const headed = (headers: string): string => `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${headers}\r\n${body}`;

  test('a complete answer is kept though its content-length promises more, whether the connection then ends or hangs', async () => {
    const text = headed(`content-length: ${body.length + 500}\r\n`);
    expect(await fromRaw(text, (socket) => socket.end())).toMatchObject({ ok: true, text: 'paid for' });
    expect(await fromRaw(text, () => undefined, { ...REQUEST, timeoutMs: 500 })).toMatchObject({ ok: true, text: 'paid for' });
  });

  test('a content-length that is too short cuts the answer, which is not taken for a whole one', async () => {
    const outcome = await fromRaw(headed(`content-length: ${body.length - 50}\r\n`), (socket) => socket.end());
    expect(failureOf(outcome)).toMatchObject({ class: 'invalid_response', code: 'not_json', maybeBilled: true, partialText: body.slice(0, -50) });
  });

  test('contradicting lengths are no HTTP', async () => {
    for (const headers of ['content-length: 5\r\ncontent-length: 500\r\n', 'content-length: x\r\n', `transfer-encoding: chunked\r\ncontent-length: ${body.length}\r\n`]) {
      expect(failureOf(await fromRaw(headed(headers), (socket) => socket.end()))).toMatchObject({ class: 'invalid_response', httpStatus: null, maybeBilled: true });
    }
  });

  test('a chunk that announces more than comes is a connection that broke', async () => {
    const outcome = await fromRaw('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"choices"', (socket) => socket.end());
    expect(failureOf(outcome)).toMatchObject({ class: 'network', maybeBilled: true, partialText: '{"choices"' });
  });

  test('endless headers are refused', async () => {
    const outcome = await fromRaw(`HTTP/1.1 200 OK\r\n${Array.from({ length: 2000 }, (_, index) => `x-${index}: ${'y'.repeat(50)}\r\n`).join('')}`, () => undefined);
    expect(failureOf(outcome)).toMatchObject({ class: 'invalid_response', code: 'UND_ERR_HEADERS_OVERFLOW', maybeBilled: true });
  });

  test('bytes that are not UTF-8 cost their characters, not the answer', async () => {
    const bytes = Buffer.concat([Buffer.from('{"choices":[{"message":{"content":"a'), Buffer.of(0xff, 0xfe, 0xc3), Buffer.from('b"},"finish_reason":"stop"}]}')]);
    const outcome = await send((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(bytes));
    expect(outcome).toMatchObject({ ok: true, text: 'a\u{FFFD}\u{FFFD}\u{FFFD}b' });
  });

  test('a byte order mark and CRLF are no defects, in JSON and in a stream', async () => {
    expect(await send((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(`\u{FEFF}${body}\r\n`))).toMatchObject({ ok: true, text: 'paid for' });
    const events = `\u{FEFF}${chunkOf('paid for', 'stop')}${DONE_EVENT}`.replaceAll('\n', '\r\n');
    expect(await outcomeOf(streams(events), STREAM)).toMatchObject({ ok: true, text: 'paid for', finishReason: 'stop' });
  });

  test('an answer that breaks off within its JSON is not mistaken for a complete one', async () => {
    const cut = '{"choices":[{"message":{"content":"{}';
    const outcome = await send((response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write(cut, () => response.destroy()));
    expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'network', code: 'UND_ERR_SOCKET', maybeBilled: true, partialText: cut });
  });
});
