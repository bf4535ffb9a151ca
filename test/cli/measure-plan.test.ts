import { describe, expect, it } from 'vitest';

import { armsOf, planRuns } from '../../electron/cli/measure-plan.ts';

describe('armsOf', () => {
  it('always holds one at a time, without which there is no speedup', () => {
    expect(armsOf([10, 3])).toEqual([1, 3, 10]);
    expect(armsOf([5, 1])).toEqual([1, 5]);
  });
});

describe('planRuns', () => {
  it('goes through the arms forwards and backwards by turns, so that drift favours none of them', () => {
    expect(planRuns([1, 3, 5], 3).map(({ repeat, concurrency }) => [repeat, concurrency])).toEqual([[1, 1], [1, 3], [1, 5], [2, 5], [2, 3], [2, 1], [3, 1], [3, 3], [3, 5]]);
  });
});
