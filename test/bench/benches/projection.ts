import type { Bench, BenchOptions, BenchReport } from '../bench.ts';
import type { ProjectedWall, ProjectionPlan, ProjectionResult } from '../contenders/projection-plan.ts';
import { runProjectionProcess } from '../contenders/run-projection.ts';
import { startSimulatorProcess } from '../mock/start-mock.ts';
import { quote } from '../report/quote.ts';
import { roundsFor } from '../rounds.ts';
import { median } from '../statistics.ts';
import { writeTaskFile } from '../workload.ts';

const FROM = 5;
const TO = [1, 2, 3, 5, 10];
/** Concurrency, and the share of the tasks after which the next one begins. */
const RAMP = [
  [1, 0.05],
  [2, 0.12],
  [3, 0.22],
  [5, 0.37],
  [10, 0.62],
  [20, 1],
] as const;
const RAMP_TO = [20];
const SLOWDOWN = 0.03;
const MEDIAN_MS = 250;
const SIGMA = 0.4;
const TARGET_PERCENT = 3;
const LIMIT_PERCENT = 5;

interface Row {
  readonly name: string;
  readonly walls: readonly ProjectedWall[];
}

function errors({ walls }: Row): readonly number[] {
  return walls.map(({ projectedMs, actualMs }) => (projectedMs / actualMs - 1) * 100);
}

/** Median of how far off it was, either way. */
function typicalError(row: Row): number {
  return median(errors(row).map(Math.abs));
}

function rowsOf(results: readonly ProjectionResult[], concurrencies: readonly number[], nameOf: (concurrency: number) => string): readonly Row[] {
  return concurrencies.map((concurrency) => ({ name: nameOf(concurrency), walls: results.flatMap(({ walls }) => walls.filter((wall) => wall.concurrency === concurrency)) }));
}

async function run({ quick, workDir, say }: BenchOptions): Promise<BenchReport> {
  const [count, rampCount] = quick ? [30, 100] : [60, 200];
  const taskFile = await writeTaskFile(workDir, count);
  const rampFile = await writeTaskFile(workDir, rampCount);
  const measure = async (round: number, slowdownFraction: number, plan: Pick<ProjectionPlan, 'taskFile' | 'from' | 'to'>): Promise<ProjectionResult> => {
    const simulator = await startSimulatorProcess({ seed: round + 1, latency: { kind: 'lognormal', medianMs: MEDIAN_MS, sigma: SIGMA }, slowdownFraction });
    try {
      const result = await runProjectionProcess({ baseUrl: simulator.baseUrl, workDir, ...plan });
      say(`round ${round + 1}: ${result.walls.map(({ concurrency, projectedMs, actualMs }) => `at ${concurrency} ${((projectedMs / actualMs - 1) * 100).toFixed(2)} %`).join(', ')}`);
      return result;
    } finally {
      simulator.stop();
    }
  };
  const plain: ProjectionResult[] = [];
  const ramped: ProjectionResult[] = [];
  for (let round = 0; round < roundsFor(quick); round += 1) {
    plain.push(await measure(round, 0, { taskFile, from: [{ concurrency: FROM, untilEnded: count }], to: TO }));
    ramped.push(await measure(round, SLOWDOWN, { taskFile: rampFile, from: RAMP.map(([concurrency, share]) => ({ concurrency, untilEnded: share * rampCount })), to: RAMP_TO }));
  }
  const rows = [...rowsOf(plain, TO, (concurrency) => `at ${concurrency}, from a run at ${FROM}`), ...rowsOf(ramped, RAMP_TO, (concurrency) => `at ${concurrency}, from a ramp, server slows down`)];
  const worst = rows.reduce((most, row) => (typicalError(row) > typicalError(most) ? row : most));
  const all = rows.flatMap((row) => errors(row).map(Math.abs));
  return {
    rows: rows.map((row) => ({
      name: row.name,
      figures: [
        { title: 'projected, s', samples: row.walls.map(({ projectedMs }) => projectedMs / 1000), digits: 2 },
        { title: 'run, s', samples: row.walls.map(({ actualMs }) => actualMs / 1000), digits: 2 },
        { title: 'error, %', samples: errors(row), digits: 2 },
      ],
    })),
    verdicts: [
      { isMet: typicalError(worst) <= TARGET_PERCENT, figure: `off by ${quote(errors(worst).map(Math.abs), 2)} % where it is worst, ${worst.name}`, target: `at most ${TARGET_PERCENT} %` },
      { isMet: Math.max(...all) <= LIMIT_PERCENT, figure: `off by at most ${Math.max(...all).toFixed(2)} % in any of ${all.length} runs`, target: `at most ${LIMIT_PERCENT} %` },
    ],
    notes: [
      `${count} tasks at the simulated provider, a process of its own, whose answers take a time that hangs on the prompt alone (log-normal, median ${MEDIAN_MS} ms, sigma ${SIGMA}), drawn anew for each round. The tasks are run at ${FROM}, the walls at the other concurrencies are projected from that, and then the tasks are run there. Answers of a real model take longer, and milliseconds of chance then weigh less.`,
      `The ramp: one run of ${rampCount} tasks whose concurrency is raised on the way (${RAMP.map(([concurrency]) => concurrency).join(', ')}), on a server where each further request in flight makes an answer ${SLOWDOWN * 100} % slower; ${ramped.filter(({ hasSlowdown }) => hasSlowdown).length} of ${ramped.length} fits found that it slows down.`,
    ],
  };
}

export const projection: Bench = {
  name: 'projection',
  question: 'How far off is the projected time at another concurrency?',
  target: `off by at most ${TARGET_PERCENT} % at ${TO.join(', ')} from a run at ${FROM} and at ${RAMP_TO.join(', ')} from a ramp; ${LIMIT_PERCENT} % in any run`,
  run,
};
