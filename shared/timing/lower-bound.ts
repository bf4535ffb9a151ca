export interface LowerBoundInput {
  /** Service time of each task, the sum over its attempts, ms. A task's attempts never overlap. */
  readonly taskServiceMs: ArrayLike<number>;
  /** Duration of each attempt, ms: the pieces that cannot be split. */
  readonly attemptDurationsMs: ArrayLike<number>;
  /** c, the time mean of slots. */
  readonly meanSlots: number;
  /** Most slots at any time. */
  readonly peakSlots: number;
}

/**
 * The wall time that no schedule of this work on these slots can beat, ms: max(longest, total / c, d(k) + d(k+1)).
 * - longest: a task's attempts follow one another;
 * - total / c: c x wall is the integral of slots, and the work has to fit into it;
 * - d(k) + d(k+1), d the durations of attempts in descending order: of the k + 1 longest pieces two have to share one of
 *   at most k slots. With a limit that was changed live k is its peak, which keeps this true.
 * With a constant limit and no retries this is DESIGN's formula with k = c. 0 when nothing was sent.
 */
export function lowerBoundMs(input: LowerBoundInput): number {
  const durations = Float64Array.from(input.attemptDurationsMs).sort().reverse();
  let totalMs = 0;
  for (const durationMs of durations) totalMs += durationMs;
  let longestMs = 0;
  for (let task = 0; task < input.taskServiceMs.length; task += 1) longestMs = Math.max(longestMs, input.taskServiceMs[task]!);
  const shareMs = input.meanSlots > 0 ? totalMs / input.meanSlots : 0;
  const k = input.peakSlots;
  const pairMs = k >= 1 && durations.length > k ? durations[k - 1]! + durations[k]! : 0;
  return Math.max(longestMs, shareMs, pairMs);
}
