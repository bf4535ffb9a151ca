import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { ConnectionState, TasklaneClient } from '../../../renderer/client/client.ts';
import { createEventParser } from '../../../renderer/client/event-stream.ts';
import { httpClient } from '../../../renderer/client/http-client.ts';
import type { EventBatch } from '../../../shared/contract/events.ts';
import { fromWire, toWire } from '../../../shared/wire/wire.ts';
import { eventually, tasksChanged, taskRow } from '../program.ts';

interface Seen {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface TestServer {
  readonly origin: string;
  readonly seen: readonly Seen[];
  readonly streams: ServerResponse[];
}

/** A small HTTP server that keeps what it saw, answers by path, and leaves event streams open. */
async function startServer(answers: Readonly<Record<string, string>>, token = 'token-1'): Promise<TestServer> {
  const seen: Seen[] = [];
  const streams: ServerResponse[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const url = request.url ?? '';
    seen.push({ line: `${request.method ?? ''} ${url}`, authorization: request.headers.authorization, type: request.headers['content-type'], body });
    if (request.headers.authorization !== `Bearer ${token}`) response.writeHead(401, { 'content-type': 'application/json' }).end('{"ok":false,"error":{"code":"forbidden","message":"Unknown token.","hint":""}}');
    else if (url === '/api/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      streams.push(response);
    } else response.writeHead(200, { 'content-type': 'application/json' }).end(answers[url.split('?')[0] ?? ''] ?? 'not JSON');
  };
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => answer(request, response, Buffer.concat(pieces).toString()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, streams };
}

function connect(server: TestServer, token = 'token-1', downloads: string[] = []): TasklaneClient {
  return httpClient({ origin: server.origin, token, pickFiles: () => Promise.resolve([new File(['id\n1'], 'näme & co.csv')]), download: (url) => void downloads.push(url) });
}

test('a command travels as JSON with the token, and typed arrays come back as typed arrays', async () => {
  const server = await startServer({ '/api/call': toWire({ ok: true, value: { indices: Uint32Array.from([3, 5]) } }) });
  const found = await connect(server).call('task.find', { batchId: 'b', runId: null, text: 'x' });
  expect(found).toEqual({ indices: Uint32Array.from([3, 5]) });
  expect(server.seen).toEqual([{ line: 'POST /api/call', authorization: 'Bearer token-1', type: 'application/json', body: '{"name":"task.find","input":{"batchId":"b","runId":null,"text":"x"}}' }]);
});

test('an error reply arrives with code, message and hint', async () => {
  const server = await startServer({ '/api/call': '{"ok":false,"error":{"code":"run_state","message":"The run is finished.","hint":"Start it again."}}' });
  await expect(connect(server).call('run.pause', { runId: 'r' })).rejects.toMatchObject({ name: 'ClientError', code: 'run_state', message: 'The run is finished.', hint: 'Start it again.' });
});

test('a reply that is no JSON and a program that is gone are errors in words', async () => {
  const server = await startServer({});
  await expect(connect(server).call('run.list', {})).rejects.toMatchObject({ code: 'internal', message: 'Expected a reply in JSON, got HTTP 200.' });
  const gone = httpClient({ origin: 'http://127.0.0.1:9', token: 't', pickFiles: () => Promise.resolve([]), download: () => undefined });
  await expect(gone.call('run.list', {})).rejects.toMatchObject({ code: 'internal', message: 'Tasklane does not answer.' });
});

test('a file is uploaded as bytes under its own name', async () => {
  const server = await startServer({ '/api/upload': '{"ok":true,"value":{"sourceId":"s","name":"näme & co.csv","sizeBytes":4}}' });
  expect(await connect(server).chooseFiles()).toEqual([{ sourceId: 's', name: 'näme & co.csv', sizeBytes: 4 }]);
  expect(server.seen).toEqual([{ line: 'POST /api/upload?name=n%C3%A4me%20%26%20co.csv', authorization: 'Bearer token-1', type: 'application/octet-stream', body: 'id\n1' }]);
});

test('a written target is downloaded by a ticket, never with the token in the address', async () => {
  const server = await startServer({ '/api/target': '{"ok":true,"value":{"targetId":"t","name":"a.csv"}}', '/api/ticket': '{"ok":true,"value":{"ticket":"once"}}' });
  const downloads: string[] = [];
  const client = connect(server, 'token-1', downloads);
  const target = await client.chooseTarget('a.csv');
  expect(target).toEqual({ targetId: 't', name: 'a.csv' });
  await client.finishTarget({ targetId: 't', name: 'a.csv' });
  expect(downloads).toEqual([`${server.origin}/download/once`]);
});

test('events arrive as batches, also when the network cuts them in the middle', async () => {
  const server = await startServer({});
  const batches: EventBatch[] = [];
  const stop = connect(server).subscribe((batch) => batches.push(batch));
  await eventually(() => expect(server.streams.length).toBe(1));
  const batch: EventBatch = { seq: 1, events: [tasksChanged(taskRow(0, 'running'))] };
  const text = `: hello\n\ndata: ${toWire(batch)}\n\n`;
  server.streams[0]?.write(text.slice(0, 30));
  server.streams[0]?.write(text.slice(30));
  await eventually(() => expect(batches).toEqual([fromWire(toWire(batch))]));
  stop();
});

test('a cut stream is told and opened again by itself', async () => {
  const server = await startServer({});
  const states: ConnectionState[] = [];
  const client = connect(server);
  const stop = client.onConnection((state) => states.push(state));
  await eventually(() => expect(server.streams.length).toBe(1));
  server.streams[0]?.destroy();
  await eventually(() => expect(states).toEqual(['connected', 'lost', 'connected']));
  stop();
});

test('a token that is no longer known ends the tries instead of asking for ever', async () => {
  const server = await startServer({});
  const states: ConnectionState[] = [];
  const stop = connect(server, 'old').onConnection((state) => states.push(state));
  await eventually(() => expect(states).toEqual(['refused']));
  expect(server.seen.length).toBe(1);
  stop();
});

test('event text is split by blank lines only, whatever the line ends and pieces', () => {
  const whole: string[] = [];
  const text = 'data: {"a":1}\r\n\r\nevent: x\ndata: one\ndata:two\n\n: comment\n\ndata: rest';
  const parse = createEventParser((data) => whole.push(data));
  for (const character of text) parse(character);
  expect(whole).toEqual(['{"a":1}', 'one\ntwo']);
});
