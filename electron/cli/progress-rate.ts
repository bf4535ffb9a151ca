import type { RunHeader } from '../../shared/vocabulary.ts';

type Sample = Pick<RunHeader, 'activeMs' | 'completed' | 'failed' | 'cancelled' | 'outputTokens' | 'attempts' | 'settings' | 'total'> & { readonly atMs: number };

/** Rates are taken over this much time, ms. */
const WINDOW_MS = 10_000;

export interface ProgressRate {
  /** Takes what is known now. `atMs` is a monotonic clock. */
  add(sample: Sample): void;
  /** Output tokens per second over the last seconds; null before there is anything to go by. */
  tokensPerSecond(nowMs: number): number | null;
  /** Time left as a range, ms; null until max(5, concurrency) tasks have finished here. */
  remainingMs(nowMs: number): readonly [low: number, high: number] | null;
  /** Time since a count last changed, ms. */
  quietMs(nowMs: number): number;
}

function finished(sample: Sample): number {
  return sample.completed + sample.failed + sample.cancelled;
}

/**
 * Rates of one run from its headers. The range of the time left is the remaining tasks over the rate of this life of
 * the program, plus and minus two standard errors of a Poisson count, which narrows as tasks finish.
 */
export function createProgressRate(): ProgressRate {
  let first: Sample | null = null;
  let latest: Sample | null = null;
  let movedAtMs = 0;
  const recent: Sample[] = [];

  return {
    add(sample) {
      first ??= sample;
      const moved = latest === null || finished(latest) !== finished(sample) || latest.outputTokens !== sample.outputTokens || latest.attempts !== sample.attempts;
      if (moved) movedAtMs = sample.atMs;
      latest = sample;
      recent.push(sample);
      while (recent.length > 2 && (recent[1]?.atMs ?? sample.atMs) < sample.atMs - WINDOW_MS) recent.shift();
    },
    tokensPerSecond(nowMs) {
      const oldest = recent[0];
      if (oldest === undefined || latest === null) return null;
      const spanMs = Math.min(nowMs - oldest.atMs, Math.max(WINDOW_MS, nowMs - latest.atMs));
      return spanMs < 1000 ? null : ((latest.outputTokens - oldest.outputTokens) / spanMs) * 1000;
    },
    remainingMs(nowMs) {
      if (first === null || latest === null) return null;
      const done = finished(latest) - finished(first);
      if (done < Math.max(5, latest.settings.concurrency)) return null;
      // On the run's clock, which holds neither pauses nor the time in which the machine slept.
      const perTaskMs = (latest.activeMs - first.activeMs + nowMs - latest.atMs) / done;
      const left = latest.total - finished(latest);
      const spread = Math.min(0.5, 2 / Math.sqrt(done));
      return [left * perTaskMs * (1 - spread), left * perTaskMs * (1 + spread)];
    },
    quietMs: (nowMs) => (latest === null ? 0 : nowMs - movedAtMs),
  };
}
