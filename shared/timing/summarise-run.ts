import type { AttemptPatch, TaskPatch } from '../contract/columns.ts';
import type { RunSummary } from '../contract/summary.ts';
import type { FailureClass, RunHeader, TaskFlag } from '../vocabulary.ts';
import type { AttemptSpans } from './attempt-spans.ts';
import { ATTEMPT_COMPLETED } from '../contract/columns.ts';
import { FAILURE_CLASSES, TASK_FLAGS, TASK_STATUSES } from '../vocabulary.ts';
import { attemptDurations, attemptSpans } from './attempt-spans.ts';
import { lowerBoundMs } from './lower-bound.ts';
import { percentiles } from './percentiles.ts';
import { slotAccountOf } from './slot-account.ts';
import { slotUseOf } from './slot-use.ts';
import { estimatedSpeedup, theoreticalMax } from './speedup.ts';

const FAILED = TASK_STATUSES.indexOf('failed');

function failuresByClass(tasks: TaskPatch): Partial<Record<FailureClass, number>> {
  const counts: Partial<Record<FailureClass, number>> = {};
  tasks.failure.forEach((failure, row) => {
    const failureClass = FAILURE_CLASSES[failure - 1];
    if (tasks.status[row] === FAILED && failureClass !== undefined) counts[failureClass] = (counts[failureClass] ?? 0) + 1;
  });
  return counts;
}

function flagCounts(tasks: TaskPatch): Record<TaskFlag, number> {
  const counts: Record<TaskFlag, number> = { maybeBilledTwice: 0, edited: 0, cutShort: 0, filtered: 0, unconfirmed: 0 };
  for (const name of Object.keys(counts) as TaskFlag[]) for (const flags of tasks.flags) if ((flags & TASK_FLAGS[name]) !== 0) counts[name] += 1;
  return counts;
}

/** What the attempts of a run took. */
interface Work {
  readonly sumServiceMs: number;
  /** By task position; 0 where nothing was sent. */
  readonly taskServiceMs: Float64Array;
  readonly sentTasks: number;
  /** Of completed attempts; NaN at the others. */
  readonly latenciesMs: Float64Array;
  readonly firstTokensMs: Float64Array;
}

function workOf(spans: AttemptSpans, attempts: AttemptPatch, durations: Float64Array): Work {
  const taskCount = spans.rows.reduce((most, row) => Math.max(most, attempts.taskIndex[row]! + 1), 0);
  const taskServiceMs = new Float64Array(taskCount);
  const wasSent = new Uint8Array(taskCount);
  const latenciesMs = new Float64Array(durations.length).fill(Number.NaN);
  const firstTokensMs = new Float64Array(durations.length).fill(Number.NaN);
  let sumServiceMs = 0;
  let sentTasks = 0;
  spans.rows.forEach((row, position) => {
    const task = attempts.taskIndex[row]!;
    sumServiceMs += durations[position]!;
    taskServiceMs[task] = taskServiceMs[task]! + durations[position]!;
    sentTasks += 1 - wasSent[task]!;
    wasSent[task] = 1;
    if (attempts.outcome[row] !== ATTEMPT_COMPLETED) return;
    latenciesMs[position] = durations[position]!;
    firstTokensMs[position] = attempts.firstTokenMs[row]! - attempts.sentMs[row]!;
  });
  return { sumServiceMs, taskServiceMs, sentTasks, latenciesMs, firstTokensMs };
}

/** Removes the noise of floating-point sums (3.0000000000000004 slots). */
function withoutNoise(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

/**
 * The summary of a run, also of one that is on: then the wall ends now, and what is in flight counts as far as it got.
 * Latencies and times to first token are those of completed attempts. The cost is unknown (null): there are no prices.
 */
export function summariseRun(run: RunHeader, tasks: TaskPatch, attempts: AttemptPatch): RunSummary {
  const spans = attemptSpans(run, attempts);
  const durations = attemptDurations(spans);
  const use = slotUseOf(run, spans);
  const work = workOf(spans, attempts, durations);
  const { sumServiceMs } = work;
  const lowerMs = lowerBoundMs({ taskServiceMs: work.taskServiceMs, attemptDurationsMs: durations, meanSlots: use.meanSlots, peakSlots: use.peakSlots });
  const concurrency = use.wallMs > 0 ? withoutNoise(use.meanSlots) : run.settings.concurrency;
  const most = theoreticalMax(concurrency, run.total);
  const speedup = estimatedSpeedup(sumServiceMs, use.wallMs);
  return {
    runId: run.runId,
    batch: run.batchName,
    status: run.status,
    stopReason: run.stopReason,
    provider: run.settings.providerName,
    model: run.settings.model,
    simulated: run.settings.simulated,
    total: run.total,
    completed: run.completed,
    failed: run.failed,
    cancelled: run.cancelled,
    queued: run.total - run.completed - run.failed - run.cancelled,
    attempts: run.attempts,
    retries: run.retries,
    wallMs: use.wallMs,
    sumServiceMs,
    meanServiceMs: work.sentTasks > 0 ? sumServiceMs / work.sentTasks : null,
    peakInFlight: use.peakInFlight,
    concurrency,
    // It cannot pass min(c, n) but for floating-point rounding, which is taken off here.
    speedupEstimated: speedup === null ? null : Math.min(speedup, most),
    theoreticalMax: most,
    slotUtilisationFraction: use.slotMs > 0 ? Math.min(1, use.busyMs / use.slotMs) : null,
    lowerBoundMs: Math.min(lowerMs, use.wallMs),
    efficiencyVsLowerBound: use.wallMs > 0 ? Math.min(1, lowerMs / use.wallMs) : null,
    latencyMs: percentiles(work.latenciesMs),
    timeToFirstTokenMs: percentiles(work.firstTokensMs),
    tokens: { input: run.inputTokens, output: run.outputTokens },
    costUsd: null,
    failuresByClass: failuresByClass(tasks),
    flagged: flagCounts(tasks),
    account: slotAccountOf(run, tasks, attempts, spans),
    startedAt: run.startedAt,
    endedAt: run.endedAt,
  };
}
