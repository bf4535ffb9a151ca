import { listSchedule } from './list-schedule.ts';

/**
 * How much longer a task takes with n in flight than alone: f(n) = 1 + a(n - 1) + b n(n - 1), the Universal Scalability
 * Law (N. J. Gunther, "Guerrilla Capacity Planning", 2007) in terms of latency. `a` is contention, `b` coherency, both >= 0.
 */
export interface Slowdown {
  readonly a: number;
  readonly b: number;
}

/** f(n); 1 for n <= 1. */
export function slowdownFactor(slowdown: Slowdown | null, inFlight: number): number {
  if (slowdown === null || inFlight <= 1) return 1;
  return 1 + slowdown.a * (inFlight - 1) + slowdown.b * inFlight * (inFlight - 1);
}

/**
 * Wall time of list scheduling when every task in flight goes on at 1 / f(n) of its speed. Work, measured in time alone,
 * advances equally for all in flight, so that the schedule in work is the plain one, and each stretch of it with n in
 * flight takes f(n) times as long. `overheadMs` passes between two tasks of a slot.
 */
export function scheduledWallMs(baseMs: ArrayLike<number>, concurrency: number, slowdown: Slowdown | null, overheadMs: number): number {
  if (baseMs.length === 0) return 0;
  const pieces = overheadMs > 0 ? Float64Array.from(baseMs, (durationMs) => durationMs + overheadMs) : baseMs;
  const freeAtMs = listSchedule(pieces, concurrency);
  let wallMs = 0;
  let sinceMs = 0;
  freeAtMs.forEach((untilMs, position) => {
    wallMs += (untilMs - sinceMs) * slowdownFactor(slowdown, freeAtMs.length - position);
    sinceMs = untilMs;
  });
  return Math.max(0, wallMs - Math.max(0, overheadMs));
}
