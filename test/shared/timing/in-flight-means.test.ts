import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { inFlightMeans } from '../../../shared/timing/in-flight-means.ts';

test('the mean is over the time of the stretch itself', () => {
  expect(Array.from(inFlightMeans(Float64Array.of(0, 50, 200), Float64Array.of(100, 150, 300)))).toEqual([1.5, 1.5, 1]);
});

test('the means are those of counting at every instant', () => {
  const span = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }));
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 12 }), (spans) => {
      const counted = spans.map(([start, length]) => {
        let sum = 0;
        for (let instant = start; instant < start + length; instant += 1) sum += spans.filter(([otherStart, otherLength]) => otherStart <= instant && instant < otherStart + otherLength).length;
        return length > 0 ? sum / length : 1;
      });
      const means = inFlightMeans(Float64Array.from(spans, ([start]) => start), Float64Array.from(spans, ([start, length]) => start + length));
      means.forEach((mean, position) => expect(mean).toBeCloseTo(counted[position]!, 9));
    }),
  );
});
