import { slowdownFactor, type Slowdown } from '../../../shared/timing/slowdown.ts';

/** Share of the greatest throughput that is enough: the last percents cost most of the slots. */
const ENOUGH = 0.98;
/** A knee this close to the maximum is none. */
const NEAR_MAXIMUM = 0.85;
/** Never fewer than this, however badly a server seems to scale. */
const LEAST = 4;

/**
 * The fewest in flight that give 97 % of the greatest throughput X(n) = n / f(n) up to `maximum`; null when that is so
 * near the maximum that more is always better.
 */
export function kneeOf(slowdown: Slowdown, maximum: number): number | null {
  const throughput = (inFlight: number): number => inFlight / slowdownFactor(slowdown, inFlight);
  let greatest = 0;
  for (let inFlight = 1; inFlight <= maximum; inFlight += 1) greatest = Math.max(greatest, throughput(inFlight));
  let knee = 1;
  while (throughput(knee) < ENOUGH * greatest) knee += 1;
  return knee >= NEAR_MAXIMUM * maximum ? null : Math.min(maximum, Math.max(LEAST, knee));
}
