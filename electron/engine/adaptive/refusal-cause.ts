export type RefusalCause = 'concurrency cap' | 'rate';

/** An attempt of an episode of refusals. */
export interface EpisodeAttempt {
  readonly inFlight: number;
  readonly isRefused: boolean;
}

const REFUSED_MIN = 3;
const ACCEPTED_MIN = 4;
/** Errors of the best threshold, as a share of the smaller side, from which on a cap does not explain the refusals. */
const ERROR_FRACTION = 0.25;
const ERRORS_MIN = 2;

/**
 * What a series of refusals is about. A cap on concurrency lets in what finds few in flight and refuses what finds many:
 * one threshold separates the two (a decision stump). A limit on the rate does not care how many are in flight, and no
 * threshold fits. null: too little was seen to tell.
 *
 * `tolerance`: how many of what is in flight for us may be over for the server already, because the answer is under way.
 * It excuses what was let in above the threshold; nothing excuses a refusal below it.
 */
export function decideCause(attempts: readonly EpisodeAttempt[], tolerance: number): RefusalCause | null {
  const refused = attempts.filter((attempt) => attempt.isRefused).map((attempt) => attempt.inFlight);
  const accepted = attempts.filter((attempt) => !attempt.isRefused).map((attempt) => attempt.inFlight);
  if (refused.length < REFUSED_MIN || accepted.length < ACCEPTED_MIN) return null;
  // The best cap is just below a refusal or below all.
  const caps = new Set(refused.map((inFlight) => inFlight - 1));
  let fewest = Infinity;
  for (const cap of caps) {
    const above = accepted.filter((inFlight) => inFlight > cap + tolerance).length;
    const below = refused.filter((inFlight) => inFlight <= cap).length;
    fewest = Math.min(fewest, above + below);
  }
  return fewest >= ERRORS_MIN && fewest >= ERROR_FRACTION * Math.min(refused.length, accepted.length) ? 'rate' : 'concurrency cap';
}
