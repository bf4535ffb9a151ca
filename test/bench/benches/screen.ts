import path from 'node:path';
import type { Browser } from '@playwright/test';
import { ensureBuilt } from '../../../electron/start/build.ts';
import { startServeHost } from '../../e2e/serve-host.ts';
import type { Bench, BenchOptions, BenchReport } from '../bench.ts';
import { watchLongTasks } from '../browser/long-tasks.ts';
import { openBrowser, VIEWPORT } from '../browser/open-browser.ts';
import { runInScreen } from '../browser/run-in-screen.ts';
import { scrollTable } from '../browser/scroll-table.ts';
import { openForBench, saveMockProvider } from '../contenders/app.ts';
import { delayedBaseUrl } from '../mock/protocol.ts';
import { startMock } from '../mock/start-mock.ts';
import { quote } from '../report/quote.ts';
import { roundsFor } from '../rounds.ts';
import { median, percentile } from '../statistics.ts';
import { writeTaskFile } from '../workload.ts';

const CONCURRENCY = 50;
/** Pixels a second: about a screenful every other frame, all 5,000 rows in eight seconds. */
const SPEED = 20_000;
const SETTLE_MS = 1000;

interface Round {
  readonly inRun: readonly number[];
  readonly inScroll: readonly number[];
  readonly framesMs: readonly number[];
  readonly threadCpuMs: number;
}

interface RoundPlan {
  readonly browser: Browser;
  readonly dataDir: string;
  readonly baseUrl: string;
  readonly taskFile: string;
  readonly count: number;
}

/** The app afresh: import, run, scroll through all of it and back. */
async function measureRound({ browser, dataDir, baseUrl, taskFile, count }: RoundPlan): Promise<Round> {
  const tasklane = await openForBench(dataDir);
  await saveMockProvider(tasklane, baseUrl);
  await tasklane.close();
  const host = await startServeHost(dataDir);
  const context = await browser.newContext({ viewport: VIEWPORT });
  try {
    const page = await context.newPage();
    await page.goto(host.url);
    const longTasks = await watchLongTasks(page);
    await runInScreen(page, taskFile, count, CONCURRENCY);
    const inRun = await longTasks.take();
    await page.waitForTimeout(SETTLE_MS);
    await longTasks.take();
    const { hasSeenAll, ...scrolled } = await scrollTable(page, count, SPEED);
    if (!hasSeenAll) throw new Error(`Expected row ${count} at the end of the scroll and row 1 after the way back.`);
    return { inRun, inScroll: await longTasks.take(), ...scrolled };
  } finally {
    await context.close();
    await host.stop();
  }
}

async function run({ quick, workDir, say }: BenchOptions): Promise<BenchReport> {
  const count = quick ? 1000 : 5000;
  await ensureBuilt();
  const mock = await startMock();
  const browser = await openBrowser();
  try {
    const taskFile = await writeTaskFile(workDir, count);
    const rounds: Round[] = [];
    for (let round = 0; round < roundsFor(quick); round += 1) {
      const measured = await measureRound({ browser, dataDir: path.join(workDir, `data-${round}`), baseUrl: delayedBaseUrl(mock.origin, 0), taskFile, count });
      rounds.push(measured);
      say(`round ${round + 1}: ${measured.inScroll.length} long tasks in ${measured.framesMs.length} frames of scroll, ${measured.inRun.length} in the run`);
    }
    const inScroll = rounds.map(({ inScroll: durations }) => durations.length);
    return {
      rows: [
        {
          name: 'scroll through all and back',
          figures: [
            { title: 'long tasks', samples: inScroll, digits: 0 },
            { title: 'longest, ms', samples: rounds.map(({ inScroll: durations }) => Math.max(0, ...durations)), digits: 0 },
            { title: 'frame p99, ms', samples: rounds.map(({ framesMs }) => percentile(framesMs, 0.99)), digits: 1 },
            { title: 'CPU of the page\'s thread per frame, ms', samples: rounds.map(({ framesMs, threadCpuMs }) => threadCpuMs / framesMs.length), digits: 1 },
            { title: 'frame median, ms', samples: rounds.map(({ framesMs }) => median(framesMs)), digits: 1 },
          ],
        },
        {
          name: 'import and run, for information',
          figures: [
            { title: 'long tasks', samples: rounds.map(({ inRun }) => inRun.length), digits: 0 },
            { title: 'longest, ms', samples: rounds.map(({ inRun }) => Math.max(0, ...inRun)), digits: 0 },
          ],
        },
      ],
      verdicts: [{ isMet: Math.max(...inScroll) === 0, figure: `${quote(inScroll, 0)} long tasks in the scroll, ${Math.max(...inScroll)} in the worst round`, target: '0 in every round' }],
      notes: [`A file of ${count.toLocaleString('en')} rows, dropped on the real screen (browser host, Chromium ${browser.version()} without a window, ${VIEWPORT.width} x ${VIEWPORT.height}), run at concurrency ${CONCURRENCY} with streamed answers of 0 ms, then scrolled with the wheel at ${SPEED.toLocaleString('en')} pixels a second, to the end and back. A long task keeps the page's thread for more than 50 ms.`],
    };
  } finally {
    await browser.close();
    mock.stop();
  }
}

export const screen: Bench = {
  name: 'screen',
  question: 'Does the table stutter with thousands of finished tasks?',
  target: 'no task over 50 ms on the page\'s thread during the scroll',
  run,
};
