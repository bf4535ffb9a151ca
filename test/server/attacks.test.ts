import { symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { head, sendRaw, type RawAnswer } from './raw-http.ts';
import { SECRET_OUTSIDE, startUnderTest, type ServerUnderTest } from './server-under-test.ts';

let server: ServerUnderTest;
beforeAll(async () => {
  server = await startUnderTest({ headersTimeoutMs: 300, bodySilenceMs: 300 });
});
afterAll(() => server.stop());

const CALL = JSON.stringify({ name: 'run.cancel', input: {} });

function callLines(changes: Readonly<Record<string, string | null>> = {}): readonly string[] {
  const lines: Record<string, string | null> = {
    Host: `127.0.0.1:${server.port}`,
    Authorization: `Bearer ${server.token}`,
    'Content-Type': 'application/json',
    'Content-Length': String(CALL.length),
    ...changes,
  };
  return Object.entries(lines).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
}

async function call(changes: Readonly<Record<string, string | null>> = {}, target = 'POST /api/call'): Promise<RawAnswer> {
  return sendRaw(server.port, head(target, ...callLines(changes)) + CALL);
}

/** Runs an attack and asserts that nothing reached Tasklane. */
async function refused(attack: () => Promise<RawAnswer>): Promise<number> {
  const before = server.tasklane.calls.length;
  const answer = await attack();
  expect(server.tasklane.calls.length).toBe(before);
  expect(answer.headers['access-control-allow-origin']).toBe(undefined);
  expect(answer.body).not.toContain(SECRET_OUTSIDE);
  return answer.status;
}

test('the request that all attacks are variants of is answered', async () => {
  const before = server.tasklane.calls.length;
  expect((await call()).status).toBe(200);
  expect((await call({ Host: `localhost:${server.port}`, Origin: `http://localhost:${server.port}`, 'Sec-Fetch-Site': 'same-origin' })).status).toBe(200);
  expect(server.tasklane.calls.length).toBe(before + 2);
});

describe('names', () => {
  test.each(['evil.example', 'evil.example:PORT', '127.0.0.1', '127.0.0.1:1', 'localhost', '127.0.0.1.evil.example:PORT', '127.0.0.2:PORT', '[::1]:PORT', '0.0.0.0:PORT', 'LOCALHOST.:PORT', ''])(
    'Host "%s" is refused, for the screen too',
    async (host) => {
      const Host = host.replace('PORT', String(server.port));
      expect(await refused(() => call({ Host }))).toBe(403);
      expect(await refused(() => sendRaw(server.port, head('GET /', `Host: ${Host}`)))).toBe(403);
    },
  );

  test('no Host, in HTTP/1.1 and 1.0, is refused', async () => {
    expect(await refused(() => call({ Host: null }))).toBe(403);
    expect(await refused(() => sendRaw(server.port, 'GET / HTTP/1.0\r\n\r\n'))).toBe(403);
  });

  test('two Hosts are refused, in either order', async () => {
    const hosts = [`Host: 127.0.0.1:${server.port}`, 'Host: evil.example'];
    for (const order of [hosts, [...hosts].reverse()]) {
      const status = await refused(() => sendRaw(server.port, head('POST /api/call', ...callLines({ Host: null }), ...order) + CALL));
      expect([400, 403]).toContain(status);
    }
  });

  test('forwarding headers neither help nor harm', async () => {
    const forwarded = { 'X-Forwarded-Host': `127.0.0.1:${server.port}`, Forwarded: `host=127.0.0.1:${server.port}` };
    expect(await refused(() => call({ Host: 'evil.example', ...forwarded }))).toBe(403);
    expect((await call({ 'X-Forwarded-Host': 'evil.example' })).status).toBe(200);
  });

  test('a whole URL as the target is refused', async () => {
    expect(await refused(() => call({}, 'POST http://evil.example/api/call'))).toBe(400);
  });
});

describe('origins', () => {
  test.each(['http://evil.example', 'null', 'https://127.0.0.1:PORT', 'http://127.0.0.1', 'http://localhost:PORT', 'http://127.0.0.1:PORT.evil.example', 'file://', ''])('Origin "%s" is refused', async (origin) => {
    expect(await refused(() => call({ Origin: origin.replace('PORT', String(server.port)) }))).toBe(403);
  });

  test.each(['cross-site', 'same-site', 'other', ''])('Sec-Fetch-Site "%s" is refused, for events and downloads too', async (site) => {
    expect(await refused(() => call({ 'Sec-Fetch-Site': site }))).toBe(403);
    for (const target of ['GET /api/events', 'GET /download/x']) expect(await refused(() => call({ 'Sec-Fetch-Site': site }, target))).toBe(403);
  });

  test('a foreign page cannot exchange a code', async () => {
    const body = JSON.stringify({ code: server.newCode() });
    const lines = [`Host: 127.0.0.1:${server.port}`, 'Content-Type: application/json', `Content-Length: ${body.length}`];
    expect(await refused(() => sendRaw(server.port, head('POST /api/session', ...lines, 'Origin: http://evil.example') + body))).toBe(403);
    expect((await sendRaw(server.port, head('POST /api/session', ...lines) + body)).status).toBe(200);
  });

  test('a preflight is granted nothing', async () => {
    const preflight = { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization, content-type' };
    expect(await refused(() => call(preflight, 'OPTIONS /api/call'))).toBe(403);
    const answer = await call({ ...preflight, Origin: `http://127.0.0.1:${server.port}` }, 'OPTIONS /api/call');
    expect([answer.status, answer.headers['allow'], answer.headers['access-control-allow-origin']]).toEqual([405, 'POST', undefined]);
  });
});

describe('tokens and codes', () => {
  test.each([[null], [''], ['Bearer '], ['Bearer wrong'], ['Basic dXNlcjpwYXNz'], ['bearer TOKEN'], ['Bearer TOKENx'], ['Bearer TOKEN, Bearer TOKEN'], ['TOKEN']])('Authorization %s is refused', async (authorization) => {
    expect(await refused(() => call({ Authorization: authorization?.replaceAll('TOKEN', server.token) ?? null }))).toBe(401);
  });

  test('a token in the query or in a cookie is not one', async () => {
    expect(await refused(() => call({ Authorization: null }, `POST /api/call?token=${server.token}`))).toBe(401);
    expect(await refused(() => call({ Authorization: null, Cookie: `token=${server.token}` }))).toBe(401);
  });

  test('every route of the API needs the token, known or not', async () => {
    const targets = ['POST /api/call', 'GET /api/events', 'POST /api/upload?name=x', 'POST /api/target', 'POST /api/ticket', 'GET /api', 'GET /api/', 'POST /api/none', 'GET /api/session', 'DELETE /api/call'];
    expect(await Promise.all(targets.map((target) => refused(() => call({ Authorization: null }, target))))).toEqual(targets.map(() => 401));
  });

  test('a code is good once', async () => {
    const exchange = (code: unknown) => server.post('/api/session', { code });
    const code = server.newCode();
    expect((await exchange(code)).status).toBe(200);
    expect(await exchange(code)).toEqual({
      status: 401,
      reply: { ok: false, error: { code: 'forbidden', message: 'The one-time code is wrong or was used already.', hint: 'Press Enter in the terminal where Tasklane runs and open the new address.' } },
    });
    expect([(await exchange('')).status, (await exchange('x'.repeat(43))).status, (await exchange(5)).status, (await exchange(server.token)).status]).toEqual([401, 401, 400, 401]);
  });

  test('two exchanges of one code at once give one token', async () => {
    const code = server.newCode();
    const statuses = (await Promise.all([1, 2, 3, 4].map(() => server.post('/api/session', { code })))).map(({ status }) => status);
    expect(statuses.sort((left, right) => left - right)).toEqual([200, 401, 401, 401]);
  });
});

describe('methods and bodies', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain; application/json', '', 'application/jsonx'])('a body of type "%s" is refused', async (type) => {
    expect(await refused(() => call({ 'Content-Type': type }))).toBe(415);
  });

  test('GET changes nothing', async () => {
    for (const target of ['GET /api/call', `GET /api/call?name=run.cancel`, 'HEAD /api/call', 'GET /api/ticket', 'PUT /api/call', 'DELETE /api/call']) expect(await refused(() => call({}, target))).toBe(405);
  });

  test('HEAD does not use up a download, and POST to the screen is refused', async () => {
    expect(await refused(() => call({}, 'HEAD /download/x'))).toBe(405);
    expect(await refused(() => call({}, 'POST /'))).toBe(405);
    expect(await refused(() => call({}, 'DELETE /index.html'))).toBe(405);
  });

  test('a body of 1 GB is refused by its length, before it is asked for', async () => {
    const announced = { 'Content-Length': String(2 ** 30) };
    expect(await refused(() => sendRaw(server.port, head('POST /api/call', ...callLines(announced), 'Expect: 100-continue')))).toBe(413);
    expect(await refused(() => sendRaw(server.port, head('POST /api/call', ...callLines({ ...announced, Authorization: null }), 'Expect: 100-continue')))).toBe(401);
    expect(await refused(() => sendRaw(server.port, head('POST /api/session', ...callLines(announced))))).toBe(413);
  });

  test('an endless body without a length ends at the limit, and its connection is closed', async () => {
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => (answer += piece));
    const closed = new Promise<void>((resolve) => {
      socket.on('close', () => resolve());
      socket.on('error', () => resolve());
    });
    socket.write(`POST /api/target HTTP/1.1\r\n${callLines({ 'Content-Length': null }).join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const pump = (): void => {
      while (!socket.destroyed && socket.write(piece));
      if (!socket.destroyed) socket.once('drain', pump);
    };
    pump();
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 413 /u);
  });

  test('Expect: 100-continue of an allowed request is honoured', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1');
      let text = '';
      socket.setEncoding('utf8');
      socket.on('data', (piece: string) => {
        text += piece;
        if (text === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write(CALL);
      });
      socket.on('close', () => resolve(text));
      socket.write(head('POST /api/call', ...callLines(), 'Expect: 100-continue'));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/u);
  });

  test('headers and bodies that never come are not waited for', async () => {
    const starts = [`GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-Slow: `, head('POST /api/call', ...callLines()) + CALL.slice(0, 5)];
    const answers = await Promise.all(starts.map((start) => sendRaw(server.port, start)));
    expect(answers.map(({ status }) => status)).toEqual([408, 0]);
  });

  test('headers of any size and smuggled lengths are refused', async () => {
    expect(await refused(() => sendRaw(server.port, head('GET /', `Host: 127.0.0.1:${server.port}`, `X: ${'y'.repeat(100_000)}`)))).toBe(431);
    expect(await refused(() => sendRaw(server.port, head('POST /api/call', ...callLines(), 'Transfer-Encoding: chunked') + CALL))).toBe(400);
  });
});

describe('traversal', () => {
  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/%252e%252e/secret.txt',
    '/%c0%ae%c0%ae/secret.txt',
    '/index.html%00.txt',
    '/%00',
    '/%',
    '//secret.txt',
    '//127.0.0.1/secret.txt',
    '/./index.html',
    '/.hidden',
    '/assets/',
    '/C:/secret.txt',
    '/index.html/',
    '/index.html/secret.txt',
  ])('%s leads nowhere', async (target) => {
    expect([400, 404]).toContain(await refused(() => sendRaw(server.port, head(`GET ${target}`, `Host: 127.0.0.1:${server.port}`))));
  });

  test('a symbolic link out of the screen leads nowhere', async () => {
    await symlink(path.join(server.rendererDir, '..', 'secret.txt'), path.join(server.rendererDir, 'link.txt'));
    expect(await refused(() => sendRaw(server.port, head('GET /link.txt', `Host: 127.0.0.1:${server.port}`)))).toBe(404);
  });

  test.each(['/download/', '/download/..%2f..%2fsecret.txt', '/download/x/../../secret.txt', '/download/__proto__'])('%s is no ticket', async (target) => {
    expect(await refused(() => sendRaw(server.port, head(`GET ${target}`, `Host: 127.0.0.1:${server.port}`)))).toBe(404);
  });
});

test('after all attacks the server still answers', async () => {
  expect((await call()).status).toBe(200);
});
