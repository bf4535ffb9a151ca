import type { AttemptPatch, TaskPatch } from '../contract/columns.ts';
import type { Random } from '../random/random.ts';
import type { RunHeader } from '../vocabulary.ts';
import type { ProjectionPoint } from './projection.ts';
import type { Slowdown } from './slowdown.ts';
import { ATTEMPT_COMPLETED, ATTEMPT_RUNNING } from '../contract/columns.ts';
import { attemptDurations, attemptSpans } from './attempt-spans.ts';
import { fitSlowdown, type LoadSample } from './fit-slowdown.ts';
import { inFlightMeans } from './in-flight-means.ts';
import { projectBaseRuns } from './projection.ts';
import { slotAccountOf } from './slot-account.ts';
import { slotUseOf } from './slot-use.ts';
import { slowdownFactor } from './slowdown.ts';

export interface RunProjection {
  readonly points: readonly ProjectionPoint[];
  /** How the server slowed down under load; null where this run cannot tell, its load having hardly varied. */
  readonly slowdown: Slowdown | null;
  /** Most tasks in flight that the projection rests on. */
  readonly observedConcurrency: number;
  /** Tasks that were sent and have ended. */
  readonly taskCount: number;
}

/** Another run of the same tasks with the same model and provider. */
export interface SiblingRun {
  readonly run: RunHeader;
  readonly attempts: AttemptPatch;
}

/** Whether they were on at several limits: the ramp and tail of any run vary the load too, but along with chance. */
function hadSeveralLimits(runs: readonly RunHeader[]): boolean {
  return new Set(runs.flatMap((run) => run.slotSteps.map((step) => step.slots)).filter((slots) => slots > 0)).size > 1;
}

/** Load and duration of each completed attempt. */
function loadSamples({ run, attempts }: SiblingRun): readonly LoadSample[] {
  const spans = attemptSpans(run, attempts);
  const durations = attemptDurations(spans);
  const loads = inFlightMeans(spans.sentMs, spans.endMs);
  return Array.from(durations, (durationMs, position) => ({ durationMs, inFlight: loads[position]! })).filter((_, position) => attempts.outcome[spans.rows[position]!] === ATTEMPT_COMPLETED);
}

/**
 * What other concurrencies would have given for the tasks of a run that were sent and have ended: `projectRun` with the
 * run's own order, its measured gap between two tasks of a slot, and the slowdown under load where this run and its
 * siblings were on at several limits and the load varied enough to fit one. Rate limits are not part of it.
 */
export function runProjection(run: RunHeader, tasks: TaskPatch, attempts: AttemptPatch, concurrencies: readonly number[], random: Random, siblings: readonly SiblingRun[] = []): RunProjection {
  const all = [{ run, attempts }, ...siblings];
  const slowdown = hadSeveralLimits(all.map((one) => one.run)) ? fitSlowdown(all.flatMap(loadSamples)) : null;
  const spans = attemptSpans(run, attempts);
  const durations = attemptDurations(spans);
  const loads = inFlightMeans(spans.sentMs, spans.endMs);
  const unfinished = new Set<number>();
  const baseByTask = new Map<number, number>();
  spans.rows.forEach((row, position) => {
    const task = attempts.taskIndex[row]!;
    if (attempts.outcome[row] === ATTEMPT_RUNNING) unfinished.add(task);
    baseByTask.set(task, (baseByTask.get(task) ?? 0) + durations[position]! / slowdownFactor(slowdown, loads[position]!));
  });
  for (const task of unfinished) baseByTask.delete(task);
  const gaps = slotAccountOf(run, tasks, attempts, spans).dispatchGapMs;
  const { peakInFlight } = slotUseOf(run, spans);
  // What a sibling was seen with counts only where it went into the fit.
  const observedConcurrency = slowdown === null ? peakInFlight : Math.max(peakInFlight, ...siblings.map((sibling) => sibling.run.peakInFlight));
  const points = projectBaseRuns([[...baseByTask.values()]], { concurrencies, observedConcurrency, overheadMs: gaps / Math.max(1, durations.length - peakInFlight), slowdown, random });
  return { points, slowdown, observedConcurrency, taskCount: baseByTask.size };
}
