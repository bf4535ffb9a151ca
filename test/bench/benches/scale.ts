import type { Bench, BenchOptions, BenchReport } from '../bench.ts';
import type { ContenderResult, ContenderRun } from '../contenders/contender.ts';
import { runContender } from '../contenders/run-contender.ts';
import { delayedBaseUrl } from '../mock/protocol.ts';
import { startMock } from '../mock/start-mock.ts';
import { quote } from '../report/quote.ts';
import { median } from '../statistics.ts';
import { writeTaskFile } from '../workload.ts';

const CONCURRENCY = 50;
const RATE_TARGET = 0.9;
const MEMORY_TARGET = 1.5;
const LOOP_TARGET_MS = 20;

interface Size {
  readonly count: number;
  readonly rate: number;
  readonly cpuPer1000: number;
  readonly peakRssMb: number;
  readonly loopDelayP99Ms: number;
}

function sizeOf(count: number, { runs, peakRssMb }: ContenderResult): Size {
  const [run] = runs as readonly [ContenderRun];
  if (run.loopDelayP99Ms === null) throw new Error('Expected the event loop to be watched.');
  return { count, rate: (count / run.wallMs) * 1000, cpuPer1000: run.cpuMs / count, peakRssMb, loopDelayP99Ms: run.loopDelayP99Ms };
}

function rowOf(name: string, sizes: readonly Size[]): BenchReport['rows'][number] {
  return {
    name,
    figures: [
      { title: 'tasks/s', samples: sizes.map(({ rate }) => rate), digits: 0 },
      { title: 'CPU seconds per 1,000', samples: sizes.map(({ cpuPer1000 }) => cpuPer1000), digits: 3 },
      { title: 'peak memory, MB', samples: sizes.map(({ peakRssMb }) => peakRssMb), digits: 0 },
      { title: 'event-loop delay p99, ms', samples: sizes.map(({ loopDelayP99Ms }) => loopDelayP99Ms), digits: 1 },
    ],
  };
}

async function run({ quick, workDir, say }: BenchOptions): Promise<BenchReport> {
  const [small, large] = quick ? [5000, 50_000] : [50_000, 1_000_000];
  const mock = await startMock();
  try {
    const measure = async (count: number): Promise<Size> => {
      const taskFile = await writeTaskFile(workDir, count);
      const size = sizeOf(count, await runContender({ contender: 'tasklane', baseUrl: delayedBaseUrl(mock.origin, 0), count, concurrency: CONCURRENCY, runs: 1, taskFile, workDir, watchesLoop: true }));
      say(`${count.toLocaleString('en')} tasks: ${Math.round(size.rate)} tasks/s, ${Math.round(size.peakRssMb)} MB, event-loop delay p99 ${size.loopDelayP99Ms.toFixed(1)} ms`);
      return size;
    };
    const before = await measure(small);
    const many = await measure(large);
    const few = [before, await measure(small)];
    const rate = few.map((size) => many.rate / size.rate);
    const memory = few.map((size) => many.peakRssMb / size.peakRssMb);
    const [fewTasks, manyTasks] = [small, large].map((count) => `${count.toLocaleString('en')} tasks`);
    return {
      rows: [rowOf(`Tasklane, ${fewTasks}`, few), rowOf(`Tasklane, ${manyTasks}`, [many])],
      verdicts: [
        { isMet: median(rate) >= RATE_TARGET, figure: `${quote(rate, 2)} times the tasks/s of ${fewTasks} with ${manyTasks}`, target: `at least ${RATE_TARGET}` },
        { isMet: median(memory) <= MEMORY_TARGET, figure: `${quote(memory, 2)} times the peak memory of ${fewTasks} with ${manyTasks}`, target: `at most ${MEMORY_TARGET}` },
        { isMet: many.loopDelayP99Ms <= LOOP_TARGET_MS, figure: `event-loop delay p99 ${many.loopDelayP99Ms.toFixed(1)} ms with ${manyTasks}`, target: `at most ${LOOP_TARGET_MS} ms` },
      ],
      notes: [
        `Tasks of 0 ms at concurrency ${CONCURRENCY}, imported from a file, the whole program with its durable journal and a listener for its events, each size in a fresh process. ${manyTasks} were run once, ${fewTasks} once before and once after: the spread is that of two, not of five rounds.`,
        `Peak memory is that of the process from its start, import included. The event-loop delay is how long a timer of 1 ms took while the run was on.${quick ? ' A quick look with a twentieth of the tasks, which says little of a million.' : ''}`,
      ],
    };
  } finally {
    mock.stop();
  }
}

export const scale: Bench = {
  name: 'scale',
  question: 'Does a million tasks run as fast and in as little memory as fifty thousand?',
  target: `at least ${RATE_TARGET} times the tasks/s, at most ${MEMORY_TARGET} times the memory, event-loop delay p99 at most ${LOOP_TARGET_MS} ms`,
  run,
};
