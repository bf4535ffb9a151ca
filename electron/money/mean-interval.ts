import { standardNormal, type Random } from '../../shared/random/random.ts';

/** The 95 % point of the standard normal distribution, which bounds the middle 90 %. */
const Z = 1.6449;

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let position = 0; position < values.length; position += 1) sum += values[position]!;
  return sum / values.length;
}

/** The 95 % point of Student's t distribution (Cornish-Fisher expansion, Abramowitz and Stegun 26.7.5), within 1 % from 2 degrees of freedom on. */
export function student95(freedom: number): number {
  return Z + (Z ** 3 + Z) / (4 * freedom) + (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * freedom ** 2) + (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / (384 * freedom ** 3);
}

/**
 * Draws of the mean that `future` further values will have, of a kind of which `seen` (2 or more, 0 or more each) are known.
 * The middle 90 % of the draws is the interval of prediction, mean +- t s sqrt(1 / seen + 1 / future), on a logarithmic
 * scale: lengths of answers are skewed to the right, and a mean cannot be negative.
 */
export function futureMeanDraws(seen: ArrayLike<number>, future: number): (random: Random) => number {
  const count = seen.length;
  const mean = meanOf(seen);
  if (mean === 0) return () => 0;
  let squares = 0;
  for (let position = 0; position < count; position += 1) squares += (seen[position]! - mean) ** 2;
  const relativeError = Math.sqrt((squares / (count - 1)) * (1 / count + 1 / future)) / mean;
  const scale = relativeError * (student95(count - 1) / Z);
  return (random) => mean * Math.exp(scale * standardNormal(random));
}
