import { expect, test } from 'vitest';
import { formatBytes, formatCost, formatCount, formatCounted, formatDuration, formatFraction, formatRate, formatSpeedup } from '../../../shared/format/format.ts';
import { formatRange } from '../../../shared/format/format-range.ts';

/** Every input beside its text. */
function texts<T>(format: (value: T) => string, values: readonly T[]): readonly (readonly [T, string])[] {
  return values.map((value) => [value, format(value)]);
}

test('durations move on to the next unit instead of rounding up to a full one', () => {
  expect(texts(formatDuration, [0, 0.4, 1, 840, 999.4, 999.5, 2800, 59_949, 59_950, 65_000, 3_599_499, 3_599_500, 7_380_000, 86_369_000, 86_370_000, 100 * 3_600_000, -840])).toEqual([
    [0, '0 ms'],
    [0.4, '<1 ms'],
    [1, '1 ms'],
    [840, '840 ms'],
    [999.4, '999 ms'],
    [999.5, '1.0 s'],
    [2800, '2.8 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 00 s'],
    [65_000, '1 min 05 s'],
    [3_599_499, '59 min 59 s'],
    [3_599_500, '1 h 00 min'],
    [7_380_000, '2 h 03 min'],
    [86_369_000, '23 h 59 min'],
    [86_370_000, '1 d 00 h'],
    [100 * 3_600_000, '4 d 04 h'],
    [-840, '-840 ms'],
  ]);
});

test('what is not known never reads as 0', () => {
  expect([formatDuration(null), formatDuration(Number.NaN), formatDuration(Number.POSITIVE_INFINITY), formatCount(null), formatBytes(Number.NaN), formatFraction(null), formatRate(null)]).toEqual(['–', '–', '–', '–', '–', '–', '–']);
  expect([formatCost(null), formatSpeedup(null), formatSpeedup(Number.NaN)]).toEqual(['unknown', 'unknown', 'unknown']);
});

test('counts are grouped by thousands', () => {
  expect(texts(formatCount, [0, 7, 999, 1240, 1_000_000, 12.6, -1240, -0.2])).toEqual([[0, '0'], [7, '7'], [999, '999'], [1240, '1,240'], [1_000_000, '1,000,000'], [12.6, '13'], [-1240, '-1,240'], [-0.2, '0']]);
  expect([formatCounted(1, 'task'), formatCounted(0, 'task'), formatCounted(1240, 'task'), formatCounted(2, 'retry', 'retries')]).toEqual(['1 task', '0 tasks', '1,240 tasks', '2 retries']);
});

test('sizes move on to the next unit', () => {
  expect(texts(formatBytes, [0, 512, 999.5, 1234, 99_949, 340_000_000, 999_500_000, 2e15])).toEqual([[0, '0 B'], [512, '512 B'], [999.5, '1.0 kB'], [1234, '1.2 kB'], [99_949, '99.9 kB'], [340_000_000, '340 MB'], [999_500_000, '1.0 GB'], [2e15, '2,000 TB']]);
});

test('a speedup has one decimal', () => {
  expect(texts(formatSpeedup, [2.4, 1, 0.96, 10.04])).toEqual([[2.4, '2.4x'], [1, '1.0x'], [0.96, '1.0x'], [10.04, '10.0x']]);
});

test('a percentage never says all or nothing where it is not', () => {
  expect(texts(formatFraction, [0, 0.0001, 0.005, 0.834, 0.994, 0.9951, 0.9999, 1, 1.07])).toEqual([[0, '0%'], [0.0001, '<1%'], [0.005, '1%'], [0.834, '83%'], [0.994, '99%'], [0.9951, '>99%'], [0.9999, '>99%'], [1, '100%'], [1.07, '107%']]);
  expect([formatFraction(0.0412, 1), formatFraction(0.9999, 1), formatFraction(0.0004, 1)]).toEqual(['4.1%', '>99.9%', '<0.1%']);
});

test('money keeps the digits that matter', () => {
  expect(texts<number | null>(formatCost, [0, 0.00001, 0.0042, 0.00996, 0.42, 12.4, 1234.567])).toEqual([[0, '$0.00'], [0.00001, '<$0.0001'], [0.0042, '$0.0042'], [0.00996, '$0.01'], [0.42, '$0.42'], [12.4, '$12.40'], [1234.567, '$1,234.57']]);
});

test('rates have a decimal only where they are small', () => {
  expect(texts(formatRate, [0, 8.46, 9.97, 1240])).toEqual([[0, '0/s'], [8.46, '8.5/s'], [9.97, '10/s'], [1240, '1,240/s']]);
});

test('a range is widened outwards to round steps and names a unit once', () => {
  expect(texts(formatRange, [[130_000, 171_000], [47_000, 118_000], [4100, 4900], [21_000, 38_000], [60_000, 60_000], [5_000_000, 9_000_000], [0, 400], [200, 8000], [3 * 86_400_000, 3.2 * 86_400_000], [171_000, 130_000]])).toEqual([
    [[130_000, 171_000], 'about 2 to 3 min'],
    [[47_000, 118_000], 'about 45 s to 2 min'],
    [[4100, 4900], 'about 4 to 5 s'],
    [[21_000, 38_000], 'about 20 to 40 s'],
    [[60_000, 60_000], 'about 1 min'],
    [[5_000_000, 9_000_000], 'about 1 to 2.5 h'],
    [[0, 400], 'a moment'],
    [[200, 8000], 'about 1 to 8 s'],
    [[3 * 86_400_000, 3.2 * 86_400_000], 'about 3 to 3.5 d'],
    [[171_000, 130_000], 'about 2 to 3 min'],
  ]);
  expect(formatRange(null)).toBe('');
});
