/** One run of a measurement. */
export interface PlannedRun {
  /** From 1. */
  readonly repeat: number;
  readonly concurrency: number;
}

/** The arms of a measurement: what was asked for, and one at a time in any case. Ascending. */
export function armsOf(concurrencies: readonly number[]): readonly number[] {
  return [...new Set([1, ...concurrencies])].sort((left, right) => left - right);
}

/**
 * The order of the runs: each repeat goes through all arms, forwards and backwards by turns, so that a server that warms
 * up or tires in the meantime favours no arm.
 */
export function planRuns(arms: readonly number[], repeats: number): readonly PlannedRun[] {
  return Array.from({ length: repeats }, (_, index) => {
    const order = index % 2 === 0 ? arms : arms.toReversed();
    return order.map((concurrency) => ({ repeat: index + 1, concurrency }));
  }).flat();
}
