import type { AttemptPatch, TaskPatch } from '../contract/columns.ts';
import type { RunHeader } from '../vocabulary.ts';
import type { Interval } from './interval.ts';
import { ATTEMPT_RUNNING } from '../contract/columns.ts';
import { TASK_STATUSES } from '../vocabulary.ts';
import { remainingRange } from './eta.ts';
import { createLevelBuilder, sweep } from './sweep.ts';

const QUEUED = TASK_STATUSES.indexOf('queued');
const COMPLETED = TASK_STATUSES.indexOf('completed');
const FAILED = TASK_STATUSES.indexOf('failed');
/** Latest tasks that are looked at: enough for the spread, few enough to follow a server that changes. */
const LATEST = 500;
/** The stretch in which the use of slots is looked at holds this many ends, and has at least this length. */
const PACE_ENDS = 50;
const PACE_LEAST_MS = 10_000;

/** Busy part of the slots from `sinceMs` to `nowMs`. */
function utilisation(run: RunHeader, attempts: AttemptPatch, sinceMs: number, nowMs: number): number {
  const inFlight = createLevelBuilder();
  attempts.sentMs.forEach((sentMs, row) => {
    const finishedMs = attempts.finishedMs[row]!;
    const endMs = Number.isNaN(finishedMs) ? nowMs : finishedMs;
    if (sentMs < nowMs && endMs > sinceMs) inFlight.add(sentMs, endMs);
  });
  let busyMs = 0;
  let slotMs = 0;
  sweep({ startMs: sinceMs, endMs: nowMs }, run.slotSteps, [inFlight.build()], (durationMs, limit, counts) => {
    const count = counts[0]!;
    busyMs += count * durationMs;
    slotMs += Math.max(limit, count) * durationMs;
  });
  return slotMs > 0 && busyMs > 0 ? busyMs / slotMs : 1;
}

/**
 * Time until a run is done, as a range in ms: from the latest service times, what is in flight, the limit now and how far
 * slots were used lately (rate limits, backoff). Null unless the run is on, and until max(5, limit) tasks have ended.
 * `nowMs` is the run clock.
 */
export function runEta(run: RunHeader, tasks: TaskPatch, attempts: AttemptPatch, nowMs: number): Interval | null {
  // While the provider refuses, nobody knows when it will stop.
  if (run.status !== 'running' || run.limitedBy === 'provider' || (run.limitedBy === 'rate_limit' && run.running === 0)) return null;
  const endsMs: number[] = [];
  const ended: { readonly atMs: number; readonly serviceMs: number }[] = [];
  let touched = 0;
  let queued = 0;
  tasks.index.forEach((index, row) => {
    if (index >= run.total) return;
    touched += 1;
    const status = tasks.status[row]!;
    if (status === QUEUED) queued += 1;
    const serviceMs = tasks.serviceMs[row]!;
    const atMs = tasks.finishedMs[row]!;
    if ((status !== COMPLETED && status !== FAILED) || Number.isNaN(serviceMs) || Number.isNaN(atMs)) return;
    endsMs.push(atMs);
    ended.push({ atMs, serviceMs });
  });
  const ends = Float64Array.from(endsMs).sort();
  const latestSinceMs = ends[Math.max(0, ends.length - LATEST)] ?? 0;
  const fewEndsSinceMs = ends.length > PACE_ENDS ? ends[ends.length - PACE_ENDS]! : 0;
  const paceSinceMs = Math.max(run.firstSentMs ?? 0, Math.min(nowMs - PACE_LEAST_MS, fewEndsSinceMs));
  const running = attempts.sentMs.filter((sentMs, row) => attempts.outcome[row] === ATTEMPT_RUNNING && sentMs <= nowMs);
  return remainingRange({
    completedServiceMs: ended.filter(({ atMs }) => atMs >= latestSinceMs).map(({ serviceMs }) => serviceMs),
    inFlightElapsedMs: running.map((sentMs) => nowMs - sentMs),
    remainingCount: queued + Math.max(0, run.total - touched),
    concurrency: run.effectiveConcurrency,
    utilisationFraction: utilisation(run, attempts, paceSinceMs, nowMs),
  });
}
