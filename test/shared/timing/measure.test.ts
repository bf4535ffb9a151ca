import { expect, test } from 'vitest';
import { TasklaneError } from '../../../shared/errors.ts';
import { createRandom, logNormal } from '../../../shared/random/random.ts';
import { measureReport } from '../../../shared/timing/measure.ts';
import { scheduledWallMs, slowdownFactor } from '../../../shared/timing/slowdown.ts';

const ONE_RUN = [
  { concurrency: 1, runs: [{ wallMs: 6700, peakInFlight: 1, durationsMs: [2800, 2000, 1900] }] },
  { concurrency: 3, runs: [{ wallMs: 2800, peakInFlight: 3, durationsMs: [2800, 2000, 1900] }] },
];

test('the experiment of three calls is reported as it was: 2.4x at concurrency 3, no interval from one run', () => {
  const report = measureReport({ arms: ONE_RUN, taskCount: 3, projectionConcurrencies: [1, 2, 3], random: createRandom(1) });
  expect(report.sequential).toEqual({ medianMs: 6700, runsMs: [6700] });
  expect(report.parallel).toEqual([{ concurrency: 3, medianMs: 2800, runsMs: [2800], speedup: 6700 / 2800, speedupInterval: null, theoreticalMax: 3, efficiencyFraction: 6700 / 2800 / 3, peakInFlight: 3 }]);
  expect(report.projection.map(({ concurrency, wallMs }) => [concurrency, wallMs])).toEqual([[1, 6700], [2, 3900], [3, 2800]]);
});

test('a measured speedup is never clamped, whatever noise does', () => {
  const arms = [{ concurrency: 1, runs: [{ wallMs: 1000, peakInFlight: 1, durationsMs: [500, 500] }] }, { concurrency: 2, runs: [{ wallMs: 400, peakInFlight: 2, durationsMs: [400, 300] }] }];
  const [result] = measureReport({ arms, taskCount: 2, projectionConcurrencies: [], random: createRandom(1) }).parallel;
  expect([result!.speedup, result!.efficiencyFraction]).toEqual([2.5, 1.25]);
});

test('the interval holds the speedup of the medians and comes from the repeats', () => {
  const run = (wallMs: number) => ({ wallMs, peakInFlight: 1, durationsMs: [wallMs] });
  const arms = [{ concurrency: 1, runs: [990, 1000, 1010, 1020, 980].map(run) }, { concurrency: 4, runs: [300, 310, 290, 305, 295].map(run) }];
  const [result] = measureReport({ arms, taskCount: 10, projectionConcurrencies: [], random: createRandom(1) }).parallel;
  const [low, high] = result!.speedupInterval!;
  expect(result!.speedup).toBe(1000 / 300);
  expect(low >= 980 / 310 && low < result!.speedup && result!.speedup < high && high <= 1020 / 290).toBe(true);
});

test('accounts tell where the speedup was lost, the slowdown of the server included', () => {
  const account = (tailMs: number) => ({ slotMs: 9000, serviceMs: 7000, dispatchGapMs: 10, rampMs: 20, rateWaitMs: 30, backoffMs: 40, tailMs });
  const parallel = { concurrency: 3, runs: [1800, 2000].map((tailMs) => ({ wallMs: 3000, peakInFlight: 3, durationsMs: [2900, 2100, 2000], account: account(tailMs) })) };
  const report = measureReport({ arms: [ONE_RUN[0]!, parallel], taskCount: 3, projectionConcurrencies: [], random: createRandom(1) });
  expect(report.parallel[0]!.lossByCause).toEqual({ slotMs: 9000, dispatchGapMs: 10, rampMs: 20, rateWaitMs: 30, backoffMs: 40, tailMs: 1900, slowdownMs: 300 });
});

test('a server that slows down is projected within 5 % at concurrencies that were not measured', () => {
  const slowdown = { a: 0.06, b: 0.003 };
  const random = createRandom(4);
  const alone = Array.from({ length: 120 }, () => logNormal(random, 800, 0.5));
  const arms = [1, 2, 5, 10].map((concurrency) => {
    const durationsMs = alone.map((durationMs) => durationMs * slowdownFactor(slowdown, concurrency));
    return { concurrency, runs: [{ wallMs: scheduledWallMs(alone, concurrency, slowdown, 0), peakInFlight: concurrency, durationsMs }] };
  });
  const { projection } = measureReport({ arms, taskCount: 120, projectionConcurrencies: [1, 3, 8, 15, 30], random: createRandom(1) });
  for (const { concurrency, wallMs } of projection.slice(0, 4)) expect({ concurrency, isNear: Math.abs(wallMs / scheduledWallMs(alone, concurrency, slowdown, 0) - 1) < 0.05 }).toEqual({ concurrency, isNear: true });
  expect(projection.map((point) => point.extrapolated)).toEqual([false, false, false, false, true]);
});

test('the fit uses the runs and not the names of the arms: what was hardly in parallel is not taken for load', () => {
  const run = { wallMs: 1000, peakInFlight: 1, durationsMs: [100, 100, 100, 100, 100, 100, 100, 100, 100, 100] };
  const { projection } = measureReport({ arms: [{ concurrency: 1, runs: [run] }, { concurrency: 9, runs: [run] }], taskCount: 10, projectionConcurrencies: [1, 2, 5], random: createRandom(1) });
  expect(projection.map(({ wallMs, extrapolated }) => [wallMs, extrapolated])).toEqual([[1000, false], [500, false], [200, true]]);
});

test('without a run one at a time there is nothing to compare with', () => {
  for (const arms of [[ONE_RUN[1]!], [{ concurrency: 1, runs: [] }], []]) {
    let code = 'none';
    try {
      measureReport({ arms, taskCount: 3, projectionConcurrencies: [], random: createRandom(1) });
    } catch (thrown) {
      if (thrown instanceof TasklaneError) code = thrown.code;
    }
    expect(code).toBe('usage');
  }
});
