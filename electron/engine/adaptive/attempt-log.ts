import type { LoadMark } from './load-watch.ts';

/** One request as the limit saw it leave. */
export interface SentAttempt {
  readonly sentMs: number;
  /** Attempts in flight when it left, itself included. */
  readonly inFlight: number;
  readonly estimatedTokens: number;
  readonly load: LoadMark;
}

export interface LoggedAttempt extends SentAttempt {
  /** Infinity while it is under way. */
  endedMs: number;
  /** `unknown`: it ended in a way that says nothing about limits. */
  outcome: 'pending' | 'accepted' | 'refused' | 'unknown';
}

/** The latest attempts in the order they left. */
export interface AttemptLog {
  add(attempt: SentAttempt): LoggedAttempt;
  end(attempt: LoggedAttempt, outcome: 'accepted' | 'refused' | 'unknown', nowMs: number): void;
  /** How long a refusal takes to come back, ms. */
  refusalMs(): number;
  /** What left at `fromMs` or later. */
  since(fromMs: number): readonly LoggedAttempt[];
  /** What the provider has let in: answered, or on its way for much longer than a refusal takes. */
  wasAccepted(attempt: LoggedAttempt, nowMs: number): boolean;
  /** Attempts let in per second since `fromMs`, or since the oldest that is remembered. */
  acceptedPerSecond(fromMs: number, nowMs: number): number;
}

const KEPT = 6000;
const DROPPED_AT_ONCE = 2000;
const REFUSAL_MS_BEFORE_ANY = 100;
/** No refusal after this many times its usual duration means that there will be none. */
const PATIENCE = 3;

export function createAttemptLog(): AttemptLog {
  let attempts: LoggedAttempt[] = [];
  let refusalMs: number | null = null;

  const wasAccepted = (attempt: LoggedAttempt, nowMs: number): boolean =>
    attempt.outcome === 'accepted' || (attempt.outcome === 'pending' && nowMs - attempt.sentMs > PATIENCE * (refusalMs ?? REFUSAL_MS_BEFORE_ANY));
  const since = (fromMs: number): readonly LoggedAttempt[] => {
    let first = attempts.length;
    while (first > 0 && attempts[first - 1]!.sentMs >= fromMs) first -= 1;
    return attempts.slice(first);
  };
  return {
    add(attempt) {
      const logged: LoggedAttempt = { ...attempt, endedMs: Infinity, outcome: 'pending' };
      attempts.push(logged);
      if (attempts.length > KEPT) attempts = attempts.slice(DROPPED_AT_ONCE);
      return logged;
    },
    end(attempt, outcome, nowMs) {
      attempt.outcome = outcome;
      attempt.endedMs = nowMs;
      if (outcome !== 'refused') return;
      const durationMs = nowMs - attempt.sentMs;
      refusalMs = refusalMs === null ? durationMs : 0.8 * refusalMs + 0.2 * durationMs;
    },
    refusalMs: () => refusalMs ?? REFUSAL_MS_BEFORE_ANY,
    since,
    wasAccepted,
    acceptedPerSecond(fromMs, nowMs) {
      const startMs = Math.max(fromMs, attempts[0]?.sentMs ?? fromMs);
      if (nowMs <= startMs) return 0;
      const accepted = since(startMs).filter((attempt) => wasAccepted(attempt, nowMs)).length;
      return (accepted * 1000) / (nowMs - startMs);
    },
  };
}
