import type { AttemptPatch } from '../../shared/contract/columns.ts';
import type { RunSnapshot } from '../../shared/contract/commands.ts';
import { createRandom, hashText } from '../../shared/random/random.ts';
import { fitSlowdown, type LoadSample } from '../../shared/timing/fit-slowdown.ts';
import { inFlightMeans } from '../../shared/timing/in-flight-means.ts';
import { projectRun, type ProjectionPoint } from '../../shared/timing/projection.ts';
import type { Slowdown } from '../../shared/timing/slowdown.ts';

/** The result of `project --json`. */
export interface RunProjection {
  readonly runId: string;
  readonly batch: string;
  readonly simulated: boolean;
  /** Tasks that were sent and have ended. */
  readonly taskCount: number;
  /** Most tasks in flight that the projection rests on. */
  readonly observedConcurrency: number;
  /** How the server slows down under load; null where these runs cannot tell. */
  readonly slowdown: Slowdown | null;
  readonly projection: readonly ProjectionPoint[];
}

interface EndedAttempts {
  readonly taskIndex: readonly number[];
  readonly sentMs: Float64Array;
  readonly finishedMs: Float64Array;
}

/** Attempts that have ended, in the order of sending. */
function endedAttempts(attempts: AttemptPatch): EndedAttempts {
  const rows = [...attempts.ordinal.keys()].filter((row) => !Number.isNaN(attempts.finishedMs[row] ?? Number.NaN)).sort((left, right) => (attempts.ordinal[left] ?? 0) - (attempts.ordinal[right] ?? 0));
  return {
    taskIndex: rows.map((row) => attempts.taskIndex[row] ?? 0),
    sentMs: Float64Array.from(rows, (row) => attempts.sentMs[row] ?? 0),
    finishedMs: Float64Array.from(rows, (row) => attempts.finishedMs[row] ?? 0),
  };
}

/** Service time of each task, the sum over its attempts, in the order of first sending. */
function taskDurations(ended: EndedAttempts): readonly number[] {
  const byTask = new Map<number, number>();
  ended.taskIndex.forEach((task, row) => byTask.set(task, (byTask.get(task) ?? 0) + (ended.finishedMs[row] ?? 0) - (ended.sentMs[row] ?? 0)));
  return [...byTask.values()];
}

function loadSamples(ended: EndedAttempts): readonly LoadSample[] {
  return [...inFlightMeans(ended.sentMs, ended.finishedMs)].map((inFlight, row) => ({ inFlight, durationMs: (ended.finishedMs[row] ?? 0) - (ended.sentMs[row] ?? 0) }));
}

/** Whether these runs were on at more than one concurrency: only then can load and chance be told apart. */
function atSeveralConcurrencies(snapshots: readonly RunSnapshot[]): boolean {
  return new Set(snapshots.flatMap(({ run }) => run.slotSteps.map((step) => step.slots)).filter((slots) => slots > 0)).size > 1;
}

/**
 * What other concurrencies would have given this run: list scheduling of its measured durations. The server's slowdown
 * under load is fitted only where the run and its siblings were on at several concurrencies.
 * @param siblings other runs of the same tasks with the same model and provider. May be empty.
 */
export function projectionOf(snapshot: RunSnapshot, siblings: readonly RunSnapshot[], concurrencies: readonly number[]): RunProjection {
  const { run } = snapshot;
  const ended = endedAttempts(snapshot.attempts);
  const durationsMs = taskDurations(ended);
  const all = [snapshot, ...siblings];
  const slowdown = atSeveralConcurrencies(all) ? fitSlowdown(all.flatMap((each) => loadSamples(endedAttempts(each.attempts)))) : null;
  const wallMs = (run.lastFinishedMs ?? 0) - (run.firstSentMs ?? 0);
  const busyMs = durationsMs.reduce((sum, ms) => sum + ms, 0);
  // What a sibling was seen with counts only where it went into the fit.
  const observedConcurrency = Math.max(...(slowdown === null ? [snapshot] : all).map((each) => each.run.peakInFlight));
  const projection = projectRun({
    durationsMs,
    concurrencies,
    observedConcurrency,
    slowdown,
    meanInFlight: wallMs > 0 ? Math.max(1, busyMs / wallMs) : 1,
    random: createRandom(hashText(run.runId)),
  });
  return { runId: run.runId, batch: run.batchName, simulated: run.settings.simulated, taskCount: durationsMs.length, observedConcurrency, slowdown, projection };
}
