import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { answerJson, beginStream, chunkOf, completionOf, DONE_EVENT } from '../fixtures/misbehaviour.ts';
import { startMisbehavingServer, type Turn } from '../fixtures/misbehaving-server.ts';
import { cleanups, executorFor, failureOf, provider, REQUEST, STREAM, until, Watcher } from './executor-under-test.ts';
import { startSendingChild } from './sending-child.ts';

/** Stops a child once its request is in, lets `answer` answer, and lets it go on when all its times are long over. */
async function stoppedWhileAnswered(request: typeof REQUEST, streamSilenceMs: number, answer: (turn: Turn, isStopped: Promise<void>) => Promise<void>) {
  const { promise: isStopped, resolve: stopped } = Promise.withResolvers<void>();
  const { promise: isAnswered, resolve: answered } = Promise.withResolvers<void>();
  const server = await startMisbehavingServer(() => async (turn) => {
    await answer(turn, isStopped);
    answered();
  });
  cleanups.push(() => server.close());
  const child = startSendingChild({ options: { baseUrl: server.baseUrl, key: null, connections: null, streamSilenceMs }, request, count: 1 });
  cleanups.push(async () => void child.process.kill('SIGKILL'));
  await until(() => server.requests.length === 1 && (!request.stream || child.hasFirstToken()));
  child.process.kill('SIGSTOP');
  stopped();
  await isAnswered;
  await wait(4500);
  child.process.kill('SIGCONT');
  const { outcomes } = await child.report;
  return outcomes[0];
}

test('case 51: an answer that came while the process was stopped past the attempt’s time is kept, not thrown away', async () => {
  const outcome = await stoppedWhileAnswered({ ...REQUEST, timeoutMs: 2500 }, 60_000, async ({ response }, isStopped) => {
    await isStopped;
    await new Promise<void>((resolve) => void response.on('finish', resolve).writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completionOf('paid for'))));
  });
  expect(outcome).toMatchObject({ ok: true, textStart: 'paid for' });
});

test('case 51: a stream that went on while the process was stopped is not taken for a silent one', async () => {
  const outcome = await stoppedWhileAnswered(STREAM, 2500, async ({ response }, isStopped) => {
    beginStream(response);
    response.write(chunkOf('paid '));
    await isStopped;
    await new Promise<void>((resolve) => void response.on('finish', resolve).end(chunkOf('for', 'stop') + DONE_EVENT));
  });
  expect(outcome).toMatchObject({ ok: true, textStart: 'paid for' });
});

test('case 51: a process that wakes to no answer still ends the attempt', async () => {
  // The clock says ten minutes whenever it is asked again: what a stop looks like from inside.
  let nowMs = 0;
  let readings = 0;
  const monotonicMs = (): number => {
    readings += 1;
    if (readings === 2) nowMs += 600_000;
    return nowMs;
  };
  const server = await provider(() => undefined);
  const outcome = await executorFor(server.baseUrl, { monotonicMs }).send({ ...REQUEST, timeoutMs: 50 }, new AbortController().signal, new Watcher());
  expect(failureOf(outcome)).toMatchObject({ class: 'timeout', code: 'attempt_timeout', maybeBilled: true });
  expect(readings).toBe(4);
});

test('case 51: an answer that comes within the grace after a stop is kept', async () => {
  let readings = 0;
  const monotonicMs = (): number => {
    readings += 1;
    return readings === 2 ? 600_000 : 0;
  };
  const server = await provider((response) => void setTimeout(() => answerJson(response, completionOf('late')), 300));
  const outcome = await executorFor(server.baseUrl, { monotonicMs }).send({ ...REQUEST, timeoutMs: 50 }, new AbortController().signal, new Watcher());
  expect(outcome).toMatchObject({ ok: true, text: 'late' });
});
