/** Mean of some attempts that left one after the other. */
export interface CohortMean {
  readonly inFlight: number;
  readonly latencyMs: number;
  readonly attempts: number;
}

/** A group of attempts; ends with the last of them. */
export interface Cohort {
  /** An attempt of it succeeded. `inFlight`: the mean while it was. Returns the mean when it was the last. */
  succeeded(inFlight: number, latencyMs: number): CohortMean | null;
  /** An attempt of it ended otherwise. */
  left(): CohortMean | null;
}

/**
 * Takes attempts together in the order they left. While the load rises, a long task sees more of the high load than a
 * short one that left with it: taken one by one, long tasks would make load look slow. The means of whole groups are free
 * of that, since a group's share of long tasks has nothing to do with the load.
 */
export interface Cohorts {
  join(): Cohort;
}

const SIZE = 8;

export function createCohorts(): Cohorts {
  let current: Cohort | null = null;
  let joined = 0;
  return {
    join() {
      if (!current || joined === SIZE) {
        current = createCohort();
        joined = 0;
      }
      joined += 1;
      return current;
    },
  };
}

function createCohort(): Cohort {
  let ended = 0;
  let attempts = 0;
  let inFlightSum = 0;
  let latencySumMs = 0;
  const end = (): CohortMean | null => {
    ended += 1;
    return ended === SIZE && attempts > 0 ? { inFlight: inFlightSum / attempts, latencyMs: latencySumMs / attempts, attempts } : null;
  };
  return {
    succeeded(inFlight, latencyMs) {
      attempts += 1;
      inFlightSum += inFlight;
      latencySumMs += latencyMs;
      return end();
    },
    left: end,
  };
}
