import type { Random } from '../random/random.ts';
import type { Interval } from './interval.ts';
import { createRandom, standardNormal } from '../random/random.ts';
import { middleNinety } from './interval.ts';
import { listSchedule } from './list-schedule.ts';

export interface RemainingInput {
  /** Service times of tasks that ended, ms. The latest few hundred say most. */
  readonly completedServiceMs: ArrayLike<number>;
  /** How long each task in flight has been so far, ms. */
  readonly inFlightElapsedMs: ArrayLike<number>;
  /** Tasks still to be sent. */
  readonly remainingCount: number;
  /** Slots now. */
  readonly concurrency: number;
  /** Part of the slots' time that was spent in service lately, over 0 to 1: rate limits and backoff lower it. Default 1. */
  readonly utilisationFraction?: number;
}

const DRAWS = 100;
/** Tasks at the end that are scheduled one by one; what comes before is so even that its mean is enough. */
const SCHEDULED_ONE_BY_ONE = 300;
const LEAST_FINISHED = 5;
const LEAST_UTILISATION = 0.01;
const LEAST_SCALE = 0.2;

/** Moments of the service times, for the bulk. */
interface Spread {
  readonly sorted: Float64Array;
  readonly meanMs: number;
  /** Standard deviation of one. */
  readonly deviationMs: number;
}

function spreadOf(values: ArrayLike<number>): Spread {
  const sorted = Float64Array.from(values).sort();
  const meanMs = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const variance = sorted.reduce((sum, value) => sum + (value - meanMs) ** 2, 0) / Math.max(1, sorted.length - 1);
  return { sorted, meanMs, deviationMs: Math.sqrt(variance) };
}

/** What is left of a task in flight: drawn from those that took longer; one that passed them all may take as long again. */
function drawRest(elapsedMs: number, sorted: Float64Array, random: Random): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= elapsedMs) low = middle + 1;
    else high = middle;
  }
  if (low === sorted.length) return elapsedMs * random();
  return sorted[low + Math.floor(random() * (sorted.length - low))]! - elapsedMs;
}

/** When each slot is free for a task that is still to be sent; tasks above the limit drain without being replaced. */
function drawSlots(input: RemainingInput, sorted: Float64Array, random: Random): Float64Array {
  const rests = Float64Array.from(input.inFlightElapsedMs, (elapsedMs) => drawRest(elapsedMs, sorted, random)).sort();
  const slots = new Float64Array(Math.max(1, input.concurrency, rests.length));
  slots.set(rests, slots.length - rests.length);
  return slots;
}

function drawRemaining(input: RemainingInput, spread: Spread, random: Random): number {
  const { sorted, meanMs, deviationMs } = spread;
  const slots = drawSlots(input, sorted, random);
  const free = slots.subarray(slots.length - Math.max(1, input.concurrency));
  const oneByOne = Math.min(input.remainingCount, SCHEDULED_ONE_BY_ONE);
  const bulk = input.remainingCount - oneByOne;
  // Two things are uncertain: how well the tasks so far show the mean of all, and how those that are left happen to fall.
  const meanError = meanMs > 0 ? (standardNormal(random) * deviationMs) / (meanMs * Math.sqrt(sorted.length)) : 0;
  const scale = Math.max(LEAST_SCALE, 1 + meanError);
  const bulkError = bulk > 0 ? (standardNormal(random) * deviationMs) / Math.sqrt(bulk) : 0;
  const bulkMs = (scale * bulk * Math.max(0, meanMs + bulkError)) / free.length;
  // A busy slot is a slot whose first task is what is left of the one in flight.
  const pieces = Float64Array.from({ length: free.length + oneByOne }, (_, position) => (position < free.length ? free[position]! + bulkMs : scale * sorted[Math.floor(random() * sorted.length)]!));
  return listSchedule(pieces, free.length).at(-1) ?? 0;
}

/**
 * The time until all is done as a range [lowMs, highMs] that should hold in 90 of 100 cases, by simulating what is left
 * with service times drawn from those so far. Null until max(5, concurrency) tasks have ended, and without slots.
 * The same input gives the same range.
 */
export function remainingRange(input: RemainingInput): Interval | null {
  if (input.concurrency < 1 || input.completedServiceMs.length < Math.max(LEAST_FINISHED, input.concurrency)) return null;
  if (input.remainingCount === 0 && input.inFlightElapsedMs.length === 0) return [0, 0];
  const spread = spreadOf(input.completedServiceMs);
  const random = createRandom(input.completedServiceMs.length);
  // With nothing left to send, slots are idle because the run ends, not because something holds it back.
  const utilisation = input.remainingCount > 0 ? (input.utilisationFraction ?? 1) : 1;
  const slowdown = 1 / Math.min(1, Math.max(LEAST_UTILISATION, utilisation));
  const draws = Array.from({ length: DRAWS }, () => drawRemaining(input, spread, random) * slowdown);
  return middleNinety(draws);
}
