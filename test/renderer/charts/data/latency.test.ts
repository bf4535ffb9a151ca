import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completedServiceTimes, latencyHistogram, latencySentence, latencyShape, percentileCurve } from '../../../../renderer/charts/data/latency.ts';
import { plainText } from '../../../../renderer/charts/data/sentence.ts';
import { nearestRank, percentiles } from '../../../../shared/timing/percentiles.ts';
import { generatedRun, variedTasks } from '../generated-run.ts';

const samples = fc.array(fc.double({ min: 0.5, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 400 }).map((values) => Float64Array.from(values).sort());

function shapeOf(count: number) {
  const { attempts } = generatedRun(variedTasks(count), 4);
  return latencyShape(attempts, completedServiceTimes(attempts));
}

describe('how the latency distribution is drawn', () => {
  it('shows single requests below ten, bins up to ten thousand, then a percentile curve', () => {
    expect([shapeOf(0).kind, shapeOf(9).kind, shapeOf(10).kind, shapeOf(9999).kind, shapeOf(10_000).kind]).toEqual(['none', 'dots', 'histogram', 'histogram', 'curve']);
  });

  it('leaves out what failed or still runs: a quick refusal is no fast answer', () => {
    const { attempts } = generatedRun([{ serviceMs: 900 }, { serviceMs: 20, failure: 'rate_limit' }, { serviceMs: 5000 }], 3, 2000);
    expect([...completedServiceTimes(attempts)]).toEqual([900]);
  });

  it('names no percentile where there are too few samples for it', () => {
    const sentence = (count: number): string => {
      const sorted = completedServiceTimes(generatedRun(variedTasks(count), 4).attempts);
      return plainText(latencySentence(sorted, percentiles(sorted), false));
    };
    expect(sentence(0)).toBe('No request has completed yet.');
    expect(sentence(1)).toBe('The only completed request took 500 ms; too few for percentiles.');
    expect(sentence(9)).toMatch(/^9 completed requests took 500 ms to 1\.4 s; too few for percentiles\.$/);
    expect(sentence(99)).toMatch(/^Half of 99 completed requests took at most \d+ ms, 90% at most 1\.4 s; the slowest took 1\.5 s\.$/);
    expect(sentence(100)).toContain('99% at most');
  });
});

describe('the histogram', () => {
  it('counts every sample once, the slowest too, in bins that follow one another', () => {
    fc.assert(
      fc.property(samples, (sorted) => {
        const { bins } = latencyHistogram(sorted);
        expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(sorted.length);
        bins.forEach((bin, index) => {
          const inside = sorted.filter((value) => value >= bin.fromMs && (value < bin.toMs || (index === bins.length - 1 && value <= bin.toMs))).length;
          if (index > 0 && index < bins.length - 1) expect(bin.count).toBe(inside);
          if (index > 0) expect(bin.fromMs).toBe(bins[index - 1]!.toMs);
        });
        expect(bins.length).toBeLessThanOrEqual(64);
      }),
    );
  });

  it('changes to a logarithmic scale where a straggler would squeeze all others into one bar', () => {
    const body = Array.from({ length: 200 }, (_, index) => 500 + index);
    expect(latencyHistogram(Float64Array.from(body)).scale).toBe('linear');
    expect(latencyHistogram(Float64Array.from([...body, 60_000])).scale).toBe('log');
  });
});

describe('the percentile curve', () => {
  it('agrees with the percentiles in the sentence and ends at the slowest request', () => {
    const sorted = completedServiceTimes(generatedRun(variedTasks(10_000), 8).attempts);
    const points = percentileCurve(sorted);
    expect(points.length).toBeLessThanOrEqual(1000);
    expect(points.at(-1)).toEqual({ fraction: 1 - 1 / 10_000, nines: 4, serviceMs: sorted.at(-1) });
    for (const point of points.slice(0, -1)) expect(point.serviceMs).toBe(nearestRank(sorted, point.fraction));
  });

  it('never falls: a higher percentile is never faster', () => {
    fc.assert(
      fc.property(samples, (sorted) => {
        const points = percentileCurve(Float64Array.from([...sorted, 200_000]));
        expect(points.every((point, index) => index === 0 || point.serviceMs >= points[index - 1]!.serviceMs)).toBe(true);
      }),
    );
  });
});
