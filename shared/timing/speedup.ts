/**
 * Sum of service times / wall time; null when no time passed. What one task at a time would take is not measured here:
 * where the server slows down under load this overstates.
 */
export function estimatedSpeedup(sumServiceMs: number, wallMs: number): number | null {
  return wallMs > 0 ? sumServiceMs / wallMs : null;
}

/** The most that `concurrency` slots can speed up `taskCount` tasks: min(c, n). */
export function theoreticalMax(concurrency: number, taskCount: number): number {
  return Math.min(concurrency, taskCount);
}

/** Speedup / min(c, n), 1 being ideal; null without tasks or slots. Not clamped: a measured speedup may pass 1 by noise. */
export function efficiencyFraction(speedup: number, concurrency: number, taskCount: number): number | null {
  const most = theoreticalMax(concurrency, taskCount);
  return most > 0 ? speedup / most : null;
}
