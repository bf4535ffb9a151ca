import type { AttemptLog, LoggedAttempt } from './attempt-log.ts';
import { decideCause, type EpisodeAttempt, type RefusalCause } from './refusal-cause.ts';

/** What a refusal means for the limit. */
export interface Refusal {
  /** Refusals in a row with nothing let in between, from 1. A burst that was refused together is one. */
  readonly consecutive: number;
  /** The first one after a quiet time. */
  readonly isFirst: boolean;
}

/** Counts refusals: which belong together, how long they make everything wait, and what they are about. */
export interface RefusalEpisodes {
  /** null when the attempt left before the latest refusal was heard: it says nothing about the limit since. */
  refused(attempt: LoggedAttempt, nowMs: number): Refusal | null;
  /** Waits for what the provider asked, or ever longer while refusals follow on each other. */
  pause(refusal: Refusal, retryAfterMs: number | null, nowMs: number): void;
  pausedUntilMs(): number;
  /** Whether it left after the latest refusal was heard. */
  isFresh(attempt: LoggedAttempt): boolean;
  lastMs(): number;
  episodeStartMs(): number;
  cause(nowMs: number, fromMs: number): RefusalCause | null;
}

/** Quiet for so long, refusals are another matter. */
const QUIET_MS = 15_000;
const PAUSE_BASE_MS = 250;
const PAUSE_MAX_MS = 20_000;
/** Waits that were asked for get this much more at most, so that several clients do not come back together. */
const JITTER_FRACTION = 0.1;
const JITTER_MAX_MS = 1000;

/** `random`: uniform in [0, 1). */
export function createRefusalEpisodes(log: AttemptLog, random: () => number): RefusalEpisodes {
  let lastMs = -Infinity;
  let heardMs = -Infinity;
  let startMs = -Infinity;
  let consecutive = 0;
  let pausedUntilMs = -Infinity;

  /** In flight at the server: what was on its way to be refused as well never counted there. */
  const episodeOf = (attempts: readonly LoggedAttempt[], nowMs: number): readonly EpisodeAttempt[] => {
    const doomed: LoggedAttempt[] = [];
    const episode: EpisodeAttempt[] = [];
    let oldest = 0;
    for (const attempt of attempts) {
      // Refusals come back in the order of sending, or nearly so.
      while (oldest < doomed.length && doomed[oldest]!.endedMs <= attempt.sentMs) oldest += 1;
      const isRefused = attempt.outcome === 'refused';
      if (isRefused || log.wasAccepted(attempt, nowMs)) episode.push({ inFlight: attempt.inFlight - (doomed.length - oldest), isRefused });
      if (isRefused) doomed.push(attempt);
    }
    return episode;
  };
  return {
    refused(attempt, nowMs) {
      const isFirst = nowMs - lastMs > QUIET_MS;
      if (isFirst) startMs = attempt.sentMs;
      lastMs = nowMs;
      if (attempt.sentMs <= heardMs) return null;
      const wasLetIn = log.since(heardMs).some((other) => other.sentMs > heardMs && log.wasAccepted(other, nowMs));
      consecutive = wasLetIn || consecutive === 0 ? 1 : consecutive + 1;
      heardMs = nowMs;
      return { consecutive, isFirst };
    },
    pause(refusal, retryAfterMs, nowMs) {
      const backoffMs = refusal.consecutive > 1 ? Math.min(PAUSE_MAX_MS, PAUSE_BASE_MS * 2 ** (refusal.consecutive - 2)) : 0;
      const waitMs = retryAfterMs === null ? backoffMs : retryAfterMs + Math.min(JITTER_MAX_MS, JITTER_FRACTION * retryAfterMs) * random();
      if (waitMs > 0) pausedUntilMs = Math.max(pausedUntilMs, nowMs + waitMs);
    },
    pausedUntilMs: () => pausedUntilMs,
    isFresh: (attempt) => attempt.sentMs > heardMs,
    lastMs: () => lastMs,
    episodeStartMs: () => startMs,
    cause(nowMs, fromMs) {
      // By Little's law, with half of the round trip for the way back, and two standard deviations of a Poisson count.
      const underWay = (log.acceptedPerSecond(fromMs, nowMs) * log.refusalMs()) / 2000;
      const tolerance = underWay + 2 * Math.sqrt(underWay);
      return decideCause(episodeOf(log.since(fromMs), nowMs), tolerance);
    },
  };
}
