import { CONCURRENCY_MAX, CONCURRENCY_MIN, CONCURRENCY_STOPS } from '../../shared/vocabulary.ts';

const LAST_STOP = 128;
/** Step of the -/+ buttons beyond the slider's last stop. */
const WIDE_STEP = 32;

/** The nearest allowed whole number, 1 to 1000; what is no number becomes the fallback. */
export function clampConcurrency(value: number, fallback: number): number {
  if (!Number.isFinite(value)) return fallback;
  return Math.min(CONCURRENCY_MAX, Math.max(CONCURRENCY_MIN, Math.round(value)));
}

/** Position on the slider, 0 to 13: the highest stop that does not exceed the value, the last one beyond 128. */
export function stopPosition(value: number): number {
  const above = CONCURRENCY_STOPS.findIndex((stop) => stop > value);
  return above === -1 ? CONCURRENCY_STOPS.length - 1 : Math.max(0, above - 1);
}

/** The setting at a slider position; positions outside 0 to 13 give the nearest stop. */
export function stopAt(position: number): number {
  const index = Math.min(CONCURRENCY_STOPS.length - 1, Math.max(0, Math.round(position)));
  return CONCURRENCY_STOPS[index] ?? CONCURRENCY_MIN;
}

/** The next setting for the + button and the ] key: the next stop, beyond 128 the next multiple of 32, at most 1000. */
export function stepUp(value: number): number {
  const stop = CONCURRENCY_STOPS.find((candidate) => candidate > value);
  return stop ?? Math.min(CONCURRENCY_MAX, (Math.floor(value / WIDE_STEP) + 1) * WIDE_STEP);
}

/** The setting for the - button and the [ key: the stop below, beyond 128 the multiple of 32 below, at least 1. */
export function stepDown(value: number): number {
  if (value > LAST_STOP) return Math.max(LAST_STOP, (Math.ceil(value / WIDE_STEP) - 1) * WIDE_STEP);
  return CONCURRENCY_STOPS.findLast((candidate) => candidate < value) ?? CONCURRENCY_MIN;
}

/** "draining 5" while more tasks are in flight than the limit allows, else null. Lowering never aborts. */
export function drainingCount(requested: number, inFlight: number): number | null {
  return inFlight > requested ? inFlight - requested : null;
}
