import type { AttemptPatch, TaskPatch } from '../contract/columns.ts';
import type { RunHeader } from '../vocabulary.ts';
import type { AttemptSpans } from './attempt-spans.ts';
import type { Level } from './sweep.ts';
import { ATTEMPT_FAILED } from '../contract/columns.ts';
import { FAILURE_CLASSES, TASK_STATUSES } from '../vocabulary.ts';
import { createLevelBuilder } from './sweep.ts';

/** How many tasks wait over time, by what they wait for. */
export interface WaitingLevels {
  /** For nothing but a slot. */
  readonly slot: Level;
  readonly rateLimit: Level;
  readonly backoff: Level;
}

const RATE_LIMITED = ATTEMPT_FAILED + FAILURE_CLASSES.indexOf('rate_limit');
const QUEUED = TASK_STATUSES.indexOf('queued');
const NEVER_SENT = -1;

function atLeastZero(waitMs: number): number {
  return waitMs > 0 ? waitMs : 0;
}

/**
 * Rebuilds when tasks waited, from the durations that each attempt carries. They are laid end to end so that they end
 * with the send, and cut where the previous attempt of the task ended. Their order in time: backoff, then the wait for a
 * slot, then the wait for a rate limit (the task had its turn and the gate was closed); after an attempt that was answered
 * "rate limited" the rate wait comes before the wait for a slot.
 * A task that was never sent waits for a slot from 0 until it was cancelled, or to the end. One that is queued again after
 * a failure waits for the rate limit if that was the failure, else in backoff.
 */
export function waitingLevels(run: RunHeader, tasks: TaskPatch, attempts: AttemptPatch, spans: AttemptSpans): WaitingLevels {
  const slot = createLevelBuilder();
  const rateLimit = createLevelBuilder();
  const backoff = createLevelBuilder();
  const highest = spans.rows.reduce((most, row) => Math.max(most, attempts.taskIndex[row]!), run.total - 1);
  const previousEndMs = new Float64Array(highest + 1);
  const latestOutcome = new Int16Array(highest + 1).fill(NEVER_SENT);

  spans.rows.forEach((row, position) => {
    const task = attempts.taskIndex[row]!;
    const fromMs = previousEndMs[task]!;
    const rateFirst = latestOutcome[task] === RATE_LIMITED;
    let untilMs = spans.sentMs[position]!;
    const before = (level: { add(startMs: number, endMs: number): void }, waitMs: number): void => {
      const sinceMs = Math.max(fromMs, untilMs - atLeastZero(waitMs));
      level.add(sinceMs, untilMs);
      untilMs = Math.min(untilMs, sinceMs);
    };
    if (rateFirst) before(slot, attempts.queueWaitMs[row]!);
    before(rateLimit, attempts.rateWaitMs[row]!);
    if (!rateFirst) before(slot, attempts.queueWaitMs[row]!);
    before(backoff, attempts.backoffMs[row]!);
    previousEndMs[task] = spans.endMs[position]!;
    latestOutcome[task] = attempts.outcome[row]!;
  });

  const status = new Uint8Array(highest + 1).fill(QUEUED);
  const finishedMs = new Float64Array(highest + 1).fill(Number.NaN);
  tasks.index.forEach((task, row) => {
    status[task] = tasks.status[row]!;
    finishedMs[task] = tasks.finishedMs[row]!;
  });
  for (let task = 0; task < run.total; task += 1) {
    const outcome = latestOutcome[task]!;
    if (outcome === NEVER_SENT) {
      slot.add(0, Number.isNaN(finishedMs[task]!) ? spans.window.endMs : finishedMs[task]!);
    } else if (status[task] === QUEUED && outcome >= ATTEMPT_FAILED) {
      (outcome === RATE_LIMITED ? rateLimit : backoff).add(previousEndMs[task]!, spans.window.endMs);
    }
  }
  return { slot: slot.build(), rateLimit: rateLimit.build(), backoff: backoff.build() };
}
