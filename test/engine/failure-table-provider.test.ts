import { setTimeout as wait } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { answers, refuses } from '../fixtures/misbehaviour.ts';
import { prepare, run } from './failure-table-row.ts';

test.each([500, 503, 529])('failure table: five times %i in a row pause the provider; one probe at a time goes out, and all is done once it is well', async (status) => {
  let isPaused = false;
  let probes = 0;
  let probesAtOnce = 0;
  let mostProbesAtOnce = 0;
  const place = await prepare(
    () => async (turn) => {
      if (probes > 2) return answers()(turn);
      if (isPaused) {
        probes += 1;
        probesAtOnce += 1;
        mostProbesAtOnce = Math.max(mostProbesAtOnce, probesAtOnce);
        // Long enough for a second one to come meanwhile.
        await wait(50);
        probesAtOnce -= 1;
      }
      return probes > 2 ? answers()(turn) : refuses(status)(turn);
    },
    { tasks: 60, random: 0.1, settings: { concurrency: 4 } },
  );
  await place.bench.engine.start(place.runId);
  await place.bench.until(() => {
    const { limitedBy, running } = place.bench.header(place.runId);
    isPaused ||= limitedBy === 'provider' && running === 0;
    return isPaused;
  }, 'the pause');
  // Five failures, and at most three others were in flight by then; a probe may have slipped in before the look.
  expect(place.server.requests.length - probes).toBeLessThanOrEqual(9);
  await place.bench.engine.idle(place.runId);
  expect(place.bench.store.runs.get(place.runId)).toMatchObject({ status: 'completed', completed: 60, failed: 0 });
  expect([probes, mostProbesAtOnce]).toEqual([3, 1]);
});

test('failure table: a provider that is never heard of stops the batch, which keeps its queue', async () => {
  const place = await run(await prepare(() => refuses(502), { tasks: 200, settings: { concurrency: 4 } }));
  const header = place.bench.store.runs.get(place.runId);
  expect([header.status, header.stopReason, header.completed]).toEqual(['paused', 'provider_down', 0]);
  expect(header.queued).toBeGreaterThanOrEqual(190);
  expect(place.server.requests.length).toBeLessThanOrEqual(20);
});

test('failure table: a success between failures keeps the provider open', async () => {
  const place = await run(await prepare(({ prompt, attempt }) => (attempt === 1 && Number(prompt.slice(5)) % 5 !== 0 ? refuses(500) : answers()), { tasks: 40 }));
  expect(place.bench.store.runs.get(place.runId)).toMatchObject({ status: 'completed', completed: 40, failed: 0 });
});

test('failure table: a hundred retries at once use up the budget, and each one more waits for its token', async () => {
  const tasks = 102;
  let retries = 0;
  const { promise: whenAllSent, resolve: allSent } = Promise.withResolvers<void>();
  const place = await run(
    await prepare(
      ({ attempt }) => {
        // 409 says nothing about the provider, so that nothing but the budget holds the retries back.
        if (attempt === 1) return refuses(409);
        retries += 1;
        // A success gives tokens back; none comes before the budget was seen to hold.
        if (retries === tasks) allSent();
        return async (turn) => {
          await whenAllSent;
          await answers()(turn);
        };
      },
      { tasks, settings: { concurrency: tasks } },
    ),
  );
  expect(place.bench.store.runs.get(place.runId)).toMatchObject({ status: 'completed', completed: tasks, failed: 0 });
  const firstMs = place.server.requests[0]!.atMs;
  const sentAgain = place.server.requests.filter(({ attempt }) => attempt === 2).map(({ atMs }) => atMs - firstMs);
  expect(sentAgain.length).toBe(tasks);
  for (const beyond of [1, 2]) expect(sentAgain[99 + beyond]).toBeGreaterThanOrEqual(beyond * 1000 - 20);
});
