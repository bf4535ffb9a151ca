import type { Bench, BenchOptions, BenchReport } from '../bench.ts';
import type { ContenderName } from '../contenders/contender.ts';
import { runContender } from '../contenders/run-contender.ts';
import { delayedBaseUrl } from '../mock/protocol.ts';
import { startMock } from '../mock/start-mock.ts';
import { quote } from '../report/quote.ts';
import { interleave, roundsFor } from '../rounds.ts';
import { differences, median } from '../statistics.ts';
import { writeTaskFile } from '../workload.ts';

const CONTENDERS = { tasklane: 'Tasklane', 'undici-pool': 'raw undici pool', 'openai-p-queue': 'openai + p-queue' } as const satisfies Partial<Record<ContenderName, string>>;
const NAMES = ['tasklane', 'undici-pool', 'openai-p-queue'] as const;
const ALLOWED_ABOVE_UNDICI = 0.01;

async function run({ quick, workDir, say }: BenchOptions): Promise<BenchReport> {
  const [count, delayMs, concurrency] = quick ? [60, 50, 10] : [300, 200, 10];
  const lowerBoundMs = (count * delayMs) / concurrency;
  const mock = await startMock();
  try {
    const taskFile = await writeTaskFile(workDir, count);
    const measured = await interleave(NAMES, roundsFor(quick), async (contender, round) => {
      const { runs } = await runContender({ contender, baseUrl: delayedBaseUrl(mock.origin, delayMs), count, concurrency, runs: 1, taskFile, workDir });
      const [{ server }] = runs as [(typeof runs)[number]];
      if (server.peakInFlight !== concurrency) throw new Error(`Expected ${concurrency} in flight at the peak, the server saw ${server.peakInFlight} of ${contender}.`);
      const ratio = server.windowMs / lowerBoundMs;
      say(`round ${round + 1}: ${CONTENDERS[contender]} ${ratio.toFixed(4)}`);
      return ratio;
    });
    const aboveUndici = differences(measured.tasklane, measured['undici-pool']);
    const aboveOpenAi = differences(measured.tasklane, measured['openai-p-queue']);
    return {
      rows: NAMES.map((name) => ({ name: CONTENDERS[name], figures: [{ title: 'window / lower bound', samples: measured[name], digits: 4 }] })),
      verdicts: [
        { isMet: median(aboveUndici) <= ALLOWED_ABOVE_UNDICI, figure: `Tasklane minus raw undici pool ${quote(aboveUndici, 4)}`, target: `at most ${ALLOWED_ABOVE_UNDICI.toFixed(3)}` },
        { isMet: median(aboveOpenAi) < 0, figure: `Tasklane minus openai + p-queue ${quote(aboveOpenAi, 4)}`, target: 'below 0' },
      ],
      notes: [`${count} tasks of ${delayMs} ms at concurrency ${concurrency}: the lower bound is ${lowerBoundMs} ms. The window runs from the first request to the last answer as the server saw it. Tasklane is the whole program: a data folder on disk, an imported file, a saved provider, the journal on.`],
    };
  } finally {
    mock.stop();
  }
}

export const window: Bench = {
  name: 'window',
  question: 'How close does a batch come to the least time that its tasks can take at this concurrency?',
  target: 'not above the raw undici pool by more than 0.010, and below openai + p-queue',
  run,
};
