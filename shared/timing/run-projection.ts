import type { AttemptPatch, TaskPatch } from '../contract/columns.ts';
import type { Random } from '../random/random.ts';
import type { RunHeader } from '../vocabulary.ts';
import type { ProjectionPoint } from './projection.ts';
import type { Slowdown } from './slowdown.ts';
import { ATTEMPT_COMPLETED, ATTEMPT_RUNNING } from '../contract/columns.ts';
import { attemptDurations, attemptSpans } from './attempt-spans.ts';
import { fitSlowdown } from './fit-slowdown.ts';
import { inFlightMeans } from './in-flight-means.ts';
import { projectBaseRuns } from './projection.ts';
import { slotAccountOf } from './slot-account.ts';
import { slotUseOf } from './slot-use.ts';
import { slowdownFactor } from './slowdown.ts';

export interface RunProjection {
  readonly points: readonly ProjectionPoint[];
  /** How the server slowed down under load; null where this run cannot tell, its load having hardly varied. */
  readonly slowdown: Slowdown | null;
}

/** Whether the limit was changed on the way: the ramp and tail of any run vary the load too, but along with chance. */
function hadSeveralLimits(run: RunHeader): boolean {
  return new Set(run.slotSteps.map((step) => step.slots).filter((slots) => slots > 0)).size > 1;
}

/**
 * What other concurrencies would have given for the tasks of a run that were sent and have ended: `projectRun` with the
 * run's own order, its measured gap between two tasks of a slot, and the slowdown under load where its limit was changed
 * on the way and the load varied enough to fit one. Rate limits are not part of it.
 */
export function runProjection(run: RunHeader, tasks: TaskPatch, attempts: AttemptPatch, concurrencies: readonly number[], random: Random): RunProjection {
  const spans = attemptSpans(run, attempts);
  const durations = attemptDurations(spans);
  const loads = inFlightMeans(spans.sentMs, spans.endMs);
  const outcomeAt = (position: number): number => attempts.outcome[spans.rows[position]!]!;
  const samples = Array.from(durations, (durationMs, position) => ({ durationMs, inFlight: loads[position]! }));
  const slowdown = hadSeveralLimits(run) ? fitSlowdown(samples.filter((_, position) => outcomeAt(position) === ATTEMPT_COMPLETED)) : null;
  const unfinished = new Set<number>();
  const baseByTask = new Map<number, number>();
  spans.rows.forEach((row, position) => {
    const task = attempts.taskIndex[row]!;
    if (outcomeAt(position) === ATTEMPT_RUNNING) unfinished.add(task);
    baseByTask.set(task, (baseByTask.get(task) ?? 0) + durations[position]! / slowdownFactor(slowdown, loads[position]!));
  });
  for (const task of unfinished) baseByTask.delete(task);
  const gaps = slotAccountOf(run, tasks, attempts, spans).dispatchGapMs;
  const use = slotUseOf(run, spans);
  const points = projectBaseRuns([[...baseByTask.values()]], {
    concurrencies,
    observedConcurrency: use.peakInFlight,
    overheadMs: gaps / Math.max(1, durations.length - use.peakInFlight),
    slowdown,
    random,
  });
  return { points, slowdown };
}
