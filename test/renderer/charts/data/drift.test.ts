import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drift, driftSentence } from '../../../../renderer/charts/data/drift.ts';
import { minMaxPerColumn } from '../../../../renderer/charts/data/min-max.ts';
import { plainText } from '../../../../renderer/charts/data/sentence.ts';
import { generatedRun } from '../generated-run.ts';

const steady = (count: number, serviceMs: number) => Array.from({ length: count }, () => ({ serviceMs }));

describe('thinning dots', () => {
  it('keeps the smallest and the largest of every column, two at most, so that no outlier vanishes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double({ min: 0, max: 1000, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true })), { minLength: 1, maxLength: 500 }), fc.integer({ min: 1, max: 50 }), (points, columns) => {
        const x = points.map(([at]) => at);
        const y = points.map(([, value]) => value);
        const kept = minMaxPerColumn(x, y, 0, 1000, columns);
        expect(kept.length).toBeLessThanOrEqual(2 * columns);
        expect(Math.max(...Array.from(kept, (position) => y[position]!))).toBe(Math.max(...y));
        expect(Math.min(...Array.from(kept, (position) => y[position]!))).toBe(Math.min(...y));
        expect([...kept]).toEqual([...kept].sort((left, right) => left - right));
      }),
    );
  });

  it('leaves out what is not a number or not visible', () => {
    expect([...minMaxPerColumn([0, 5, 10, 50], [1, Number.NaN, 3, 99], 0, 10, 2)]).toEqual([0, 2]);
  });
});

describe('did it drift', () => {
  it('tells a run that slowed down from a steady one', () => {
    const sentence = (tasks: readonly { readonly serviceMs: number }[]): string => plainText(driftSentence(drift(generatedRun(tasks, 4).attempts, false)!, false));
    expect(sentence(steady(100, 2000))).toBe('Steady: the median was 2.0 s in the first quarter of requests and 2.0 s in the last.');
    expect(sentence([...steady(50, 2000), ...steady(50, 3000)])).toBe('Slower by 50%: the median was 2.0 s in the first quarter of requests and 3.0 s in the last.');
    expect(sentence(steady(39, 2000))).toBe('Too few requests to tell a drift from chance; each dot is one.');
    expect(drift(generatedRun([], 4).attempts, false)).toBeNull();
  });

  it('keeps one straggler among 20,000 requests and few enough dots to stay calm', () => {
    const tasks = steady(20_000, 1000).map((task, index) => (index === 7777 ? { serviceMs: 60_000 } : task));
    const { attempts } = generatedRun(tasks, 16);
    const still = drift(attempts, false)!;
    expect([still.thinned, Math.max(...still.points.map((point) => point.serviceMs)), still.points.length <= 960, still.trend.length]).toEqual([true, 60_000, true, 60]);
    expect(drift(attempts, true)!.points.length).toBeLessThanOrEqual(500);
  });
});
