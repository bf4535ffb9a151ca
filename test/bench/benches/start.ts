import path from 'node:path';
import type { Browser } from '@playwright/test';
import { ensureBuilt } from '../../../electron/start/build.ts';
import { startServeHost } from '../../e2e/serve-host.ts';
import type { Bench, BenchOptions, BenchReport } from '../bench.ts';
import { openBrowser, VIEWPORT } from '../browser/open-browser.ts';
import { quote } from '../report/quote.ts';
import { roundsFor } from '../rounds.ts';
import { median } from '../statistics.ts';

const TARGET_S = 1.5;

interface Started {
  /** Until the address is printed, s. */
  readonly listening: number;
  /** Until the first-run page can be clicked, s. */
  readonly interactive: number;
}

async function measureStart(browser: Browser, dataDir: string): Promise<Started> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  const startMs = performance.now();
  const host = await startServeHost(dataDir);
  try {
    const listening = (performance.now() - startMs) / 1000;
    await page.goto(host.url, { waitUntil: 'commit' });
    // A trial waits until the button is visible, still, enabled and under the pointer, but does not press it.
    await page.getByRole('button', { name: 'Try the sample' }).click({ trial: true });
    return { listening, interactive: (performance.now() - startMs) / 1000 };
  } finally {
    await context.close();
    await host.stop();
  }
}

async function run({ quick, workDir, say }: BenchOptions): Promise<BenchReport> {
  await ensureBuilt();
  const browser = await openBrowser();
  try {
    // Once unmeasured: the file system's cache is warm from then on, for all rounds alike.
    await measureStart(browser, path.join(workDir, 'data-first'));
    const rounds: Started[] = [];
    for (let round = 0; round < roundsFor(quick); round += 1) {
      const started = await measureStart(browser, path.join(workDir, `data-${round}`));
      rounds.push(started);
      say(`round ${round + 1}: ${started.interactive.toFixed(2)} s`);
    }
    const interactive = rounds.map((round) => round.interactive);
    return {
      rows: [
        {
          name: 'browser host',
          figures: [
            { title: 'address printed, s', samples: rounds.map(({ listening }) => listening), digits: 2 },
            { title: 'interactive, s', samples: interactive, digits: 2 },
          ],
        },
      ],
      verdicts: [{ isMet: median(interactive) <= TARGET_S, figure: `interactive after ${quote(interactive, 2)} s`, target: `at most ${TARGET_S} s` }],
      notes: [`From the start of the process (\`npm run serve\` without npm, built already, a fresh data folder) until the first-run page's button can be clicked, in a browser that is open (Chromium ${browser.version()}) but has never seen the page. Not a ratio: it says something about this machine only.`],
    };
  } finally {
    await browser.close();
  }
}

export const start: Bench = {
  name: 'start',
  question: 'How long from the start of the program until it can be used?',
  target: `at most ${TARGET_S} s`,
  run,
};
