import { expect, test } from 'vitest';

import { answers, refuses, says } from '../fixtures/misbehaviour.ts';
import { startMisbehavingServer } from '../fixtures/misbehaving-server.ts';
import { DONE, failedAfter, oddly, prepare, rowOf, run, stoppedBy } from './failure-table-row.ts';

test.each([408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529])('failure table: status %i gets 5 tries, then lies among the failures, and the others go on', async (status) => {
  expect(rowOf(await run(await prepare(oddly(refuses(status)))))).toEqual(failedAfter(5, 'server', status));
});

test('failure table: an answer at the last of the 5 tries is kept, and nobody doubts the bill', async () => {
  const place = await run(await prepare(oddly(refuses(500), refuses(502), refuses(503), refuses(529), answers('at last'))));
  expect(rowOf(place)).toEqual({ ...DONE, sends: 5, attempts: 5, spent: 5 });
  expect(place.bench.store.results.get(place.runId, 0)).toEqual({ output: 'at last', finishReason: 'stop', model: 'mock-1' });
  expect(place.bench.store.runTasks.attemptsOf(place.runId, 0).map(({ failure }) => failure?.httpStatus ?? null)).toEqual([500, 502, 503, 529, null]);
});

test('failure table: status 409 gets 2 tries', async () => {
  expect(rowOf(await run(await prepare(oddly(refuses(409)))))).toEqual(failedAfter(2, 'server', 409));
});

test.each([
  [429, 'insufficient_quota', 'quota', 'quota'],
  [429, 'billing_hard_limit_reached', 'quota', 'quota'],
  [429, 'credits_exhausted', 'quota', 'quota'],
  [403, 'insufficient_user_quota', 'quota', 'quota'],
  [400, 'billing_not_active', 'quota', 'quota'],
  [402, null, 'quota', 'quota'],
  [401, 'invalid_api_key', 'auth', 'auth'],
  [403, null, 'auth', 'auth'],
  [404, 'model_not_found', 'bad_request', 'model_not_found'],
] as const)('failure table: status %i with the code %s stops the batch after one request and keeps the queue', async (status, code, failureClass, stop) => {
  const place = await run(await prepare(() => refuses(status, code), { tasks: 20 }));
  expect(rowOf(place)).toEqual(stoppedBy(stop, failureClass, status, 20));
  expect(place.server.requests.length).toBe(1);
  expect(place.bench.store.runs.get(place.runId).stopMessage).toContain(`refused with ${status}`);
});

test('failure table: a batch that stopped goes on where it stood once the cause is gone', async () => {
  let isPaid = false;
  const place = await run(await prepare(() => (isPaid ? answers() : refuses(402)), { tasks: 20 }));
  isPaid = true;
  await run(place);
  expect(rowOf(place)).toEqual({ ...DONE, sends: 2, attempts: 2 });
  expect(place.server.requests.length).toBe(21);
});

test.each([
  [400, null, 'bad_request'],
  [413, null, 'bad_request'],
  [422, null, 'bad_request'],
  [400, 'context_length_exceeded', 'context_length'],
  [501, null, 'bad_request'],
  [505, null, 'bad_request'],
] as const)('failure table: status %i with the code %s is not tried again; five identical in a row stop the batch', async (status, code, failureClass) => {
  expect(rowOf(await run(await prepare(oddly(refuses(status, code)))))).toEqual(failedAfter(1, failureClass, status));
  const burning = await run(await prepare(() => refuses(status, code), { tasks: 12 }));
  expect(rowOf(burning)).toEqual({ ...failedAfter(1, failureClass, status), run: 'paused', stop: 'identical_failures', queued: 7, failed: 5 });
  expect(burning.server.requests.length).toBe(5);
});

test('failure table: failures that differ, or a success between them, do not stop the batch', async () => {
  const differing = await run(await prepare(({ prompt }) => refuses(400, `code_${prompt}`), { tasks: 12 }));
  expect(differing.bench.store.runs.get(differing.runId)).toMatchObject({ status: 'completed', failed: 12, queued: 0 });
  let count = 0;
  const mixed = await run(await prepare(() => (++count % 5 === 0 ? answers() : refuses(400)), { tasks: 20 }));
  expect(mixed.bench.store.runs.get(mixed.runId)).toMatchObject({ status: 'completed', failed: 16, completed: 4, queued: 0 });
});

test.each([301, 302, 303, 307, 308])('failure table: a redirect (%i) is a failure that names its target, which is never called', async (status) => {
  const elsewhere = await startMisbehavingServer(() => answers('stolen'));
  try {
    const place = await run(await prepare(oddly(says(status, '', { location: `${elsewhere.baseUrl}/chat/completions` }))));
    expect(rowOf(place)).toEqual(failedAfter(1, 'redirect', status));
    const { failure } = place.bench.store.runTasks.standing(place.runId, 0);
    expect(failure?.message).toContain('The endpoint redirected');
    expect(failure?.message).toContain(elsewhere.baseUrl);
    expect([elsewhere.arrivals(), elsewhere.openedSockets()]).toEqual([0, 0]);
  } finally {
    await elsewhere.close();
  }
});

test('failure table: x-should-retry false ends the retries of an error that would have 5 tries', async () => {
  expect(rowOf(await run(await prepare(oddly(refuses(503, null, { 'x-should-retry': 'false' })))))).toEqual(failedAfter(1, 'server', 503));
});

test.each([
  [401, 'auth', 'auth'],
  [402, 'quota', 'quota'],
  [404, 'bad_request', 'model_not_found'],
] as const)('failure table: x-should-retry true does not override that %i stops the batch', async (status, failureClass, stop) => {
  expect(rowOf(await run(await prepare(oddly(refuses(status, null, { 'x-should-retry': 'true' })))))).toEqual(stoppedBy(stop, failureClass, status));
});

test('failure table: x-should-retry true does not retry what is refused for good', async () => {
  expect(rowOf(await run(await prepare(oddly(refuses(422, null, { 'x-should-retry': 'true' })))))).toEqual(failedAfter(1, 'bad_request', 422));
});

test('failure table: what a message says decides nothing', async () => {
  const misleading = says(500, { error: { message: 'insufficient_quota: invalid api key, HTTP 401, context_length_exceeded', type: 'server_error', code: null } });
  expect(rowOf(await run(await prepare(oddly(misleading, answers()))))).toEqual({ ...DONE, sends: 2, attempts: 2, spent: 2 });
});
