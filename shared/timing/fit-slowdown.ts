import type { Slowdown } from './slowdown.ts';
import { slowdownFactor } from './slowdown.ts';

export interface LoadSample {
  /** Mean tasks in flight while this one was, itself included; at least 1. */
  readonly inFlight: number;
  readonly durationMs: number;
}

/** Samples of similar load taken together. */
interface Bin {
  readonly inFlight: number;
  readonly logDuration: number;
  readonly weight: number;
}

/** Bins are this wide in n, relatively. */
const BIN_WIDTH = 0.08;
/** The load must vary at least this much between the 5th and 95th percentile of samples to say what it does. */
const LEAST_SPREAD = 1.5;
const LEAST_SAMPLES = 6;
const LEAST_BINS_FOR_TWO = 3;
const ROUNDS = 200;

function binned(samples: readonly LoadSample[]): readonly Bin[] {
  const sums = new Map<number, { inFlight: number; logDuration: number; weight: number }>();
  for (const { inFlight, durationMs } of samples) {
    const key = Math.round(Math.log(inFlight) / BIN_WIDTH);
    const sum = sums.get(key) ?? { inFlight: 0, logDuration: 0, weight: 0 };
    sum.inFlight += inFlight;
    sum.logDuration += Math.log(durationMs);
    sum.weight += 1;
    sums.set(key, sum);
  }
  return [...sums.values()].map(({ inFlight, logDuration, weight }) => ({ inFlight: inFlight / weight, logDuration: logDuration / weight, weight }));
}

function loadVaries(samples: readonly LoadSample[]): boolean {
  const loads = Float64Array.from(samples, (sample) => sample.inFlight).sort();
  const low = loads[Math.floor(0.05 * (loads.length - 1))]!;
  const high = loads[Math.ceil(0.95 * (loads.length - 1))]!;
  return high >= LEAST_SPREAD * low;
}

/** Residuals of log d = mu + log f(n) with the best mu, and their weighted square sum. */
function residualsOf(bins: readonly Bin[], slowdown: Slowdown): { readonly residuals: readonly number[]; readonly squares: number } {
  const offsets = bins.map((bin) => bin.logDuration - Math.log(slowdownFactor(slowdown, bin.inFlight)));
  const weight = bins.reduce((sum, bin) => sum + bin.weight, 0);
  const mu = bins.reduce((sum, bin, position) => sum + bin.weight * offsets[position]!, 0) / weight;
  const residuals = offsets.map((offset) => offset - mu);
  return { residuals, squares: bins.reduce((sum, bin, position) => sum + bin.weight * residuals[position]! ** 2, 0) };
}

/** Slopes of log f by a or by b, less their weighted mean (which mu takes up). */
function slopes(bins: readonly Bin[], slowdown: Slowdown, term: (inFlight: number) => number): readonly number[] {
  const raw = bins.map((bin) => term(bin.inFlight) / slowdownFactor(slowdown, bin.inFlight));
  const weight = bins.reduce((sum, bin) => sum + bin.weight, 0);
  const mean = bins.reduce((sum, bin, position) => sum + bin.weight * raw[position]!, 0) / weight;
  return raw.map((slope) => slope - mean);
}

/** One damped Gauss-Newton step, with what would become negative held at 0. */
function step(bins: readonly Bin[], at: Slowdown, residuals: readonly number[], damping: number, fitB: boolean): Slowdown {
  const byA = slopes(bins, at, (inFlight) => inFlight - 1);
  const byB = slopes(bins, at, (inFlight) => inFlight * (inFlight - 1));
  const dot = (left: readonly number[], right: readonly number[]): number => bins.reduce((sum, bin, position) => sum + bin.weight * left[position]! * right[position]!, 0);
  const aa = dot(byA, byA) * (1 + damping);
  const bb = dot(byB, byB) * (1 + damping);
  const ab = dot(byA, byB);
  const towardsA = dot(byA, residuals);
  const towardsB = dot(byB, residuals);
  const onlyA = { a: Math.max(0, at.a + towardsA / aa), b: 0 };
  if (!fitB) return onlyA;
  const determinant = aa * bb - ab * ab;
  const a = at.a + (bb * towardsA - ab * towardsB) / determinant;
  const b = at.b + (aa * towardsB - ab * towardsA) / determinant;
  if (a < 0) return { a: 0, b: Math.max(0, at.b + (towardsB + ab * at.a) / bb) };
  if (b < 0) return { a: Math.max(0, at.a + (towardsA + ab * at.b) / aa), b: 0 };
  return { a, b };
}

/** Levenberg-Marquardt from one starting point; the best point it meets. */
function descend(bins: readonly Bin[], start: Slowdown, fitB: boolean): { readonly slowdown: Slowdown; readonly squares: number } {
  let best = start;
  let { residuals, squares } = residualsOf(bins, start);
  let damping = 1e-3;
  for (let round = 0; round < ROUNDS && damping < 1e12; round += 1) {
    const candidate = step(bins, best, residuals, damping, fitB);
    const tried = residualsOf(bins, candidate);
    if (tried.squares < squares) {
      best = candidate;
      ({ residuals, squares } = tried);
      damping = Math.max(1e-9, damping / 4);
    } else {
      damping *= 5;
    }
  }
  return { slowdown: best, squares };
}

/**
 * Fits log d = mu + log(1 + a(n - 1) + b n(n - 1)) with a, b >= 0 by least squares. Null when it cannot be told: fewer
 * than 6 samples, or a load that hardly varied (below 1.5 between the 5th and 95th percentile). With fewer than three
 * different loads b stays 0.
 */
export function fitSlowdown(samples: readonly LoadSample[]): Slowdown | null {
  const usable = samples.filter(({ inFlight, durationMs }) => durationMs > 0 && inFlight >= 1 && Number.isFinite(durationMs) && Number.isFinite(inFlight));
  if (usable.length < LEAST_SAMPLES || !loadVaries(usable)) return null;
  const bins = binned(usable);
  const fitB = bins.length >= LEAST_BINS_FOR_TWO;
  const starts: readonly Slowdown[] = fitB ? [{ a: 0.01, b: 0 }, { a: 0, b: 0.001 }, { a: 0.3, b: 0.01 }] : [{ a: 0.01, b: 0 }];
  return starts.map((start) => descend(bins, start, fitB)).reduce((best, tried) => (tried.squares < best.squares ? tried : best)).slowdown;
}
