import type { Bench, BenchOptions, BenchReport } from '../bench.ts';
import type { ContenderName, ContenderRun } from '../contenders/contender.ts';
import { runContender } from '../contenders/run-contender.ts';
import { streamedBaseUrl } from '../mock/protocol.ts';
import { startMock } from '../mock/start-mock.ts';
import { quote } from '../report/quote.ts';
import { interleave, roundsFor } from '../rounds.ts';
import { median, ratios } from '../statistics.ts';
import { writeTaskFile } from '../workload.ts';

const CONTENDERS = { 'tasklane-stream': 'Tasklane', 'openai-stream': 'openai + p-queue', 'undici-stream': 'raw undici pool, bytes only' } as const satisfies Partial<Record<ContenderName, string>>;
const NAMES = ['tasklane-stream', 'openai-stream', 'undici-stream'] as const;
const GAP_MS = 10;
const CPU_TARGET = 0.6;
const WALL_TARGET = 1.03;

interface Measured {
  /** CPU time a token, microseconds. */
  readonly cpuUs: number;
  readonly wall: number;
  readonly serverBusy: number;
  readonly peakRssMb: number;
}

async function run({ quick, workDir, say }: BenchOptions): Promise<BenchReport> {
  const [count, tokens] = quick ? [200, 200] : [200, 1000];
  const nominalMs = tokens * GAP_MS;
  const mock = await startMock();
  try {
    const taskFile = await writeTaskFile(workDir, count);
    const measured = await interleave(NAMES, roundsFor(quick), async (contender, round): Promise<Measured> => {
      const { runs, peakRssMb } = await runContender({ contender, baseUrl: streamedBaseUrl(mock.origin, tokens, GAP_MS), count, concurrency: count, runs: 1, taskFile, workDir, tokens });
      const [{ wallMs, cpuMs, server }] = runs as readonly [ContenderRun];
      if (server.peakInFlight !== count) throw new Error(`Expected ${count} streams at once, the server saw ${server.peakInFlight} of ${contender}.`);
      const result = { cpuUs: (cpuMs / (count * tokens)) * 1000, wall: wallMs / nominalMs, serverBusy: (server.cpuMs / server.windowMs) * 100, peakRssMb };
      say(`round ${round + 1}: ${CONTENDERS[contender]} ${result.cpuUs.toFixed(1)} us of CPU a token, wall / nominal ${result.wall.toFixed(3)}`);
      return result;
    });
    const of = (name: (typeof NAMES)[number], key: keyof Measured): readonly number[] => measured[name].map((result) => result[key]);
    const cpu = ratios(of('tasklane-stream', 'cpuUs'), of('openai-stream', 'cpuUs'));
    const wall = of('tasklane-stream', 'wall');
    return {
      rows: NAMES.map((name) => ({
        name: CONTENDERS[name],
        figures: [
          { title: 'CPU a token, µs', samples: of(name, 'cpuUs'), digits: 1 },
          { title: 'wall / nominal', samples: of(name, 'wall'), digits: 3 },
          { title: 'peak memory, MB', samples: of(name, 'peakRssMb'), digits: 0 },
          { title: 'server busy, % of a core', samples: of(name, 'serverBusy'), digits: 0 },
        ],
      })),
      verdicts: [
        { isMet: median(cpu) <= CPU_TARGET, figure: `${quote(cpu, 2)} times the CPU a token of openai + p-queue`, target: `at most ${CPU_TARGET}` },
        { isMet: median(wall) <= WALL_TARGET, figure: `wall / nominal ${quote(wall, 3)}`, target: `at most ${WALL_TARGET}` },
      ],
      notes: [
        `${count} streams at once, ${tokens.toLocaleString('en')} tokens each, one every ${GAP_MS} ms and each a chunk of its own: nominally ${nominalMs / 1000} s. The wall goes from the start of the run until the last answer is there, with Tasklane until it is on disk; CPU is that of the whole run. Tasklane is the whole program, with a screen that watches one answer grow.`,
        `The raw undici pool takes the bytes of each stream and looks at them once at its end: what receiving costs, below which nobody gets. Tasklane takes ${quote(ratios(of('tasklane-stream', 'cpuUs'), of('undici-stream', 'cpuUs')), 2)} times that.`,
        ...(quick ? ['A quick look: with streams so short, what a task costs once counts fivefold for each token.'] : []),
      ],
    };
  } finally {
    mock.stop();
  }
}

export const stream: Bench = {
  name: 'stream',
  question: 'What does a streamed token cost, and does the program keep up with 200 streams?',
  target: `at most ${CPU_TARGET} times the CPU a token of openai + p-queue, wall / nominal at most ${WALL_TARGET}`,
  run,
};
