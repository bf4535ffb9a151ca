import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { expect, onTestFinished, test } from 'vitest';

import { certificate, tlsWith, type CertificateName } from '../fixtures/certificates/certificates.ts';
import { answers, fallsSilent, resets } from '../fixtures/misbehaviour.ts';
import { startMisbehavingServer } from '../fixtures/misbehaving-server.ts';
import { closedPort, startDeafServer, startTcp } from '../fixtures/tcp-server.ts';
import { DONE, failedAfter, oddly, prepare, rowOf, run, stoppedBy } from './failure-table-row.ts';

const AWAY = { sends: 0, run: 'completed', stop: null } as const;

test('failure table: a refused connection gets 6 tries, and nothing can have been billed', async () => {
  const baseUrl = `http://127.0.0.1:${await closedPort()}/v1`;
  const place = await run(await prepare(oddly(answers()), { tasks: 1, executor: { baseUrl } }));
  expect(rowOf(place)).toEqual({ ...failedAfter(6, 'network'), ...AWAY });
  expect(place.bench.store.runTasks.standing(place.runId, 0).failure?.code).toBe('ECONNREFUSED');
});

test('failure table: a host name that nobody knows gets 6 tries, and nothing can have been billed', async () => {
  const place = await run(await prepare(oddly(answers()), { tasks: 1, executor: { baseUrl: 'https://no-such-host.invalid/v1' } }));
  expect(rowOf(place)).toEqual({ ...failedAfter(6, 'network'), ...AWAY });
  expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(place.bench.store.runTasks.standing(place.runId, 0).failure?.code);
});

test('failure table: a connection that does not come about gets 6 tries, and nothing can have been billed', async () => {
  const deaf = await startDeafServer();
  onTestFinished(deaf.close);
  const place = await run(await prepare(oddly(answers()), { tasks: 1, executor: { baseUrl: `http://127.0.0.1:${deaf.port}/v1`, connectTimeoutMs: 100 } }));
  expect(rowOf(place)).toEqual({ ...failedAfter(6, 'network'), ...AWAY });
  expect(place.bench.store.runTasks.standing(place.runId, 0).failure?.code).toBe('UND_ERR_CONNECT_TIMEOUT');
});

test('failure table: when no lane gets a connection the provider is paused and probed, and the batch goes on once it is there', async () => {
  const port = await closedPort();
  const place = await prepare(oddly(answers()), { tasks: 40, random: 0.5, settings: { concurrency: 4 }, executor: { baseUrl: `http://127.0.0.1:${port}/v1` } });
  await place.bench.engine.start(place.runId);
  await place.bench.until(() => place.bench.header(place.runId).limitedBy === 'provider', 'the pause');
  // Five in a row, and what was in flight then.
  expect(place.bench.header(place.runId).attempts).toBeLessThanOrEqual(9);
  const server = await startMisbehavingServer(() => answers(), { port });
  onTestFinished(() => server.close());
  await place.bench.engine.idle(place.runId);
  expect(place.bench.store.runs.get(place.runId)).toMatchObject({ status: 'completed', completed: 40, failed: 0 });
  expect(server.requests.length).toBe(40);
});

test('failure table: a batch that never gets a connection stops as offline and keeps its queue', async () => {
  const place = await run(await prepare(oddly(answers()), { tasks: 40, settings: { concurrency: 4 }, executor: { baseUrl: `http://127.0.0.1:${await closedPort()}/v1` } }));
  const header = place.bench.store.runs.get(place.runId);
  expect([header.status, header.stopReason, header.completed]).toEqual(['paused', 'offline', 0]);
  expect(header.queued).toBeGreaterThanOrEqual(35);
});

test.each([
  ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['expired', 'CERT_HAS_EXPIRED'],
  ['not-yet-valid', 'CERT_NOT_YET_VALID'],
  ['other-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
] as const)('failure table: a certificate error (%s) stops the batch, and nothing is sent', async (name: CertificateName, code) => {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate('authority')]);
  onTestFinished(() => setDefaultCACertificates(before));
  const place = await run(await prepare(oddly(answers()), { tasks: 20, server: { tls: tlsWith(name) } }));
  expect(rowOf(place)).toEqual({ ...stoppedBy('tls', 'tls', null, 20), sends: 0 });
  expect(place.bench.store.runTasks.standing(place.runId, 0).failure?.code).toBe(code);
  expect(place.server.arrivals()).toBe(0);
});

test.each(['unanswered', 'after headers', 'in the body'] as const)('failure table: a reset (%s) may have been billed: 2 tries, then the failures, flagged', async (when) => {
  const place = await run(await prepare(oddly(resets(when))));
  expect(rowOf(place)).toEqual({ ...failedAfter(2, 'network'), maybeBilled: true, flags: ['maybeBilledTwice'] });
});

test('failure table: a reset before the request was read may have been billed too', async () => {
  const place = await run(await prepare(oddly(answers()), { tasks: 1, server: { resetsUnread: () => true } }));
  expect(rowOf(place)).toEqual({ ...failedAfter(2, 'network'), sends: 0, maybeBilled: true, flags: ['maybeBilledTwice'] });
  expect(place.server.arrivals()).toBe(2);
});

test('failure table: the part of an answer that came before a reset is kept', async () => {
  const place = await run(await prepare(oddly(resets('in the body'))));
  expect(place.bench.store.results.get(place.runId, 0)?.output).toBe('{"id":"c1","model":"mock-1","choices":[{');
});

test('failure table: an answer after a reset is done, and flagged as perhaps billed twice', async () => {
  expect(rowOf(await run(await prepare(oddly(resets('unanswered'), answers()))))).toEqual({ ...DONE, sends: 2, attempts: 2, spent: 2, flags: ['maybeBilledTwice'] });
});

test('failure table: no answer in time may have been billed: 2 tries, then the failures, flagged', async () => {
  const place = await run(await prepare(oddly(fallsSilent), { settings: { timeoutMs: 400 } }));
  expect(rowOf(place)).toEqual({ ...failedAfter(2, 'timeout'), maybeBilled: true, flags: ['maybeBilledTwice'] });
});

test('failure table: resets of one task do not pause the provider for the others', async () => {
  const place = await run(await prepare(({ prompt }) => (prompt === 'task-9' ? answers() : resets('unanswered')), { tasks: 10 }));
  expect(place.bench.store.runs.get(place.runId)).toMatchObject({ status: 'completed', completed: 1, failed: 9 });
  expect(place.server.requests.length).toBe(19);
});

test('failure table: what does not speak HTTP is an answer that makes no sense: 1 retry, then the failures', async () => {
  let connections = 0;
  const tcp = await startTcp((socket) => {
    connections += 1;
    socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n');
  });
  onTestFinished(tcp.close);
  const place = await run(await prepare(oddly(answers()), { tasks: 1, executor: { baseUrl: `http://127.0.0.1:${tcp.port}/v1` } }));
  expect(rowOf(place)).toEqual({ ...failedAfter(2, 'invalid_response'), sends: 0, maybeBilled: true, flags: ['maybeBilledTwice'] });
  expect(connections).toBe(2);
});
