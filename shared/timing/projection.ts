import type { Random } from '../random/random.ts';
import type { Interval } from './interval.ts';
import type { Slowdown } from './slowdown.ts';
import { standardNormal } from '../random/random.ts';
import { including, middleNinety, resample, RESAMPLES } from './interval.ts';
import { median } from './percentiles.ts';
import { scheduledWallMs, slowdownFactor } from './slowdown.ts';

export interface ProjectionInput {
  /** Service time of each task in the order of sending, ms. */
  readonly durationsMs: readonly number[];
  /** What to project to, each at least 1. */
  readonly concurrencies: readonly number[];
  /** Most tasks in flight at once while the durations were measured. */
  readonly observedConcurrency: number;
  /** Time that passes between two tasks of a slot, ms; default 0. */
  readonly overheadMs?: number;
  /** The same tasks measured again, in the same order and at the same load. */
  readonly repeats?: readonly (readonly number[])[];
  /** How the server slows down under load; default null, not at all. */
  readonly slowdown?: Slowdown | null;
  /** Mean tasks in flight while the durations were measured, for `slowdown`; default `observedConcurrency`. */
  readonly meanInFlight?: number;
  readonly random: Random;
}

export interface ProjectionPoint {
  readonly concurrency: number;
  readonly wallMs: number;
  /** The middle 90 % of the walls of resampled runs; null when there is too little to say. */
  readonly interval: Interval | null;
  /** Against one task at a time; never above min(c, n). */
  readonly speedup: number;
  /** Beyond twice the concurrency that was observed: to be drawn apart. */
  readonly extrapolated: boolean;
}

const LEAST_TASKS = 20;
/** Above this many tasks the mean is all that varies noticeably, and its spread is known without scheduling every draw. */
const MOST_TASKS_RESAMPLED = 2000;

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let position = 0; position < values.length; position += 1) total += values[position]!;
  return total;
}

function longest(values: ArrayLike<number>): number {
  let most = 0;
  for (let position = 0; position < values.length; position += 1) most = Math.max(most, values[position]!);
  return most;
}

/** The longest task, a task's duration being the median of its measurements. */
function longestTaskMs(runs: readonly (readonly number[])[]): number {
  const [first = []] = runs;
  if (runs.length === 1 || runs.some((run) => run.length !== first.length)) return median(runs.map(longest));
  return longest(first.map((_, task) => median(runs.map((run) => run[task]!))));
}

/** One imagined run: of each task one of its measurements, or, measured once, as many tasks drawn from all. */
function drawRun(runs: readonly (readonly number[])[], random: Random): ArrayLike<number> {
  const chosen = runs[Math.floor(random() * runs.length)]!;
  if (runs.length === 1 || runs.some((run) => run.length !== chosen.length)) return resample(chosen, random);
  return chosen.map((_, task) => runs[Math.floor(random() * runs.length)]![task]!);
}

/** Of the imagined runs of many tasks, how long each is in parts of the run itself: the mean of n draws is close to normal. */
function drawFactors(run: readonly number[], random: Random): readonly number[] {
  const mean = sum(run) / run.length;
  const variance = run.reduce((total, durationMs) => total + (durationMs - mean) ** 2, 0) / (run.length - 1);
  const error = mean > 0 ? Math.sqrt(variance / run.length) / mean : 0;
  return Array.from({ length: RESAMPLES }, () => Math.max(0, 1 + standardNormal(random) * error));
}

type WallOf = (run: ArrayLike<number>, concurrency: number) => number;

/** Walls of imagined runs at each concurrency; the same imagined runs for all of them. */
function drawWalls(runs: readonly (readonly number[])[], points: readonly number[], concurrencies: readonly number[], wallOf: WallOf, random: Random): readonly (readonly number[])[] {
  const [first = []] = runs;
  if (runs.length === 1 && first.length > MOST_TASKS_RESAMPLED) {
    const factors = drawFactors(first, random);
    return points.map((wallMs) => factors.map((factor) => wallMs * factor));
  }
  const drawn = Array.from({ length: RESAMPLES }, () => drawRun(runs, random));
  return concurrencies.map((concurrency) => drawn.map((run) => wallOf(run, concurrency)));
}

/**
 * Projects runs that were measured to other concurrencies. `baseRuns` are durations of the tasks alone on the server, in
 * the order of sending, one list a run. The point is list scheduling, the median over the runs; see `projectRun`.
 */
export function projectBaseRuns(baseRuns: readonly (readonly number[])[], input: Omit<ProjectionInput, 'durationsMs' | 'repeats' | 'meanInFlight'>): readonly ProjectionPoint[] {
  const runs = baseRuns.filter((run) => run.length > 0);
  if (runs.length === 0) return [];
  const { concurrencies, observedConcurrency, overheadMs = 0, slowdown = null, random } = input;
  const floorMs = longestTaskMs(runs);
  const count = median(runs.map((run) => run.length));
  const sequentialMs = median(runs.map(sum));
  const wallOf: WallOf = (run, concurrency) => Math.max(floorMs, scheduledWallMs(run, concurrency, slowdown, overheadMs));
  const points = concurrencies.map((concurrency) => median(runs.map((run) => wallOf(run, concurrency))));
  const walls = runs.length > 1 || count >= LEAST_TASKS ? drawWalls(runs, points, concurrencies, wallOf, random) : null;
  return concurrencies.map((concurrency, position) => {
    const wallMs = points[position]!;
    return {
      concurrency,
      wallMs,
      interval: walls === null ? null : including(middleNinety(walls[position]!.map((drawn) => Math.max(floorMs, drawn))), wallMs),
      speedup: wallMs > 0 ? Math.min(sequentialMs / wallMs, concurrency, count) : 1,
      extrapolated: concurrency > 2 * observedConcurrency,
    };
  });
}

/**
 * What other concurrencies would have given. The point is list scheduling of the measured durations in their order,
 * never under the longest task; the 90 % interval comes from 200 resamples, none below the longest task, and is null
 * below 20 tasks without repeats. The speedup is against the tasks one after another and never above min(c, n).
 * With a `slowdown` the durations are first brought back to those of a lone task.
 */
export function projectRun(input: ProjectionInput): readonly ProjectionPoint[] {
  const { slowdown = null, meanInFlight = input.observedConcurrency } = input;
  const factor = slowdownFactor(slowdown, meanInFlight);
  const runs = [input.durationsMs, ...(input.repeats ?? [])].map((run) => run.map((durationMs) => durationMs / factor));
  return projectBaseRuns(runs, input);
}
