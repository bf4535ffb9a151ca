import type { AttemptPatch, TaskPatch } from '../../../shared/contract/columns.ts';
import type { Percentiles } from '../../../shared/contract/summary.ts';
import { attemptDurations, attemptSpans } from '../../../shared/timing/attempt-spans.ts';
import { summariseRun } from '../../../shared/timing/summarise-run.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';
import { accountShares, type AccountShare } from './account.ts';
import { isLive, runNowMs } from './columns.ts';
import { drift, type Drift } from './drift.ts';
import { completedServiceTimes, latencySentence, latencyShape, type LatencyShape } from './latency.ts';
import type { MeasuredPoint } from './projection.ts';
import type { Sentence } from './sentence.ts';
import type { SpeedupFacts } from './speedup.ts';
import { strips, type Strips } from './strips.ts';

/** A run as the charts read it; the columns may be views over buffers that change under them. */
export interface RunData {
  readonly run: RunHeader;
  readonly tasks: TaskPatch;
  readonly attempts: AttemptPatch;
}

export interface LatencyModel {
  readonly shape: LatencyShape;
  readonly sentence: Sentence;
  readonly percentiles: Percentiles;
  readonly count: number;
}

/** Everything drawn but the timeline (which follows the zoom) and the projection (which takes longer). */
export interface ChartModel {
  readonly speedup: SpeedupFacts;
  readonly strips: Strips | null;
  readonly account: readonly AccountShare[];
  readonly latency: LatencyModel;
  /** Null before a request completed. */
  readonly drift: Drift | null;
  /** The run itself as a point among the projected ones; null before anything took time. */
  readonly measured: MeasuredPoint | null;
}

/** Service time of the longest task, its attempts together, ms; 0 when none was sent. */
function longestTaskMs({ run, attempts }: RunData): number {
  const spans = attemptSpans(run, attempts);
  const serviceByTask = new Map<number, number>();
  attemptDurations(spans).forEach((durationMs, position) => {
    const task = attempts.taskIndex[spans.rows[position]!]!;
    serviceByTask.set(task, (serviceByTask.get(task) ?? 0) + durationMs);
  });
  let longestMs = 0;
  for (const serviceMs of serviceByTask.values()) longestMs = Math.max(longestMs, serviceMs);
  return longestMs;
}

/** Reduces a run to what its charts draw. Pure; meant for a worker, as 100,000 attempts take some 100 ms. */
export function chartModel(data: RunData): ChartModel {
  const { run, tasks, attempts } = data;
  const summary = summariseRun(run, tasks, attempts);
  const longestMs = longestTaskMs(data);
  const sorted = completedServiceTimes(attempts);
  const soFar = isLive(run);
  return {
    speedup: { estimated: summary.speedupEstimated, theoreticalMax: summary.theoreticalMax, taskCount: run.total, longestCeiling: longestMs > 0 ? summary.sumServiceMs / longestMs : null, soFar },
    strips: strips(tasks, attempts, run.total, runNowMs(run)),
    account: accountShares(summary.account),
    latency: { shape: latencyShape(attempts, sorted), sentence: latencySentence(sorted, summary.latencyMs, soFar), percentiles: summary.latencyMs, count: sorted.length },
    drift: drift(attempts, soFar),
    measured: summary.speedupEstimated === null ? null : { concurrency: summary.concurrency, wallMs: summary.wallMs, speedup: summary.speedupEstimated },
  };
}
