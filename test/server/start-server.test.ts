import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventBatch } from '../../shared/contract/events.ts';
import { fromWire, toWire } from '../../shared/wire/wire.ts';
import { startServer } from '../../electron/server/start-server.ts';
import { startUnderTest, until, type ServerUnderTest } from './server-under-test.ts';

let server: ServerUnderTest;
beforeEach(async () => {
  server = await startUnderTest();
});
afterEach(() => server.stop());

const bearer = () => ({ authorization: `Bearer ${server.token}` });

test('the address is on 127.0.0.1 and carries a code in its fragment, which browsers do not send', () => {
  expect(server.url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${server.port}/#code=[\\w-]{43}$`, 'u'));
});

test('a port that is taken is named, with what to do', async () => {
  await expect(startServer({ tasklane: server.tasklane, rendererDir: server.rendererDir, port: server.port })).rejects.toMatchObject({
    code: 'port_taken',
    message: `Port ${server.port} on 127.0.0.1 cannot be used: another program listens there.`,
    hint: 'Choose another port, or leave --port away to take a free one.',
  });
});

describe('calls', () => {
  test('reach Tasklane with name and input, typed arrays included, and come back the same way', async () => {
    const input = { indices: Uint32Array.of(1, 2, 3) };
    const response = await server.post('/api/call', toWire({ name: 'run.snapshot', input }));
    expect(server.tasklane.calls).toEqual([{ name: 'run.snapshot', input }]);
    expect(response).toEqual({ status: 200, reply: { ok: true, value: { times: Float64Array.of(1.5, Number.NaN) } } });
  });

  test('that fail have a fitting status and the error in their body', async () => {
    expect(await server.post('/api/call', { name: 'run.start', input: {} })).toEqual({ status: 409, reply: { ok: false, error: { code: 'run_state', message: 'It runs already.', hint: 'Wait.' } } });
  });

  test('with a chart of 40 MB are taken, with 50 MB not', async () => {
    expect((await server.post('/api/call', { name: 'export.chart', input: { data: 'x'.repeat(40_000_000) } })).status).toBe(200);
    expect(await server.post('/api/call', { name: 'export.chart', input: { data: 'x'.repeat(51_000_000) } })).toEqual({
      status: 413,
      reply: { ok: false, error: { code: 'command_invalid', message: 'Expected at most 50331648 bytes, but more came.', hint: '' } },
    });
    expect(server.tasklane.calls.length).toBe(1);
  });

  test.each([['not json'], ['{"name": 5}'], ['[]'], ['null'], ['"text"'], ['{"__proto__": {"name": "x"}}']])('with the body %s are refused', async (body) => {
    const { status, reply } = await server.post('/api/call', body);
    expect([status, reply.ok ? null : reply.error.code]).toEqual([400, 'command_invalid']);
    expect(server.tasklane.calls).toEqual([]);
  });

  test('several tabs have a token each', async () => {
    const code = server.newCode();
    const response = await fetch(`${server.origin}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) });
    const { value } = fromWire(await response.text()) as { readonly value: { readonly token: string } };
    expect(value.token).not.toBe(server.token);
    for (const token of [server.token, value.token]) expect((await server.post('/api/call', { name: 'run.list', input: {} }, { authorization: `Bearer ${token}` })).status).toBe(200);
  });
});

async function openEvents(): Promise<{ readonly next: () => Promise<string>; readonly cancel: () => Promise<void> }> {
  const response = await fetch(`${server.origin}/api/events`, { headers: bearer() });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  return {
    next: async () => {
      const { value, done } = await reader.read();
      return done ? 'end' : value;
    },
    cancel: () => reader.cancel(),
  };
}

const batch = (seq: number): EventBatch => ({ seq, events: [{ type: 'batches.changed', batches: [] }] });

describe('events', () => {
  test('go to every stream, and heartbeats keep a quiet one alive', async () => {
    await server.stop();
    server = await startUnderTest({ heartbeatMs: 50 });
    const [first, second] = [await openEvents(), await openEvents()];
    expect([await first.next(), await second.next()]).toEqual([': connected\n\n', ': connected\n\n']);
    server.tasklane.emit(batch(1));
    const isHeartbeat = (text: string): boolean => text === ': still here\n\n';
    for (const stream of [first, second]) {
      const seen = [await stream.next(), await stream.next(), await stream.next()];
      expect(seen.filter((text) => !isHeartbeat(text))).toEqual([`data: ${toWire(batch(1))}\n\n`]);
      expect(seen.some(isHeartbeat)).toBe(true);
    }
    await first.cancel();
    await second.cancel();
  });

  test('are not kept for a client that does not read: it is dropped, others are not', async () => {
    await server.stop();
    server = await startUnderTest({ backlogBytesMax: 100_000 });
    const lazy = connect(server.port, '127.0.0.1');
    let isLazyClosed = false;
    lazy.on('close', () => (isLazyClosed = true));
    lazy.on('error', () => (isLazyClosed = true));
    lazy.pause();
    lazy.write(`GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\n\r\n`);
    const eager = await openEvents();
    let received = '';
    const reading = (async () => {
      for (let text = await eager.next(); text !== 'end'; text = await eager.next()) received += text;
    })();
    const big = { seq: 2, events: [{ type: 'answer.extended', runId: 'r', index: 0, attempt: 1, offset: 0, text: 'x'.repeat(50_000) }] } as const;
    let sent = 0;
    const wasDropped = async (): Promise<boolean> => {
      server.tasklane.emit(big);
      sent += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
      // A paused socket sees its end only when it reads.
      if (sent % 200 === 0) lazy.resume();
      return isLazyClosed;
    };
    await until(wasDropped);
    await until(() => received.split('data: ').length - 1 === sent);
    await eager.cancel();
    await reading;
  });

  test('end when the server closes, which also leaves Tasklane', async () => {
    const stream = await openEvents();
    await stream.next();
    await server.close();
    expect(await stream.next().catch(() => 'end')).toBe('end');
    expect(server.tasklane.listenerCount()).toBe(0);
  });
});

describe('files in', () => {
  const upload = (name: string, body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(`${server.origin}/api/upload?name=${encodeURIComponent(name)}`, { method: 'POST', headers: { ...bearer(), 'content-type': 'application/octet-stream', ...headers }, body });

  test('are streamed to Tasklane under their name', async () => {
    const response = await upload('tâsks & more.csv', 'prompt\nhello\n');
    expect(fromWire(await response.text())).toEqual({ ok: true, value: { sourceId: 'source-1', name: 'tâsks & more.csv', sizeBytes: 13 } });
    expect(server.tasklane.uploads).toEqual([{ name: 'tâsks & more.csv', text: 'prompt\nhello\n' }]);
  });

  test('that Tasklane refuses are answered with its error', async () => {
    const response = await upload('bad.csv', 'x');
    expect([response.status, fromWire(await response.text())]).toEqual([422, { ok: false, error: { code: 'file_format', message: 'Expected rows.', hint: 'Look at it.' } }]);
  });

  test('without a name or with another type are refused', async () => {
    expect((await upload('', 'x')).status).toBe(400);
    expect((await upload('a.csv', 'x', { 'content-type': 'text/csv' })).status).toBe(415);
    expect(server.tasklane.uploads).toEqual([]);
  });

  test('that break off are not taken for complete', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`POST /api/upload?name=a.csv HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nhalf`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await server.post('/api/call', { name: 'run.list', input: {} })).status).toBe(200);
    expect(server.tasklane.uploads).toEqual([]);
  });
});

describe('files out', () => {
  async function ticketFor(name: string, text: string): Promise<string> {
    const target = (await server.post('/api/target', { name })).reply as { readonly value: { readonly targetId: string } };
    await server.tasklane.fill(target.value.targetId, text);
    const { reply } = await server.post('/api/ticket', { targetId: target.value.targetId });
    return (reply as { readonly value: { readonly ticket: string } }).value.ticket;
  }

  test('are fetched once by a ticket, without a token, under their name, and deleted then', async () => {
    const ticket = await ticketFor('résultats "1".csv', 'a,b\n');
    const response = await fetch(`${server.origin}/download/${ticket}`);
    expect([response.status, response.headers.get('content-disposition'), response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'attachment; filename="r_sultats _1_.csv"; filename*=UTF-8\'\'r%C3%A9sultats%20%221%22.csv',
      'application/octet-stream',
      'a,b\n',
    ]);
    await until(() => server.tasklane.dropped.length === 1);
    const again = await fetch(`${server.origin}/download/${ticket}`);
    expect([again.status, fromWire(await again.text())]).toEqual([404, { ok: false, error: { code: 'target_unknown', message: 'There is no such download, or it was fetched already.', hint: 'Export again.' } }]);
  });

  test('whose names hold line breaks, slashes or control characters cannot forge a header', async () => {
    const response = await fetch(`${server.origin}/download/${await ticketFor('a\r\nset-cookie: x=1\u202E/../b.csv', 'x')}`);
    expect(response.headers.get('set-cookie')).toBe(null);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a__set-cookie: x=1__.._b.csv"; filename*=UTF-8\'\'a__set-cookie%3A%20x%3D1__.._b.csv');
    await response.text();
  });

  test('that were not written yet, or are not downloads, get no ticket', async () => {
    const target = (await server.post('/api/target', { name: 'a.csv' })).reply as { readonly value: { readonly targetId: string } };
    for (const targetId of [target.value.targetId, 'target-99', '../../etc/passwd']) expect((await server.post('/api/ticket', { targetId })).status).toBe(404);
  });

  test('a ticket that nobody uses runs out, and its file goes', async () => {
    await server.stop();
    server = await startUnderTest({ ticketLifeMs: 50 });
    const ticket = await ticketFor('a.csv', 'x');
    await until(() => server.tasklane.dropped.length === 1);
    expect((await fetch(`${server.origin}/download/${ticket}`)).status).toBe(404);
  });

  test('what nobody fetched goes when the server closes', async () => {
    await ticketFor('a.csv', 'x');
    await server.post('/api/target', { name: 'b.csv' });
    await server.close();
    expect(server.tasklane.dropped).toEqual(['target-1', 'target-2']);
  });
});

describe('the screen', () => {
  test('is served with types and caching, and with the headers that guard it', async () => {
    const page = await fetch(server.origin);
    expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control'), await page.text()]).toEqual([200, 'text/html; charset=utf-8', 'no-cache', '<!doctype html><title>Tasklane</title>']);
    const script = await fetch(`${server.origin}/assets/index-Ab3_x-9Z.js?v=1`);
    expect([script.status, script.headers.get('content-type'), script.headers.get('cache-control'), await script.text()]).toEqual([200, 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable', 'export {};']);
    const names = ['content-security-policy', 'x-content-type-options', 'referrer-policy', 'cross-origin-opener-policy', 'cross-origin-resource-policy', 'access-control-allow-origin', 'set-cookie'];
    expect(Object.fromEntries(names.map((name) => [name, page.headers.get(name)]))).toEqual({
      'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'access-control-allow-origin': null,
      'set-cookie': null,
    });
  });

  test('HEAD has no body, and unknown files are 404', async () => {
    const head = await fetch(server.origin, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '38', '']);
    expect((await fetch(`${server.origin}/missing.js`)).status).toBe(404);
    expect((await fetch(`${server.origin}/assets`)).status).toBe(404);
  });

  test('that was not built says so and how to build it', async () => {
    await rm(path.join(server.rendererDir, 'index.html'));
    const page = await fetch(server.origin);
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([503, 'text/plain; charset=utf-8', 'The screen of Tasklane has not been built.\n\nRun "npm run build" in its folder, then load this page again.\n']);
  });
});
