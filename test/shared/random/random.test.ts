import { expect, test } from 'vitest';
import { createRandom, hashText, logNormal } from '../../../shared/random/random.ts';

function draws(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

test('the same seed gives the same numbers, another seed others', () => {
  expect(draws(5, createRandom(7))).toEqual(draws(5, createRandom(7)));
  expect(draws(5, createRandom(7))).not.toEqual(draws(5, createRandom(8)));
});

test('the numbers of a seed stay the same from version to version', () => {
  expect(draws(3, createRandom(1)).map((value) => value.toFixed(6))).toMatchInlineSnapshot(`
    [
      "0.449489",
      "0.466593",
      "0.671363",
    ]
  `);
});

test('numbers lie in [0, 1) and fill it evenly', () => {
  const bins = Array.from({ length: 10 }, () => 0);
  for (const value of draws(100_000, createRandom(3))) {
    expect(value >= 0 && value < 1).toBe(true);
    bins[Math.floor(value * 10)]! += 1;
  }
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test('seeds that differ little do not give sequences that run alike', () => {
  const firsts = draws(1000, (() => { let seed = 0; return () => createRandom(seed++)(); })());
  const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  expect(new Set(firsts).size).toBe(1000);
});

test('log-normal draws have the median and the spread that were asked for', () => {
  const random = createRandom(11);
  const values = draws(20_001, () => logNormal(random, 800, 0.5)).sort((left, right) => left - right);
  expect(Math.abs(values[10_000]! / 800 - 1)).toBeLessThan(0.03);
  expect(Math.abs(Math.log(values[16_827]! / 800) - 0.5)).toBeLessThan(0.03);
  expect(logNormal(random, 800, 0)).toBe(800);
});

test('a log-normal draw is finite even where the generator gives 0', () => {
  expect(logNormal(() => 0, 100, 1)).toBe(100);
});

test('texts hash to 32 bits, the same everywhere, and one character makes a difference', () => {
  expect(hashText('')).toBe(0x811c9dc5);
  expect(hashText('tasklane')).toMatchInlineSnapshot(`2578426350`);
  expect(hashText('tasklanf')).not.toBe(hashText('tasklane'));
  expect(hashText('日本')).not.toBe(hashText('本日'));
  expect(hashText('\u0141')).not.toBe(hashText('A'));
});
