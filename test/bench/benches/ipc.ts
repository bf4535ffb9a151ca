import path from 'node:path';
import { ensureBuilt } from '../../../electron/start/build.ts';
import { openSession } from '../../../renderer/client/session.ts';
import { openEventStream } from '../../../renderer/client/event-stream.ts';
import type { EventBatch } from '../../../shared/contract/events.ts';
import { fromWire, toWire } from '../../../shared/wire/wire.ts';
import { startServeHost } from '../../e2e/serve-host.ts';
import type { Bench, BenchOptions, BenchReport } from '../bench.ts';
import { importBenchBatch, openForBench, until } from '../contenders/app.ts';
import { delayedBaseUrl } from '../mock/protocol.ts';
import { startMock } from '../mock/start-mock.ts';
import { quote } from '../report/quote.ts';
import { roundsFor } from '../rounds.ts';
import { median, mostWithin } from '../statistics.ts';
import { writeTaskFile } from '../workload.ts';

const TARGET = 20;
const SCREENS = 2;
const SECOND_MS = 1000;

interface Screen {
  /** When batches came, ms. */
  readonly arrivalsMs: number[];
  /** Rows of tasks that came. */
  rows: number;
  isCompleted: boolean;
}

function take(screen: Screen, batch: EventBatch): void {
  screen.arrivalsMs.push(performance.now());
  for (const event of batch.events) {
    if (event.type === 'tasks.changed') screen.rows += event.tasks.index.length;
    if (event.type === 'run.changed' && event.run.status === 'completed') screen.isCompleted = true;
  }
}

/** One whole run at the real browser host, watched by screens that do nothing but listen. */
async function watchRun(dataDir: string, batchId: string): Promise<readonly Screen[]> {
  const host = await startServeHost(dataDir);
  const { origin, hash } = new URL(host.url);
  const token = await openSession({ origin, fragment: hash, storage: { getItem: () => null, setItem: () => undefined }, removeFragment: () => undefined });
  const screens: readonly Screen[] = Array.from({ length: SCREENS }, () => ({ arrivalsMs: [], rows: 0, isCompleted: false }));
  let connected = 0;
  const closers = screens.map((screen) => openEventStream({ url: `${origin}/api/events`, token, onBatch: (batch) => take(screen, batch), onConnection: (state) => (connected += state === 'connected' ? 1 : 0) }));
  try {
    await until(() => connected === SCREENS);
    const response = await fetch(`${origin}/api/call`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: toWire({ name: 'run.start', input: { batchId, limit: null } }) });
    const reply = fromWire(await response.text()) as { readonly ok: boolean };
    if (!reply.ok) throw new Error(`Expected the run to start, got ${JSON.stringify(reply)}.`);
    await until(() => screens.every(({ isCompleted }) => isCompleted));
  } finally {
    for (const close of closers) close();
    await host.stop();
  }
  return screens;
}

async function run({ quick, workDir, say }: BenchOptions): Promise<BenchReport> {
  const [count, concurrency] = quick ? [5000, 50] : [20_000, 50];
  await ensureBuilt();
  const mock = await startMock();
  try {
    const taskFile = await writeTaskFile(workDir, count);
    const most: number[] = [];
    const mean: number[] = [];
    const rates: number[] = [];
    for (let round = 0; round < roundsFor(quick); round += 1) {
      const dataDir = path.join(workDir, `data-${round}`);
      const tasklane = await openForBench(dataDir);
      const batchId = await importBenchBatch(tasklane, { baseUrl: delayedBaseUrl(mock.origin, 0), taskFile, concurrency });
      await tasklane.close();
      const screens = await watchRun(dataDir, batchId);
      for (const { rows } of screens) if (rows < count) throw new Error(`Expected at least ${count} rows on each screen, got ${rows}.`);
      const arrivals = screens.map(({ arrivalsMs }) => arrivalsMs);
      const spanMs = Math.max(...arrivals.map((times) => (times.at(-1) ?? 0) - (times[0] ?? 0)));
      most.push(Math.max(...arrivals.map((times) => mostWithin(times, SECOND_MS))));
      mean.push((Math.max(...arrivals.map((times) => times.length - 1)) / spanMs) * SECOND_MS);
      rates.push((count / spanMs) * SECOND_MS);
      say(`round ${round + 1}: at most ${most.at(-1)} batches in a second`);
    }
    return {
      rows: [
        {
          name: 'Tasklane, each screen',
          figures: [
            { title: 'most batches in any second', samples: most, digits: 0 },
            { title: 'batches/s, mean', samples: mean, digits: 1 },
            { title: 'tasks/s meanwhile', samples: rates, digits: 0 },
          ],
        },
      ],
      verdicts: [{ isMet: median(most) <= TARGET, figure: `${quote(most, 0)} batches in the busiest second`, target: `at most ${TARGET}` }],
      notes: [`${count.toLocaleString('en')} tasks of 0 ms at concurrency ${concurrency}, at the browser host with ${SCREENS} screens that listen. The window gets the same batches, one IPC message each.`],
    };
  } finally {
    mock.stop();
  }
}

export const ipc: Bench = {
  name: 'ipc',
  question: 'How many messages does a screen get while results pour in?',
  target: `at most ${TARGET} event batches a second and screen`,
  run,
};
