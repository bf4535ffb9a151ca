/**
 * Decides how many tasks may be in flight, within what the user asked for: a refusal (429) cuts the limit, successes
 * raise it again step by step (additive increase, multiplicative decrease, https://doi.org/10.1016/0169-7552(89)90019-6).
 * Pure; times on the run clock.
 */
export interface LimitGovernor {
  /** Tasks in flight at most, from 1 to what the user asked for. */
  limit(): number;
  /** What the user asked for. */
  requested(): number;
  /** The user asks for another limit; what was learnt is forgotten. */
  request(concurrency: number): void;
  /** An attempt was answered 429; `inFlight`: attempts in flight when it was sent, itself included. */
  refused(attempt: { readonly sentMs: number; readonly finishedMs: number; readonly inFlight: number }): void;
  succeeded(): void;
}

/** What is left after a cut of what was in flight. */
const CUT = 0.7;

export function createLimitGovernor(concurrency: number): LimitGovernor {
  let requested = concurrency;
  let limit = concurrency;
  let successes = 0;
  let cutAtMs = -Infinity;
  return {
    limit: () => limit,
    requested: () => requested,
    request(next) {
      requested = next;
      limit = next;
      successes = 0;
    },
    refused({ sentMs, finishedMs, inFlight }) {
      // What was sent before the latest cut says nothing about the limit since: a burst refused together cuts once.
      if (sentMs < cutAtMs) return;
      cutAtMs = finishedMs;
      limit = Math.min(limit, Math.max(1, Math.floor(CUT * inFlight)));
      successes = 0;
    },
    succeeded() {
      if (limit >= requested) return;
      successes += 1;
      if (successes < limit) return;
      limit += 1;
      successes = 0;
    },
  };
}
