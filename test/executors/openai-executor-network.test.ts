import { setImmediate } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import type { AttemptOutcome } from '../../electron/executors/executor.ts';
import { certificate, tlsWith, type CertificateName } from '../fixtures/certificates/certificates.ts';
import { startMisbehavingServer } from '../fixtures/misbehaving-server.ts';
import { startDeafServer } from '../fixtures/tcp-server.ts';
import { answerJson, answers, beginStream, chunkOf, completionOf } from '../fixtures/misbehaviour.ts';
import { cleanups, executorFor, failureOf, type Handler, NOTHING, provider, REQUEST, send, startProvider, STREAM, tcp, until, Watcher } from './executor-under-test.ts';

describe('the network', () => {
  test('a refused connection was not billed', async () => {
    const server = await startProvider(() => undefined);
    await server.close();
    const outcome = await executorFor(server.baseUrl).send(REQUEST, new AbortController().signal, new Watcher());
    expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'network', code: 'ECONNREFUSED' });
  });

  test('a connection that does not come about was not billed', async () => {
    const server = await startDeafServer();
    cleanups.push(server.close);
    const outcome = await executorFor(`http://127.0.0.1:${server.port}/v1`, { connectTimeoutMs: 300 }).send(REQUEST, new AbortController().signal, new Watcher());
    expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'network', code: 'UND_ERR_CONNECT_TIMEOUT' });
  });

  test('a reset while the request was still being taken in may have been billed', async () => {
    const server = await startMisbehavingServer(() => answers(), { resetsUnread: () => true });
    cleanups.push(() => server.close());
    const outcome = await executorFor(server.baseUrl).send({ ...REQUEST, prompt: 'x'.repeat(4_000_000) }, new AbortController().signal, new Watcher());
    expect(failureOf(outcome)).toMatchObject({ class: 'network', maybeBilled: true });
    expect([server.arrivals(), server.requests.length]).toEqual([1, 0]);
  });

  test('an unknown host was not billed', async () => {
    const outcome = await executorFor('https://no-such-host.invalid/v1').send(REQUEST, new AbortController().signal, new Watcher());
    const failure = failureOf(outcome) as { readonly code: string };
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(failure.code);
    expect(failure).toEqual({ ...NOTHING, class: 'network', code: failure.code });
  });

  test('localhost by its name is called over plain http', async () => {
    const server = await provider((response) => answerJson(response, completionOf('4')));
    const { port } = new URL(server.baseUrl);
    const outcome = await executorFor(`http://localhost:${port}/v1`).send(REQUEST, new AbortController().signal, new Watcher());
    expect(outcome).toMatchObject({ ok: true, text: '4' });
  });

  test('a reset after sending may have been billed', async () => {
    const baseUrl = await tcp((socket) => socket.resetAndDestroy());
    const outcome = await executorFor(baseUrl).send(REQUEST, new AbortController().signal, new Watcher());
    expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'network', code: 'ECONNRESET', maybeBilled: true });
  });

  test('a connection closed without an answer may have been billed', async () => {
    const baseUrl = await tcp((socket) => socket.end());
    const outcome = await executorFor(baseUrl).send(REQUEST, new AbortController().signal, new Watcher());
    expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'network', code: 'UND_ERR_SOCKET', maybeBilled: true });
  });

  test('an answer that breaks off may have been billed', async () => {
    const outcome = await send((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"choices"', () => response.destroy());
    });
    expect(failureOf(outcome)).toMatchObject({ class: 'network', maybeBilled: true, partialText: '{"choices"' });
  });

  test('what does not speak HTTP is invalid_response', async () => {
    const baseUrl = await tcp((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n'));
    const outcome = await executorFor(baseUrl).send(REQUEST, new AbortController().signal, new Watcher());
    expect(failureOf(outcome)).toMatchObject({ class: 'invalid_response', httpStatus: null, maybeBilled: true });
  });

  test('plain http behind an https address is tls', async () => {
    const server = await provider((response) => answerJson(response, completionOf('4')));
    const outcome = await executorFor(server.baseUrl.replace('http:', 'https:')).send(REQUEST, new AbortController().signal, new Watcher());
    expect(failureOf(outcome)).toMatchObject({ class: 'tls', maybeBilled: false });
  });

  test('a certificate that nobody vouches for is tls, and nothing is sent over it', async () => {
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, certificate('authority')]);
    cleanups.push(async () => setDefaultCACertificates(before));
    const outcomeWith = async (name: CertificateName): Promise<AttemptOutcome> => {
      const server = await startMisbehavingServer(() => answers('4'), { tls: tlsWith(name) });
      cleanups.push(() => server.close());
      const outcome = await executorFor(server.baseUrl).send(REQUEST, new AbortController().signal, new Watcher());
      expect(server.arrivals()).toBe(name === 'valid' ? 1 : 0);
      return outcome;
    };
    expect(await outcomeWith('valid')).toMatchObject({ ok: true, text: '4' });
    expect(failureOf(await outcomeWith('self-signed'))).toEqual({ ...NOTHING, class: 'tls', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(failureOf(await outcomeWith('other-host'))).toEqual({ ...NOTHING, class: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    for (const [name, code] of [['expired', 'CERT_HAS_EXPIRED'], ['not-yet-valid', 'CERT_NOT_YET_VALID']] as const) {
      const outcome = await outcomeWith(name);
      expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'tls', code });
      expect(outcome.ok === false && outcome.failure.message).toContain('the clock of this machine');
    }
  });

  test('200 attempts at once share sockets with the 200 after them', async () => {
    const server = await provider((response) => setTimeout(() => answerJson(response, completionOf('4')), 20));
    const executor = executorFor(server.baseUrl);
    const wave = () => Promise.all(Array.from({ length: 200 }, () => executor.send(REQUEST, new AbortController().signal, new Watcher())));
    const first = await wave();
    // undici frees a socket at the end of the event loop's turn.
    await setImmediate();
    const outcomes = [...first, ...(await wave())];
    expect(outcomes.filter((outcome) => outcome.ok === true).length).toBe(400);
    expect(server.openedSockets()).toBe(200);
  });

  test('closing ends what is in flight as a failure', async () => {
    const server = await provider(() => undefined);
    const executor = executorFor(server.baseUrl);
    const sending = executor.send(REQUEST, new AbortController().signal, new Watcher());
    await until(() => server.requests.length === 1);
    await executor.close();
    expect(failureOf(await sending)).toMatchObject({ class: 'network', maybeBilled: true });
    expect(failureOf(await executor.send(REQUEST, new AbortController().signal, new Watcher()))).toMatchObject({ class: 'network', maybeBilled: false });
  });
});

describe('time and abort', () => {
  test('silence before the answer is a timeout that may have been billed', async () => {
    const outcome = await send(() => undefined, { ...REQUEST, timeoutMs: 60 });
    expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'timeout', code: 'attempt_timeout', maybeBilled: true });
  });

  test('a byte now and then does not outlive the attempt’s time, streaming or not', async () => {
    const trickle: Handler = (response, _request, body) => {
      response.writeHead(200, { 'content-type': body.includes('"stream":true') ? 'text/event-stream' : 'application/json' });
      const timer = setInterval(() => response.write(body.includes('"stream":true') ? ': wait\n' : ' '), 10);
      response.on('close', () => clearInterval(timer));
    };
    for (const request of [REQUEST, STREAM]) {
      const outcome = await send(trickle, { ...request, timeoutMs: 300 });
      expect(failureOf(outcome)).toMatchObject({ class: 'timeout', code: 'attempt_timeout', maybeBilled: true });
    }
  });

  test('an error whose explanation never ends is the error that its status says', async () => {
    const outcome = await send((response) => response.writeHead(401, { 'content-type': 'application/json' }).write('{'), { ...REQUEST, timeoutMs: 100 });
    expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'auth', httpStatus: 401 });
  });

  test('an abort before the answer frees the socket and is no failure', async () => {
    const server = await provider(() => undefined);
    const executor = executorFor(server.baseUrl);
    const controller = new AbortController();
    const sending = executor.send(REQUEST, controller.signal, new Watcher());
    await until(() => server.requests.length === 1);
    controller.abort();
    expect(await sending).toEqual({ ok: 'aborted' });
    await until(() => server.openSockets() === 0);
  });

  test('an abort within a stream frees the socket, and nothing is observed after it', async () => {
    const server = await provider((response) => {
      beginStream(response);
      const timer = setInterval(() => response.write(chunkOf('x')), 2);
      response.on('close', () => clearInterval(timer));
    });
    const executor = executorFor(server.baseUrl);
    const controller = new AbortController();
    const watcher = new Watcher();
    const sending = executor.send(STREAM, controller.signal, watcher);
    await until(() => watcher.deltas.length > 3);
    controller.abort();
    expect(await sending).toEqual({ ok: 'aborted' });
    const seen = watcher.deltas.length;
    await until(() => server.openSockets() === 0);
    expect(watcher.deltas.length).toBe(seen);
  });

  test('a signal that was aborted before sends nothing', async () => {
    const server = await provider((response) => answerJson(response, completionOf('4')));
    expect(await executorFor(server.baseUrl).send(REQUEST, AbortSignal.abort(), new Watcher())).toEqual({ ok: 'aborted' });
    expect(server.openedSockets()).toBe(0);
  });

  test('an abort ends an attempt that still waits for a free socket, and it is not sent later', async () => {
    const server = await provider(() => undefined);
    const executor = executorFor(server.baseUrl, { connections: 1 });
    const first = new AbortController();
    const second = new AbortController();
    const sendingFirst = executor.send(REQUEST, first.signal, new Watcher());
    const sendingSecond = executor.send({ ...REQUEST, timeoutMs: 20_000 }, second.signal, new Watcher());
    await until(() => server.requests.length === 1);
    second.abort();
    expect(await sendingSecond).toEqual({ ok: 'aborted' });
    first.abort();
    expect(await sendingFirst).toEqual({ ok: 'aborted' });
    const third = new AbortController();
    const sendingThird = executor.send({ ...REQUEST, prompt: 'third' }, third.signal, new Watcher());
    await until(() => server.requests.length > 1);
    third.abort();
    await sendingThird;
    expect(server.requests.map(({ body }) => body.includes('"third"'))).toEqual([false, true]);
  });

  test('running out of time while waiting for a socket was not billed', async () => {
    const server = await provider(() => undefined);
    const executor = executorFor(server.baseUrl, { connections: 1 });
    const first = new AbortController();
    const sendingFirst = executor.send(REQUEST, first.signal, new Watcher());
    await until(() => server.requests.length === 1);
    const outcome = await executor.send({ ...REQUEST, timeoutMs: 50 }, new AbortController().signal, new Watcher());
    expect(failureOf(outcome)).toEqual({ ...NOTHING, class: 'timeout', code: 'attempt_timeout' });
    first.abort();
    await sendingFirst;
  });
});
