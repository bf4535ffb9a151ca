import type { AttemptPatch, TaskPatch } from '../../shared/contract/columns.ts';
import { createRandom, hashText } from '../../shared/random/random.ts';
import { runProjection, type RunProjection } from '../../shared/timing/run-projection.ts';
import { slotUse } from '../../shared/timing/slot-use.ts';
import { chartModel, type ChartModel, type RunData } from './data/chart-model.ts';
import { projectedConcurrencies } from './data/projection.ts';

/** What the page asks of the worker. One question is answered before the next is asked. */
export interface ChartQuestion {
  readonly data: RunData;
  readonly version: number;
  /** A projection takes longer and is asked for less often while the run is live. */
  readonly withProjection: boolean;
}

export interface ChartAnswer {
  readonly runId: string;
  readonly version: number;
  readonly model: ChartModel;
  /** Null when it was not asked for. */
  readonly projection: RunProjection | null;
}

/** The draws are seeded by the run's id, so that the band stands still between two looks at the same numbers. */
export function projection({ run, tasks, attempts }: RunData): RunProjection {
  return runProjection(run, tasks, attempts, projectedConcurrencies(slotUse(run, attempts).peakInFlight), createRandom(hashText(run.runId)));
}

/** Answers a question; the whole of the worker's work. */
export function answer({ data, version, withProjection }: ChartQuestion): ChartAnswer {
  return { runId: data.run.runId, version, model: chartModel(data), projection: withProjection ? projection(data) : null };
}

/** Copies of the columns: they are views, and cloning a view to a worker would clone the whole buffer under it. */
export function detached({ run, tasks, attempts }: RunData): RunData {
  return { run, tasks: sliced(tasks), attempts: slicedAttempts(attempts) };
}

function sliced(tasks: TaskPatch): TaskPatch {
  return { index: tasks.index.slice(), status: tasks.status.slice(), attempts: tasks.attempts.slice(), failure: tasks.failure.slice(), startedMs: tasks.startedMs.slice(), finishedMs: tasks.finishedMs.slice(), serviceMs: tasks.serviceMs.slice(), finalServiceMs: tasks.finalServiceMs.slice(), timeToFirstTokenMs: tasks.timeToFirstTokenMs.slice(), inputTokens: tasks.inputTokens.slice(), outputTokens: tasks.outputTokens.slice(), flags: tasks.flags.slice() };
}

function slicedAttempts(attempts: AttemptPatch): AttemptPatch {
  return { ordinal: attempts.ordinal.slice(), taskIndex: attempts.taskIndex.slice(), number: attempts.number.slice(), slot: attempts.slot.slice(), queueWaitMs: attempts.queueWaitMs.slice(), rateWaitMs: attempts.rateWaitMs.slice(), backoffMs: attempts.backoffMs.slice(), sentMs: attempts.sentMs.slice(), firstTokenMs: attempts.firstTokenMs.slice(), finishedMs: attempts.finishedMs.slice(), outcome: attempts.outcome.slice(), outputTokens: attempts.outputTokens.slice() };
}

/** The buffers of detached columns, to be handed over instead of copied a second time. */
export function buffersOf({ tasks, attempts }: RunData): ArrayBuffer[] {
  return [...Object.values(tasks), ...Object.values(attempts)].map((column: TaskPatch[keyof TaskPatch]) => column.buffer as ArrayBuffer);
}
