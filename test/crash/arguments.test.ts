import { expect, test } from 'vitest';

import { parseArguments } from './arguments.ts';

const parsed = (...args: readonly string[]): readonly unknown[] => {
  const { kills, seed, faults } = parseArguments(args, 7);
  return [kills, seed, faults.map(({ name }) => name)];
};
const ALL = ['split-commit', 'late-attempt-row', 'buffered-result', 'unlimited-resend', 'done-again', 'lost-failure'];

test('the options of the harness mean what its help says', () => {
  expect(parsed()).toEqual([200, 7, ALL]);
  expect(parsed('--long')).toEqual([2000, 7, ALL]);
  expect(parsed('--kills', '60', '--seed', '12')).toEqual([60, 12, ALL]);
  expect(parsed('--mutant', 'done-again')).toEqual([0, 7, ['done-again']]);
});

test.each([
  ['--kills', '0', 'after --kills, got "0"'],
  ['--kills', 'many', 'after --kills, got "many"'],
  ['--seed', '1.5', 'after --seed, got "1.5"'],
  ['--mutant', 'none', 'Expected one of split-commit'],
  ['--kill', '3', "Unknown option '--kill'"],
])('%s %s is refused instead of testing something else', (option, value, message) => {
  expect(() => parseArguments([option, value], 7)).toThrow(message);
});
