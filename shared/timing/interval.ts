import type { Random } from '../random/random.ts';
import { nearestRank } from './percentiles.ts';

/** [low, high]. */
export type Interval = readonly [number, number];

export const RESAMPLES = 200;

/** The middle 90 % of the draws. */
export function middleNinety(draws: ArrayLike<number>): Interval {
  const sorted = Float64Array.from(draws).sort();
  return [nearestRank(sorted, 0.05) ?? Number.NaN, nearestRank(sorted, 0.95) ?? Number.NaN];
}

/** An interval widened, where need be, to hold a value. */
export function including(interval: Interval, value: number): Interval {
  return [Math.min(interval[0], value), Math.max(interval[1], value)];
}

/** As many draws with replacement as there are values (the bootstrap of B. Efron, 1979). */
export function resample(values: ArrayLike<number>, random: Random): Float64Array {
  const drawn = new Float64Array(values.length);
  for (let position = 0; position < drawn.length; position += 1) drawn[position] = values[Math.floor(random() * values.length)]!;
  return drawn;
}
