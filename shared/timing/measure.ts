import type { SlotAccount } from '../contract/summary.ts';
import type { Random } from '../random/random.ts';
import type { Interval } from './interval.ts';
import type { ProjectionPoint } from './projection.ts';
import { TasklaneError } from '../errors.ts';
import { fitSlowdown } from './fit-slowdown.ts';
import { including, middleNinety, resample } from './interval.ts';
import { median } from './percentiles.ts';
import { projectBaseRuns } from './projection.ts';
import { slowdownFactor } from './slowdown.ts';
import { efficiencyFraction, theoreticalMax } from './speedup.ts';

/** One run of one arm of a measurement. */
export interface MeasuredRun {
  readonly wallMs: number;
  readonly peakInFlight: number;
  /** Service time of each task in the order of sending, ms. */
  readonly durationsMs: readonly number[];
  readonly account?: SlotAccount;
}

export interface MeasuredArm {
  readonly concurrency: number;
  readonly runs: readonly MeasuredRun[];
}

export interface MeasureInput {
  /** One of them at concurrency 1; each with at least one run. */
  readonly arms: readonly MeasuredArm[];
  readonly taskCount: number;
  readonly projectionConcurrencies: readonly number[];
  readonly random: Random;
}

/** What kept an arm from min(c, n), in slot-ms, the mean over its runs. */
export interface LossByCause extends Omit<SlotAccount, 'serviceMs'> {
  /** How much longer the tasks took together than one at a time: the server slows down under load. Negative when they took less. */
  readonly slowdownMs: number;
}

export interface ParallelResult {
  readonly concurrency: number;
  readonly medianMs: number;
  readonly runsMs: readonly number[];
  /** Sequential median / parallel median, never clamped. */
  readonly speedup: number;
  readonly speedupInterval: Interval | null;
  readonly theoreticalMax: number;
  readonly efficiencyFraction: number;
  readonly peakInFlight: number;
  readonly lossByCause?: LossByCause;
}

/** The result of `measure --json`. */
export interface MeasureReport {
  readonly sequential: { readonly medianMs: number; readonly runsMs: readonly number[] };
  readonly parallel: readonly ParallelResult[];
  readonly projection: readonly ProjectionPoint[];
}

const SPEEDUP_RESAMPLES = 1000;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length > 0 ? sum(values) / values.length : 0;
}

function wallsOf(arm: MeasuredArm): readonly number[] {
  return arm.runs.map((run) => run.wallMs);
}

function speedupInterval(sequentialMs: readonly number[], parallelMs: readonly number[], speedup: number, random: Random): Interval | null {
  if (sequentialMs.length < 2 || parallelMs.length < 2) return null;
  const draws = Array.from({ length: SPEEDUP_RESAMPLES }, () => median(resample(sequentialMs, random)) / median(resample(parallelMs, random)));
  return including(middleNinety(draws), speedup);
}

function lossByCause(arm: MeasuredArm, sequential: MeasuredArm): LossByCause | null {
  const accounts = arm.runs.flatMap((run) => (run.account === undefined ? [] : [run.account]));
  if (accounts.length === 0) return null;
  const part = (name: keyof SlotAccount): number => mean(accounts.map((account) => account[name]));
  const serviceMs = (measured: MeasuredArm): number => mean(measured.runs.map((run) => sum(run.durationsMs)));
  return {
    slotMs: part('slotMs'),
    dispatchGapMs: part('dispatchGapMs'),
    rampMs: part('rampMs'),
    rateWaitMs: part('rateWaitMs'),
    backoffMs: part('backoffMs'),
    tailMs: part('tailMs'),
    slowdownMs: serviceMs(arm) - serviceMs(sequential),
  };
}

function parallelResult(arm: MeasuredArm, sequential: MeasuredArm, input: MeasureInput): ParallelResult {
  const runsMs = wallsOf(arm);
  const medianMs = median(runsMs);
  const speedup = median(wallsOf(sequential)) / medianMs;
  const loss = lossByCause(arm, sequential);
  return {
    concurrency: arm.concurrency,
    medianMs,
    runsMs,
    speedup,
    speedupInterval: speedupInterval(wallsOf(sequential), runsMs, speedup, input.random),
    theoreticalMax: theoreticalMax(arm.concurrency, input.taskCount),
    efficiencyFraction: efficiencyFraction(speedup, arm.concurrency, input.taskCount) ?? 0,
    peakInFlight: Math.max(...arm.runs.map((run) => run.peakInFlight)),
    ...(loss === null ? {} : { lossByCause: loss }),
  };
}

/** Mean tasks in flight of a run; at least 1. */
function meanInFlight(run: MeasuredRun): number {
  return run.wallMs > 0 ? Math.max(1, sum(run.durationsMs) / run.wallMs) : 1;
}

/** Time between two tasks where one runs at a time: what the program itself costs. */
function overheadMs(sequential: MeasuredArm): number {
  return Math.max(0, median(sequential.runs.map((run) => (run.durationsMs.length > 1 ? (run.wallMs - sum(run.durationsMs)) / (run.durationsMs.length - 1) : 0))));
}

function projectionOf(sequential: MeasuredArm, input: MeasureInput): readonly ProjectionPoint[] {
  const runs = input.arms.flatMap((arm) => arm.runs);
  const slowdown = fitSlowdown(runs.flatMap((run) => run.durationsMs.map((durationMs) => ({ durationMs, inFlight: meanInFlight(run) }))));
  const baseRuns = runs.map((run) => {
    const factor = slowdownFactor(slowdown, meanInFlight(run));
    return run.durationsMs.map((durationMs) => durationMs / factor);
  });
  return projectBaseRuns(baseRuns, {
    concurrencies: input.projectionConcurrencies,
    observedConcurrency: Math.max(...runs.map((run) => run.peakInFlight)),
    overheadMs: overheadMs(sequential),
    slowdown,
    random: input.random,
  });
}

/**
 * Compares the same tasks one at a time and in parallel. Intervals are at 90 %, by resampling the repeats, and null with a
 * single one. The projection rests on all runs, with the slowdown under load fitted over their concurrencies.
 * Throws `usage` when there is no arm at concurrency 1, or an arm without runs.
 */
export function measureReport(input: MeasureInput): MeasureReport {
  const sequential = input.arms.find((arm) => arm.concurrency === 1);
  if (sequential === undefined || input.arms.some((arm) => arm.runs.length === 0)) {
    throw new TasklaneError('usage', `A measurement needs a run at concurrency 1 and at least one run at each other concurrency; it has ${input.arms.map((arm) => `${arm.runs.length} at ${arm.concurrency}`).join(', ') || 'none'}.`, 'Measure with --concurrency 1,3,5 for example.');
  }
  return {
    sequential: { medianMs: median(wallsOf(sequential)), runsMs: wallsOf(sequential) },
    parallel: input.arms.filter((arm) => arm !== sequential).map((arm) => parallelResult(arm, sequential, input)),
    projection: projectionOf(sequential, input),
  };
}
