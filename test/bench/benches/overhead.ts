import type { Bench, BenchOptions, BenchReport, Row } from '../bench.ts';
import type { ContenderName, ContenderResult, ContenderRun } from '../contenders/contender.ts';
import { runContender } from '../contenders/run-contender.ts';
import { delayedBaseUrl } from '../mock/protocol.ts';
import { startMock } from '../mock/start-mock.ts';
import { quote } from '../report/quote.ts';
import { interleave, roundsFor } from '../rounds.ts';
import { median, ratios } from '../statistics.ts';
import { writeTaskFile } from '../workload.ts';

const CONTENDERS = { tasklane: 'Tasklane', 'undici-pool': 'raw undici pool', 'openai-p-queue': 'openai + p-queue' } as const satisfies Partial<Record<ContenderName, string>>;
const NAMES = ['tasklane', 'openai-p-queue', 'undici-pool'] as const;
const RATE_TARGET = 1.8;
const CPU_TARGET = 0.6;
const RUNS = 2;

interface Measured {
  readonly rates: readonly number[];
  readonly cpuPer1000: readonly number[];
  readonly serverBusy: readonly number[];
}

/** The run at a position of each process: 0 cold, 1 warm. */
function at(results: readonly ContenderResult[], position: number, count: number): Measured {
  const runs = results.map((result) => result.runs[position]).filter((run): run is ContenderRun => run !== undefined);
  return {
    rates: runs.map(({ wallMs }) => (count / wallMs) * 1000),
    cpuPer1000: runs.map(({ cpuMs }) => cpuMs / count),
    serverBusy: runs.map(({ server }) => (server.cpuMs / server.windowMs) * 100),
  };
}

/** Memory is known for the whole process only, so it stands in its last row. */
function rowOf(name: string, { rates, cpuPer1000, serverBusy }: Measured, peakRssMb: readonly number[] | null): Row {
  return {
    name,
    figures: [
      { title: 'tasks/s', samples: rates, digits: 0 },
      { title: 'CPU seconds per 1,000', samples: cpuPer1000, digits: 3 },
      { title: 'server busy, % of a core', samples: serverBusy, digits: 0 },
      ...(peakRssMb === null ? [] : [{ title: 'peak memory, MB', samples: peakRssMb, digits: 0 }]),
    ],
  };
}

async function run({ quick, workDir, say }: BenchOptions): Promise<BenchReport> {
  const [count, concurrency] = quick ? [1000, 50] : [5000, 50];
  const mock = await startMock();
  try {
    const taskFile = await writeTaskFile(workDir, count);
    const results = await interleave(NAMES, roundsFor(quick), async (contender, round) => {
      const result = await runContender({ contender, baseUrl: delayedBaseUrl(mock.origin, 0), count, concurrency, runs: RUNS, taskFile, workDir });
      say(`round ${round + 1}: ${CONTENDERS[contender]} ${result.runs.map(({ wallMs }) => `${Math.round((count / wallMs) * 1000)} tasks/s`).join(', then ')}`);
      return result;
    });
    const [cold, warm] = [0, 1].map((position) => ({ tasklane: at(results.tasklane, position, count), openAi: at(results['openai-p-queue'], position, count) })) as [ColdOrWarm, ColdOrWarm];
    const rate = ratios(cold.tasklane.rates, cold.openAi.rates);
    const cpu = ratios(cold.tasklane.cpuPer1000, cold.openAi.cpuPer1000);
    return {
      rows: [0, 1].flatMap((position) => NAMES.map((name) => rowOf(`${CONTENDERS[name]}, ${position === 0 ? 'cold' : 'warm'}`, at(results[name], position, count), position === 0 ? null : results[name].map(({ peakRssMb }) => peakRssMb)))),
      verdicts: [
        { isMet: median(rate) >= RATE_TARGET, figure: `${quote(rate, 2)} times the tasks/s of openai + p-queue`, target: `at least ${RATE_TARGET}` },
        { isMet: median(cpu) <= CPU_TARGET, figure: `${quote(cpu, 2)} times its CPU per task`, target: `at most ${CPU_TARGET}` },
      ],
      notes: [
        `${count.toLocaleString('en')} tasks of 0 ms at concurrency ${concurrency}, answers not streamed; each contender in a fresh process, CPU time of all its threads. Cold is the first batch of the process, which the verdicts go by; warm is the same again in the same process: ${quote(ratios(warm.tasklane.rates, warm.openAi.rates), 2)} times the tasks/s and ${quote(ratios(warm.tasklane.cpuPer1000, warm.openAi.cpuPer1000), 2)} times the CPU per task of openai + p-queue.`,
        'Tasklane is the whole program with its durable journal and a listener for its events; its time ends when the last result is on disk. That the raw undici pool is faster by far shows that the server is not what limits the others.',
      ],
    };
  } finally {
    mock.stop();
  }
}

interface ColdOrWarm {
  readonly tasklane: Measured;
  readonly openAi: Measured;
}

export const overhead: Bench = {
  name: 'overhead',
  question: 'What does a task cost when the provider costs nothing?',
  target: `at least ${RATE_TARGET} times the tasks/s of openai + p-queue, at most ${CPU_TARGET} times its CPU per task`,
  run,
};
