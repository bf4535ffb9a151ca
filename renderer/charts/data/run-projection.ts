import { createRandom, hashText } from '../../../shared/random/random.ts';
import { attemptDurations, attemptSpans } from '../../../shared/timing/attempt-spans.ts';
import { fitSlowdown } from '../../../shared/timing/fit-slowdown.ts';
import { inFlightMeans } from '../../../shared/timing/in-flight-means.ts';
import { projectRun, type ProjectionPoint } from '../../../shared/timing/projection.ts';
import { summariseRun } from '../../../shared/timing/summarise-run.ts';
import { TASK_STATUSES } from '../../../shared/vocabulary.ts';
import type { RunData } from './chart-model.ts';

const CONCURRENCIES = [1, 2, 3, 5, 10, 20] as const;
/** Attempts looked at for the slowdown under load: plenty for two parameters. */
const MOST_LOAD_SAMPLES = 20_000;

export interface RunProjection {
  /** Ascending; empty before a task finished. */
  readonly points: readonly ProjectionPoint[];
  /** False when the load hardly varied, so that the run can't tell whether the server slows down under it. */
  readonly slowdownKnown: boolean;
}

/** The usual settings, the observed one, and where that is large, twice as many: the furthest that is not extrapolated. */
function concurrenciesFor(observed: number): readonly number[] {
  const wanted = new Set<number>([...CONCURRENCIES, observed, ...(observed > 10 ? [2 * observed] : [])]);
  return [...wanted].filter((concurrency) => concurrency >= 1).sort((left, right) => left - right);
}

/** Service times of tasks that have ended, in the order of sending, ms. */
function endedServiceTimes({ tasks }: RunData): readonly number[] {
  const ended = Array.from(tasks.index, (_, row) => row).filter((row) => {
    const status = TASK_STATUSES[tasks.status[row]!];
    return (status === 'completed' || status === 'failed') && tasks.serviceMs[row]! >= 0;
  });
  return ended.sort((left, right) => tasks.startedMs[left]! - tasks.startedMs[right]!).map((row) => tasks.serviceMs[row]!);
}

/**
 * Projects the tasks that have ended to other concurrencies. Pure: the draws are seeded by the run's id, so that the band
 * stands still between two looks at the same numbers.
 */
export function runProjection(data: RunData): RunProjection {
  const { run, tasks, attempts } = data;
  const durationsMs = endedServiceTimes(data);
  if (durationsMs.length === 0) return { points: [], slowdownKnown: false };
  const summary = summariseRun(run, tasks, attempts);
  const spans = attemptSpans(run, attempts);
  const every = Math.ceil(spans.rows.length / MOST_LOAD_SAMPLES);
  const inFlight = inFlightMeans(spans.sentMs, spans.endMs);
  const attemptMs = attemptDurations(spans);
  const samples = Array.from(inFlight, (count, position) => ({ inFlight: count, durationMs: attemptMs[position]! })).filter((_, position) => position % every === 0);
  const slowdown = fitSlowdown(samples);
  const points = projectRun({
    durationsMs,
    concurrencies: concurrenciesFor(summary.peakInFlight),
    observedConcurrency: summary.peakInFlight,
    overheadMs: summary.account.dispatchGapMs / durationsMs.length,
    slowdown,
    meanInFlight: summary.speedupEstimated ?? 1,
    random: createRandom(hashText(run.runId)),
  });
  return { points, slowdownKnown: slowdown !== null };
}
