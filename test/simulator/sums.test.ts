import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { solveSum } from '../../electron/simulator/sums.ts';

describe('sums', () => {
  test.each([
    ['What is 12 + 30?', '42'],
    ['2+2', '4'],
    ['17 plus 25', '42'],
    ['What is 100 minus 58?', '42'],
    ['What is 100 − 142?', '-42'],
    ['6 x 7', '42'],
    ['Calculate 6 * 7 please', '42'],
    ['How much is 6 times 7?', '42'],
    ['What is 2 + 3 * 4 - 1?', '13'],
    ['-5 + 3', '-2'],
    ['What is 0.1 + 0.2?', '0.3'],
    ['What is 1,000 + 234?', '1234'],
    ['What is 9007199254740993 + 1?', '9007199254740994'],
    ['Answer with a number only.\nWhat is 17 + 25?', '42'],
  ])('%s = %s', (prompt, result) => {
    expect(solveSum(prompt)?.result).toBe(result);
  });

  test.each(['Tell me about 2024-11-05', 'Summarise pages 3-7', 'Why is the sky blue?', 'List 5 rivers', '42', 'A 4 x 4 car is nice', ''])('%j asks for no sum', (prompt) => {
    expect(solveSum(prompt)).toBeNull();
  });

  test('whole numbers of any size are exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.bigInt({ min: 0n, max: 10n ** 40n }), (a, b) => {
        expect([solveSum(`What is ${a} + ${b}?`)?.result, solveSum(`What is ${a} - ${b}?`)?.result, solveSum(`What is ${a} * ${b}?`)?.result]).toEqual([String(a + b), String(a - b), String(a * b)]);
      }),
    );
  });

  test('a prompt made of a hundred thousand digits and signs does not hold the server up', () => {
    for (const hostile of ['1+'.repeat(50_000), '1 '.repeat(50_000), `${'9'.repeat(100_000)}+`, `${' '.repeat(100_000)}1`, `${'9'.repeat(999)}+`, '1 '.repeat(499)]) {
      const startedMs = performance.now();
      solveSum(hostile);
      expect(performance.now() - startedMs).toBeLessThan(2000);
    }
  });
});
