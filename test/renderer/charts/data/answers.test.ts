import { describe, expect, it } from 'vitest';
import { accountQuestion, accountSentence } from '../../../../renderer/charts/data/account.ts';
import { projection } from '../../../../renderer/charts/chart-messages.ts';
import { chartModel } from '../../../../renderer/charts/data/chart-model.ts';
import { idealLine, projectionRows, projectionSentence } from '../../../../renderer/charts/data/projection.ts';
import { plainText } from '../../../../renderer/charts/data/sentence.ts';
import { sourceLine } from '../../../../renderer/charts/data/source-line.ts';
import { ceilings, speedupSentence } from '../../../../renderer/charts/data/speedup.ts';
import { generatedRun, variedTasks } from '../generated-run.ts';

/** The report that Tasklane started from: three calls, 6.7 s one after another, 2.8 s in parallel. */
const report = generatedRun([{ serviceMs: 2800 }, { serviceMs: 1500 }, { serviceMs: 2400 }], 3);

describe('the speedup card', () => {
  it('says what parallel saved and that the longest task is the ceiling', () => {
    const { speedup } = chartModel(report);
    expect(plainText(speedupSentence(speedup))).toBe('2.4x faster than one at a time (estimated); your longest task caps this at 2.4x.');
    expect(ceilings(speedup).map(({ kind, label }) => [kind, label])).toEqual([
      ['longest', 'longest task allows 2.4x'],
      ['tasks', 'tasks allow 3x'],
    ]);
  });

  it('names the slots as the ceiling where they are', () => {
    const { speedup } = chartModel(generatedRun(variedTasks(200), 4));
    expect(plainText(speedupSentence(speedup))).toMatch(/^[34]\.\dx faster than one at a time \(estimated\); the number of slots caps this at 4x\.$/);
  });

  it('marks a run that is still on', () => {
    const { speedup } = chartModel(generatedRun(variedTasks(200), 4, 3000));
    expect(plainText(speedupSentence(speedup))).toMatch(/^So far 4\.0x faster/);
  });

  it('makes no claim before anything was sent', () => {
    expect(plainText(speedupSentence({ estimated: null, theoreticalMax: 3, taskCount: 3, longestCeiling: null, soFar: true }))).toBe('No request has finished yet.');
  });
});

describe('the strips', () => {
  it('lays the same tasks end to end and side by side', () => {
    const { strips } = chartModel(report);
    expect(strips).toEqual({
      rows: 4,
      endMs: 6700,
      spans: [
        { taskIndex: 0, row: 0, fromMs: 0, toMs: 2800, state: 'completed' },
        { taskIndex: 1, row: 0, fromMs: 2800, toMs: 4300, state: 'completed' },
        { taskIndex: 2, row: 0, fromMs: 4300, toMs: 6700, state: 'completed' },
        { taskIndex: 0, row: 1, fromMs: 0, toMs: 2800, state: 'completed' },
        { taskIndex: 1, row: 2, fromMs: 0, toMs: 1500, state: 'completed' },
        { taskIndex: 2, row: 3, fromMs: 0, toMs: 2400, state: 'completed' },
      ],
    });
  });

  it('are left out where there are too many tasks to tell apart', () => {
    expect(chartModel(generatedRun(variedTasks(13), 3)).strips).toBeNull();
  });
});

describe('the account', () => {
  it('adds up to all slot time and puts the loss of the report on the straggler', () => {
    const { account, speedup } = chartModel(report);
    expect(account.reduce((sum, share) => sum + share.fraction, 0)).toBeCloseTo(1, 9);
    expect(accountQuestion(speedup.theoreticalMax)).toBe('Why not 3x?');
    expect(plainText(accountSentence(account, false))).toBe('The slots spent 80% of their time on requests; the largest loss, 20%, was slots with nothing left to do while the last tasks finished.');
  });

  it('does not invent a loss where there was none', () => {
    const { account } = chartModel(generatedRun([{ serviceMs: 1000 }], 1));
    expect(plainText(accountSentence(account, false))).toBe('The slots spent 100% of their time on requests; almost nothing was lost.');
  });
});

describe('the projection', () => {
  it('stays between the longest task and min(c, n), whatever it is asked', () => {
    for (const [count, slots] of [[3, 3], [40, 5], [300, 8]] as const) {
      const data = generatedRun(variedTasks(count), slots);
      const longestMs = Math.max(...variedTasks(count).map((task) => task.serviceMs));
      for (const point of projection(data).points) {
        expect(point.wallMs).toBeGreaterThanOrEqual(longestMs);
        expect(point.interval?.[0] ?? longestMs).toBeGreaterThanOrEqual(longestMs);
        expect(point.speedup).toBeLessThanOrEqual(Math.min(point.concurrency, count));
      }
    }
  });

  it('has the usual concurrencies and the observed one, no interval for few tasks, and marks what is beyond twice the observed', () => {
    const { points } = projection(generatedRun(variedTasks(19), 4));
    expect(points.map((point) => [point.concurrency, point.interval === null, point.extrapolated])).toEqual([[1, true, false], [2, true, false], [3, true, false], [4, true, false], [5, true, false], [10, true, true], [20, true, true]]);
  });

  it('gives the same band twice for the same run, so that it does not flicker', () => {
    const data = generatedRun(variedTasks(60), 5);
    expect(projection(data)).toEqual(projection(data));
  });

  it('has nothing to say before a task finished', () => {
    expect(projection(generatedRun(variedTasks(5), 5, 100))).toEqual({ points: [], slowdown: null, observedConcurrency: 5, taskCount: 0 });
    expect(plainText(projectionSentence([], null, true))).toBe('A projection needs at least one finished task.');
  });

  it('answers with the highest setting that the run can vouch for', () => {
    const points = [
      { concurrency: 5, wallMs: 60_000, interval: [58_000, 62_000], speedup: 5, extrapolated: false },
      { concurrency: 10, wallMs: 30_000, interval: [29_000, 32_000], speedup: 10, extrapolated: false },
      { concurrency: 20, wallMs: 16_000, interval: null, speedup: 18.8, extrapolated: true },
    ] as const;
    const measured = { concurrency: 5, wallMs: 60_000, speedup: 5 };
    expect(plainText(projectionSentence(points, measured, false))).toBe('At 10 at once these tasks would take about 30.0 s (90%: 29.0 s to 32.0 s), 2.0x faster than the 1 min 00 s measured.');
  });

  it('draws the trusted and the extrapolated part as lines that meet, with a band that holds its point', () => {
    const rows = projectionRows([
      { concurrency: 10, wallMs: 30_000, interval: null, speedup: 10, extrapolated: true },
      { concurrency: 5, wallMs: 60_000, interval: [50_000, 75_000], speedup: 5, extrapolated: false },
    ]);
    expect(rows.map(({ concurrency, within, beyond, band }) => ({ concurrency, within, beyond, band }))).toEqual([
      { concurrency: 5, within: 5, beyond: 5, band: [4, 6] },
      { concurrency: 10, within: null, beyond: 10, band: null },
    ]);
  });

  it('bends the ideal where there are no more tasks than slots', () => {
    const line = idealLine(20, 3);
    expect([line[0], line.at(-1)?.speedup, Math.max(...line.map((point) => point.speedup))]).toEqual([{ concurrency: 1, speedup: 1 }, 3, 3]);
  });
});

describe('the source of an exported chart', () => {
  it('says where the numbers come from', () => {
    expect(sourceLine(report.run)).toBe('Tasklane · customer reviews.csv · 3 tasks · Simulated provider · simulated-small');
  });
});
