import { describe, expect, test } from 'vitest';

import { answers, refuses } from '../fixtures/misbehaviour.ts';
import type { Behaviour } from '../fixtures/misbehaving-server.ts';
import { DONE, failedAfter, ODD, oddly, prepare, rowOf, run, stoppedBy, type Place } from './failure-table-row.ts';

/** From the first request for the odd task to its second, ms. */
function waited({ server }: Place): number {
  const [first, second] = server.requests.filter(({ prompt }) => prompt === ODD);
  return second!.atMs - first!.atMs;
}

const inSeconds = (seconds: number, fromMs = Date.now()): string => new Date(fromMs + seconds * 1000).toUTCString();
const HOUR_MS = 3_600_000;

describe('Retry-After', () => {
  test.each([429, 503])('failure table: after status %i at least what was asked for is waited, in ms, seconds or as a date', async (status) => {
    for (const [headers, leastMs] of [
      [{ 'retry-after-ms': '400' }, 400],
      [{ 'retry-after': '1' }, 1000],
      [{ 'retry-after': '0.3' }, 300],
      [{ 'retry-after-ms': '300', 'retry-after': '60' }, 300],
      [{ date: inSeconds(0, 0), 'retry-after': inSeconds(1, 0) }, 1000],
      // A date has no fractions: of two seconds at least one is left.
      [() => ({ date: '', 'retry-after': inSeconds(2) }), 900],
    ] as const) {
      const refusal: Behaviour = (turn) => refuses(status, null, typeof headers === 'function' ? headers() : headers)(turn);
      const place = await run(await prepare(oddly(refusal, answers())));
      expect(rowOf(place)).toEqual({ ...DONE, sends: 2, attempts: 2, spent: status === 429 ? 1 : 2 });
      expect(waited(place)).toBeGreaterThanOrEqual(leastMs - 5);
    }
  });

  test('case 49: a date is waited for by the server’s clock, so that an hour or a year by which ours is wrong does not matter', async () => {
    for (const offMs of [-HOUR_MS, HOUR_MS, 365 * 24 * HOUR_MS]) {
      const date = { date: inSeconds(0), 'retry-after': inSeconds(1) };
      const place = await run(await prepare(oddly(refuses(429, null, date), answers()), { executor: { wallMs: () => Date.now() + offMs } }));
      expect(rowOf(place)).toEqual({ ...DONE, sends: 2, attempts: 2 });
      expect(waited(place)).toBeGreaterThanOrEqual(995);
    }
  });

  test.each([
    { 'retry-after': '601' },
    { 'retry-after': '700' },
    { 'retry-after-ms': '700000' },
    { 'retry-after': '1000000000000' },
    { 'retry-after-ms': '1e300' },
    { date: inSeconds(0, 0), 'retry-after': inSeconds(700, 0) },
    { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' },
  ])('failure table: a wait over 10 minutes (%j) pauses the run and asks, whatever the status', async (headers) => {
    for (const [status, failureClass] of [[429, 'rate_limit'], [503, 'server']] as const) {
      const place = await run(await prepare(oddly(refuses(status, null, headers))));
      expect(rowOf(place)).toEqual(stoppedBy('rate_limit', failureClass, status));
    }
  });

  test('failure table: a wait over 10 minutes pauses the run also where no try is left, and every other run of that provider', async () => {
    const place = await prepare(({ prompt }) => (prompt.startsWith('other') ? answers() : refuses(503, null, { 'retry-after': '86400' })), { tasks: 40, settings: { concurrency: 4, maxAttempts: 1 } });
    const other = place.bench.addRun(place.bench.addBatch(Array.from({ length: 300 }, (_, index) => `other ${index}`)), { concurrency: 1 });
    await place.bench.engine.start(other);
    await place.bench.engine.start(place.runId);
    await place.bench.engine.idle(place.runId);
    await place.bench.engine.idle(other);
    expect(place.bench.store.runs.get(place.runId)).toMatchObject({ status: 'paused', stopReason: 'rate_limit', queued: 40, failed: 0 });
    expect(place.bench.store.runs.get(other)).toMatchObject({ status: 'paused', stopReason: 'rate_limit', failed: 0 });
  });

  test.each(['-5', 'NaN', 'Infinity', '', 'soon', 'soon 5', '0', 'Thu, 01 Jan 1970 00:00:00 GMT'])('failure table: Retry-After "%s" asks for nothing and stops nothing', async (value) => {
    for (const status of [429, 503]) {
      const place = await run(await prepare(oddly(refuses(status, null, { 'retry-after': value }), answers())));
      expect(rowOf(place)).toEqual({ ...DONE, sends: 2, attempts: 2, spent: status === 429 ? 1 : 2 });
    }
  });

  test('failure table: a wait does not give a task more tries', async () => {
    expect(rowOf(await run(await prepare(oddly(refuses(503, null, { 'retry-after-ms': '20' })))))).toEqual(failedAfter(5, 'server', 503));
  });
});

describe('rate limits', () => {
  test('failure table: a 429 holds every lane for as long as asked, lowers the limit, and costs no task an attempt', async () => {
    let firstRefusedMs = 0;
    let refusals = 0;
    const place = await prepare(
      ({ atMs }) => {
        // All that come before the wait is over are refused: one burst.
        if (firstRefusedMs === 0) firstRefusedMs = atMs;
        if (atMs >= firstRefusedMs + 600) return answers();
        refusals += 1;
        return refuses(429, 'rate_limit_exceeded', { 'retry-after-ms': '800' });
      },
      { tasks: 24, settings: { concurrency: 8, maxAttempts: 1 } },
    );
    await place.bench.engine.start(place.runId);
    await place.bench.until(() => place.bench.header(place.runId).limitedBy === 'rate_limit' && refusals > 0, 'the hold');
    expect(place.bench.header(place.runId).effectiveConcurrency).toBeLessThan(8);
    await place.bench.engine.idle(place.runId);
    const header = place.bench.store.runs.get(place.runId);
    expect(header).toMatchObject({ status: 'completed', completed: 24, failed: 0, attempts: 24 + refusals });
    expect(refusals).toBeLessThanOrEqual(8);
    const after = place.server.requests.filter(({ atMs }) => atMs >= firstRefusedMs + 600).map(({ atMs }) => atMs - firstRefusedMs);
    expect(Math.min(...after)).toBeGreaterThanOrEqual(795);
    expect(Array.from({ length: 24 }, (_, index) => place.bench.store.runTasks.standing(place.runId, index).spent)).toEqual(Array.from({ length: 24 }, () => 1));
  });

  test('failure table: however often a task is refused with 429, it does not count towards its attempts', async () => {
    const refused = refuses(429, null, { 'retry-after-ms': '5' });
    const place = await run(await prepare(oddly(...Array.from({ length: 8 }, () => refused), answers()), { tasks: 1, settings: { maxAttempts: 1 } }));
    expect(rowOf(place)).toEqual({ ...DONE, sends: 9, attempts: 9, spent: 1 });
  });

  test('failure table: a rate limit that one run met holds the other run that goes to the same model', async () => {
    const place = await prepare(oddly(refuses(429, null, { 'retry-after-ms': '800' }), answers()), { tasks: 2 });
    const other = place.bench.addRun(place.bench.addBatch(['other']));
    await place.bench.engine.start(place.runId);
    await place.bench.until(() => place.bench.header(place.runId).limitedBy === 'rate_limit', 'the hold');
    await place.bench.engine.start(other);
    await place.bench.engine.idle(place.runId);
    await place.bench.engine.idle(other);
    const [first, ...rest] = place.server.requests;
    expect(rest.length).toBe(3);
    for (const { atMs } of rest) expect(atMs - first!.atMs).toBeGreaterThanOrEqual(795);
  });
});

test('failure table: the slot is given back during a backoff', async () => {
  const place = await run(await prepare(oddly(refuses(500, null, { 'retry-after-ms': '700' }), answers()), { tasks: 6 }));
  expect(place.server.requests.map(({ prompt }) => prompt)).toEqual([ODD, 'task-1', 'task-2', 'task-3', 'task-4', 'task-5', ODD]);
});
