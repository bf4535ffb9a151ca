/** The middle value; the mean of the two in the middle of an even number. Throws RangeError without samples. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('Expected at least one sample, got none.');
  return (lower + upper) / 2;
}

/** Nearest rank: the least sample that `fraction` of all samples do not exceed. Throws RangeError without samples. */
export function percentile(samples: readonly number[], fraction: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  const value = sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('Expected at least one sample, got none.');
  return value;
}

/** Round by round, so that what slowed a whole round down cancels out. Throws RangeError for lists of unequal length. */
export function pairwise(left: readonly number[], right: readonly number[], combine: (left: number, right: number) => number): readonly number[] {
  if (left.length !== right.length) throw new RangeError(`Expected as many samples on both sides, got ${left.length} and ${right.length}.`);
  return left.map((value, round) => combine(value, right[round] ?? Number.NaN));
}

export function ratios(left: readonly number[], right: readonly number[]): readonly number[] {
  return pairwise(left, right, (above, below) => above / below);
}

export function differences(left: readonly number[], right: readonly number[]): readonly number[] {
  return pairwise(left, right, (from, minus) => from - minus);
}

/** The most of the given times (ascending, ms) that fall into any `spanMs` on end. */
export function mostWithin(timesMs: readonly number[], spanMs: number): number {
  let most = 0;
  let first = 0;
  timesMs.forEach((atMs, last) => {
    while (atMs - (timesMs[first] ?? atMs) >= spanMs) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}
