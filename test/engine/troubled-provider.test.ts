import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { describe, expect, it, onTestFinished, test } from 'vitest';

import { hashText } from '../../shared/random/random.ts';
import { slotAccount } from '../../shared/timing/slot-account.ts';
import { open, prompts } from './open-bench.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const SOON = { random: () => 0.02 };

async function run(bench: Workbench, count: number, settings: { readonly concurrency: number; readonly maxAttempts?: number }): Promise<string> {
  const runId = bench.addRun(bench.addBatch(prompts(count)), settings);
  await bench.engine.start(runId);
  await bench.engine.idle(runId);
  return runId;
}

describe('a wrong key', () => {
  const latencies = {
    'all alike': () => 10,
    'the first one fast': (index: number) => (index === 0 ? 0 : 80),
    'the last ones fast': (index: number) => Math.max(0, 100 - 2 * index),
    'in any order': (index: number) => hashText(`latency ${index}`) % 90,
  } as const satisfies Record<string, (index: number) => number>;
  const cases = [1, 4, 50].flatMap((concurrency) => Object.entries(latencies).map(([name, latencyMs]) => ({ concurrency, name, latencyMs })));

  it.each(cases)('stops a batch of 200 after at most one call per slot: $concurrency at once, latencies $name', async ({ concurrency, latencyMs }) => {
    const { server, bench } = await open((prompt) => ({ status: 401, delayMs: latencyMs(Number(prompt.slice(1))) }));
    const runId = await run(bench, 200, { concurrency });
    expect(bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'auth', queued: 200, failed: 0, completed: 0 });
    expect(server.requests.length).toBeLessThanOrEqual(concurrency);
    expect(new Set(server.requests.map(({ prompt }) => prompt)).size).toBe(server.requests.length);
  });
});

it.each([{ seed: 1 }, { seed: 2 }, { seed: 3 }])('a provider that answers 30 % of the tasks with one or two 500s first ends with all 200 completed, seed $seed', async ({ seed }) => {
  const faults = (prompt: string): number => (hashText(`${seed} ${prompt}`) % 10 < 3 ? 1 + (hashText(`${prompt} ${seed}`) % 2) : 0);
  const { server, bench } = await open((prompt, times) => (times <= faults(prompt) ? { status: 500 } : { delayMs: 2 }), SOON);
  const runId = await run(bench, 200, { concurrency: 8 });
  expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 200, failed: 0, queued: 0 });
  const expected = prompts(200).reduce((sum, prompt) => sum + 1 + faults(prompt), 0);
  expect(expected).toBeGreaterThan(250);
  expect(server.requests.length).toBe(expected);
});

describe('a provider in trouble', () => {
  it('is probed by one task at a time, and given up after six probes if it never answered, with the queue kept', async () => {
    const { server, bench } = await open(() => ({ status: 503, delayMs: 5 }), SOON);
    const runId = await run(bench, 200, { concurrency: 8 });
    expect(bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'provider_down', completed: 0, failed: 0, queued: 200 });
    // Five failures pause it; the other three in flight then end as they do.
    expect(server.requests.length).toBeLessThanOrEqual(5 + 7 + 6);
    const probes = server.requests.slice(-6);
    expect(new Set(probes.map(({ prompt }) => prompt)).size).toBe(6);
  });

  it('that can not be reached stops the batch as offline', async () => {
    const bench = openWorkbench(await unusedUrl(), SOON);
    onTestFinished(() => bench.close());
    const runId = await run(bench, 50, { concurrency: 4 });
    expect(bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'offline', failed: 0, queued: 50 });
    expect(bench.header(runId).stopMessage).toContain('The connection was refused');
  });

  it('costs no task its life when it comes back, says so meanwhile, and the slot account still adds up', async () => {
    let sent = 0;
    const { server, bench } = await open(() => {
      sent += 1;
      return sent > 20 && sent <= 62 ? { status: 502 } : { delayMs: 3 };
    }, { random: () => 0.003 });
    const runId = bench.addRun(bench.addBatch(prompts(120)), { concurrency: 6 });
    await bench.engine.start(runId);
    await bench.until(() => bench.header(runId).limitedBy === 'provider', 'the pause of the provider');
    await bench.until(() => server.inFlight() <= 1, 'what was in flight to end');
    server.resetPeak();
    await bench.until(() => bench.header(runId).limitedBy !== 'provider' || server.requests.length >= 62, 'the end of the trouble');
    expect(server.peakInFlight()).toBeLessThanOrEqual(1);
    await bench.engine.idle(runId);
    const header = bench.header(runId);
    expect(header).toMatchObject({ status: 'completed', completed: 120, failed: 0 });
    expect(server.requests.length).toBe(162);
    const { slotMs, ...parts } = slotAccount(header, bench.store.runTasks.taskColumns(runId), bench.store.runTasks.attemptColumns(runId));
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(slotMs, 3);
    expect(parts.rateWaitMs).toBeGreaterThan(0);
  });

  it('does not stop a batch of a few tasks: each uses up its tries', async () => {
    const { server, bench } = await open(() => ({ status: 500 }), SOON);
    const runId = await run(bench, 3, { concurrency: 3 });
    expect(bench.header(runId)).toMatchObject({ status: 'completed', failed: 3, queued: 0 });
    expect(server.requests.length).toBe(15);
  });

  it('that comes back with a rejected key lets nothing out behind the probe', async () => {
    let sent = 0;
    const { server, bench } = await open(() => {
      sent += 1;
      return { status: sent <= 8 ? 500 : 401, delayMs: 5 };
    }, SOON);
    const runId = await run(bench, 100, { concurrency: 4 });
    expect(bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'auth', failed: 0, queued: 100 });
    expect(server.requests.length).toBe(9);
  });

  it('that comes back with a rate limit lets nothing out before the wait is over', async () => {
    let sent = 0;
    const { server, bench } = await open(() => {
      sent += 1;
      return sent <= 8 ? { status: 500, delayMs: 5 } : sent === 9 ? { status: 429, headers: { 'retry-after-ms': '300' } } : {};
    }, SOON);
    const runId = await run(bench, 30, { concurrency: 4 });
    expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 30 });
    expect(server.requests[9]!.atMs - server.requests[8]!.atMs).toBeGreaterThanOrEqual(300);
  });

  it('is tried anew by a resume', async () => {
    let healed = false;
    const { bench } = await open(() => (healed ? {} : { status: 500 }), SOON);
    const runId = await run(bench, 30, { concurrency: 2 });
    expect(bench.header(runId).stopReason).toBe('provider_down');
    healed = true;
    await bench.engine.start(runId);
    await bench.engine.idle(runId);
    expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 30, failed: 0 });
  });

  it('whose probe is cancelled with its task is probed by another', async () => {
    let sent = 0;
    const { server, bench } = await open(() => {
      sent += 1;
      return sent <= 5 ? { status: 500 } : sent === 6 ? { delayMs: 20_000 } : {};
    }, SOON);
    const runId = bench.addRun(bench.addBatch(prompts(20)), { concurrency: 1 });
    await bench.engine.start(runId);
    await bench.until(() => server.requests.length === 6, 'the probe');
    const probe = Number(server.requests[5]?.prompt.slice(1));
    bench.engine.cancelTasks(runId, [probe]);
    await bench.engine.idle(runId);
    expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 19, cancelled: 1 });
  });
});

describe('two runs on at once', () => {
  it('are both held by a rate limit that one of them met, if they use the same model', async () => {
    const { server, bench } = await open((prompt, times) => (prompt === 'limited' && times === 1 ? { status: 429, headers: { 'retry-after-ms': '800' } } : { delayMs: 10 }));
    const other = bench.addRun(bench.addBatch(prompts(40)), { concurrency: 2 });
    const limited = bench.addRun(bench.addBatch(['limited']), { concurrency: 1 });
    await bench.engine.start(other);
    await bench.until(() => server.requests.length >= 6, 'some sent');
    await bench.engine.start(limited);
    await bench.until(() => bench.header(limited).limitedBy === 'rate_limit', 'the hold');
    expect(bench.header(other).limitedBy).toBe('rate_limit');
    await Promise.all([bench.engine.idle(other), bench.engine.idle(limited)]);
    expect([bench.header(other).completed, bench.header(limited).completed]).toEqual([40, 1]);
    const gaps = server.requests.slice(1).map(({ atMs }, index) => atMs - server.requests[index]!.atMs);
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(750);
  });

  it('probe a provider in trouble in turn, not both at once', async () => {
    let healed = false;
    const { server, bench } = await open(() => (healed ? {} : { status: 500, delayMs: 30 }), SOON);
    // So few that nothing but the probes is at stake, and the runs are not stopped.
    const runs = [1, 2].map(() => bench.addRun(bench.addBatch(prompts(4)), { concurrency: 4 }));
    await Promise.all(runs.map((runId) => bench.engine.start(runId)));
    await bench.until(() => runs.every((runId) => bench.header(runId).limitedBy === 'provider') && server.inFlight() <= 1, 'the pause of the provider');
    server.resetPeak();
    const sent = server.requests.length;
    await bench.until(() => server.requests.length >= sent + 5, 'five probes');
    expect(server.peakInFlight()).toBe(1);
    healed = true;
    await Promise.all(runs.map((runId) => bench.engine.idle(runId)));
    expect(runs.map((runId) => bench.header(runId).completed)).toEqual([4, 4]);
  });

  it('do not hold each other where the models differ', async () => {
    const { server, bench } = await open((prompt) => (prompt === 'limited' ? { status: 429, headers: { 'retry-after-ms': '60000' } } : { delayMs: 5 }));
    const limited = bench.addRun(bench.addBatch(['limited']), { concurrency: 1, model: 'model-2' });
    await bench.engine.start(limited);
    await bench.until(() => bench.header(limited).limitedBy === 'rate_limit', 'the hold');
    const other = await run(bench, 10, { concurrency: 2 });
    expect(bench.header(other).completed).toBe(10);
    expect(server.requests.length).toBe(11);
  });
});

describe('a rate limit', () => {
  it('lowers the limit and lets it rise again, while the setting stays what the user asked for', async () => {
    const box: { inFlight: () => number } = { inFlight: () => 0 };
    const { server, bench } = await open(() => (box.inFlight() > 4 ? { status: 429, headers: { 'retry-after-ms': '20' } } : { delayMs: 8 }));
    box.inFlight = () => server.inFlight();
    const runId = bench.addRun(bench.addBatch(prompts(150)), { concurrency: 16 });
    await bench.engine.start(runId);
    await bench.until(() => bench.header(runId).effectiveConcurrency <= 4, 'the limit to come down');
    expect(bench.header(runId).settings.concurrency).toBe(16);
    bench.engine.setConcurrency(runId, 12);
    expect(bench.header(runId)).toMatchObject({ effectiveConcurrency: 12, settings: { concurrency: 12 } });
    const askedMs = bench.header(runId).activeMs;
    await bench.engine.idle(runId);
    const { slotSteps, ...header } = bench.header(runId);
    expect(header).toMatchObject({ status: 'completed', completed: 150, failed: 0 });
    const limits = slotSteps.map(({ slots }) => slots);
    expect(limits[0]).toBe(16);
    expect(limits).toContain(12);
    expect(Math.max(...slotSteps.filter(({ atMs }) => atMs >= askedMs).map(({ slots }) => slots))).toBeLessThanOrEqual(12);
    expect(Math.min(...limits)).toBeLessThanOrEqual(4);
    expect(limits.some((slots, index) => index > 0 && slots === limits[index - 1]! + 1)).toBe(true);
  });

  it('for ever on a single task does not keep the others from being answered, and the task is not lost', async () => {
    let healed = false;
    const { server, bench } = await open((prompt) => (prompt === 'p1' && !healed ? { status: 429, headers: { 'retry-after-ms': '30' } } : {}));
    const runId = bench.addRun(bench.addBatch(prompts(30)), { concurrency: 1 });
    await bench.engine.start(runId);
    await bench.until(() => bench.header(runId).completed === 29, 'all others');
    expect(server.requests.slice(0, 5).map(({ prompt }) => prompt)).toEqual(['p0', 'p1', 'p1', 'p1', 'p2']);
    await bench.until(() => bench.header(runId).limitedBy === 'rate_limit', 'the run to wait for the last one');
    healed = true;
    await bench.engine.idle(runId);
    expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 30 });
  });

  it('that forbids a retry fails its task, and five of them pause the batch', async () => {
    const { server, bench } = await open(() => ({ status: 429, headers: { 'x-should-retry': 'false', 'retry-after': '1' } }));
    const runId = await run(bench, 100, { concurrency: 1 });
    expect(bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'identical_failures', failed: 5, queued: 95 });
    expect(server.requests.length).toBe(5);
  });
});

test('a retry whose token is not there yet waits for it and is not refused', async () => {
  // The clock stands still, so that no token drips in; conflicts have two tries and pause nothing.
  const { server, bench } = await open(() => ({ status: 409 }), { random: () => 0, engine: { monotonicMs: () => 1000 } });
  const runId = await run(bench, 102, { concurrency: 102 });
  expect(bench.header(runId)).toMatchObject({ status: 'completed', failed: 102 });
  expect(server.requests.length).toBe(204);
  const backoffs = prompts(102).map((_, index) => bench.store.runTasks.attemptsOf(runId, index)[1]?.backoffMs ?? -1);
  expect(backoffs.toSorted((left, right) => left - right).slice(-4)).toEqual([0, 0, 1000, 2000]);
});

/** An address at which nothing listens. */
async function unusedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/v1`;
}

test('while a provider is down the header says what it failed with, and a resume gives the tasks that met the outage all their tries again', async () => {
  let isDown = true;
  const { server, bench } = await open(() => (isDown ? { status: 503 } : {}), SOON);
  const runId = bench.addRun(bench.addBatch(prompts(40)), { concurrency: 4 });
  await bench.engine.start(runId);
  await bench.until(() => bench.header(runId).limitedBy === 'provider', 'the provider to be paused');
  expect(bench.header(runId).trouble).toBe('status 503');
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'provider_down', trouble: null, failed: 0 });
  const spent = (): number[] => bench.store.runTasks.requeued(runId, bench.store.runs.get(runId).batchId, -1, 100).map(({ standing }) => standing.spent);
  expect(Math.max(...spent())).toBeGreaterThan(0);
  await bench.engine.start(runId);
  expect(Math.max(...spent())).toBe(0);
  isDown = false;
  await bench.engine.idle(runId);
  expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 40, failed: 0 });
  expect(server.requests.length).toBeGreaterThan(40);
});
