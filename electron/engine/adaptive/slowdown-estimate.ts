import type { Slowdown } from '../../../shared/timing/slowdown.ts';
import type { CohortMean } from './cohorts.ts';

/**
 * Learns how a server slows down under load while it is being used: L(n) = L0 (1 + a(n - 1) + b n(n - 1)) with a, b >= 0
 * (the Universal Scalability Law, see shared/timing/slowdown.ts), by recursive weighted least squares: each sample is
 * added to the sums of the normal equations, and older ones fade. What shared/timing/fit-slowdown.ts does for a finished
 * run from all its samples, this does in constant memory.
 */
export interface SlowdownEstimate {
  /** A group of attempts, see cohorts.ts. */
  add(sample: CohortMean, nowMs: number): void;
  /** null until there are enough samples, or while the latency can't be told from one that does not depend on the load. */
  slowdown(): Slowdown | null;
}

/** A sample counts half after this time, so that a server that changes is followed. */
const HALF_LIFE_MS = 240_000;
const LEAST_COHORTS = 5;
/** How fast the usual latency is followed, per cohort. */
const SMOOTHING = 0.15;
/**
 * Least gain of the fit over a constant, in variances of the noise. Twice the log of the likelihood ratio is chi-squared
 * with 2 degrees of freedom when nothing slows down: 14 comes up by chance about once in 1,000 fits.
 */
const LEAST_GAIN = 14;
/** Which of L0, L0 a and L0 b are free; the others are 0. With three unknowns trying all is the exact non-negative fit. */
const SUBSETS: readonly (readonly number[])[] = [[0], [0, 1], [0, 2], [0, 1, 2]];

export function createSlowdownEstimate(): SlowdownEstimate {
  const products = [new Float64Array(3), new Float64Array(3), new Float64Array(3)] as const;
  const targets = new Float64Array(3);
  let squares = 0;
  let weights = 0;
  let count = 0;
  let typicalMs = 0;
  let asOfMs: number | null = null;

  const fade = (nowMs: number): void => {
    const factor = 0.5 ** (Math.max(0, nowMs - (asOfMs ?? nowMs)) / HALF_LIFE_MS);
    asOfMs = nowMs;
    for (const row of products) for (let column = 0; column < 3; column += 1) row[column]! *= factor;
    for (let row = 0; row < 3; row += 1) targets[row]! *= factor;
    squares *= factor;
    weights *= factor;
  };
  return {
    add({ inFlight, latencyMs, attempts }, nowMs) {
      fade(nowMs);
      typicalMs = count === 0 ? latencyMs : typicalMs + SMOOTHING * (latencyMs - typicalMs);
      count += 1;
      // Noise grows with the latency, so that a sample's weight falls with the square of what is usual.
      const weight = attempts / Math.max(1, typicalMs ** 2);
      const terms = [1, inFlight - 1, inFlight * (inFlight - 1)] as const;
      for (let row = 0; row < 3; row += 1) {
        for (let column = 0; column < 3; column += 1) products[row]![column]! += weight * terms[row]! * terms[column]!;
        targets[row]! += weight * terms[row]! * latencyMs;
      }
      squares += weight * latencyMs ** 2;
      weights += 1;
    },
    slowdown() {
      if (count < LEAST_COHORTS) return null;
      const fits = SUBSETS.map((subset) => fitSubset(subset, products, targets)).filter((fit) => fit !== null);
      const constant = fits[0];
      if (!constant) return null;
      const best = fits.reduce((least, fit) => (fit.explained > least.explained ? fit : least));
      const noise = (squares - best.explained) / Math.max(1, weights - 3);
      const [base, a, b] = best.parameters;
      if (best === constant || best.explained - constant.explained < LEAST_GAIN * noise) return null;
      return { a: a / base, b: b / base };
    },
  };
}

interface Fit {
  readonly parameters: readonly [number, number, number];
  /** How much of the weighted square sum it takes away. */
  readonly explained: number;
}

/**
 * The least-squares fit with the other parameters at 0; null where it can't be told or one comes out negative. a = 1 is a
 * server that works on one after the other; above 1 it would be the faster the fewer come, which only noise can say.
 */
function fitSubset(subset: readonly number[], products: readonly Float64Array[], targets: Float64Array): Fit | null {
  const solution = solve(
    subset.map((row) => subset.map((column) => products[row]![column]!)),
    subset.map((row) => targets[row]!),
  );
  if (!solution || solution.some((value) => value < 0) || !(solution[0]! > 0)) return null;
  if (subset.some((position, index) => position > 0 && solution[index]! > solution[0]!)) return null;
  const parameters: [number, number, number] = [0, 0, 0];
  subset.forEach((position, index) => {
    parameters[position] = solution[index]!;
  });
  // At the optimum of the subset, the square sum is that of the data less this.
  return { parameters, explained: parameters.reduce((sum, value, row) => sum + value * targets[row]!, 0) };
}

/** Gauss-Jordan with pivoting, scaled to a unit diagonal first; null when the equations do not determine a solution. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] | null {
  const size = right.length;
  const scale = matrix.map((row, position) => Math.sqrt(row[position]!));
  if (scale.some((value) => !(value > 0))) return null;
  const rows = matrix.map((row, position) => [...row.map((value, column) => value / (scale[position]! * scale[column]!)), right[position]! / scale[position]!]);
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column; row < size; row += 1) if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    if (Math.abs(rows[pivot]![column]!) < 1e-9) return null;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < size; row += 1) {
      if (row === column) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let position = column; position <= size; position += 1) rows[row]![position]! -= factor * rows[column]![position]!;
    }
  }
  return rows.map((row, position) => row[size]! / (row[position]! * scale[position]!));
}
