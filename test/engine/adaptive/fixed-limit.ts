import type { Random } from '../../../shared/random/random.ts';
import type { Flow } from './simulate.ts';

/**
 * What Auto is compared with: a concurrency that stays as it was set, and a 429 holds everything for Retry-After or else
 * 250 ms, plus full jitter that doubles from 0.5 s while nothing succeeds (at most 1 s on top of Retry-After).
 */
export function createFixedLimit(concurrency: number, random: Random): Flow<number> {
  let heldUntilMs = 0;
  let heldSinceMs = -1;
  let consecutive = 0;
  return {
    canSend(nowMs, inFlight) {
      if (nowMs < heldUntilMs) return { ok: false, untilMs: heldUntilMs };
      return { ok: inFlight < concurrency, untilMs: null };
    },
    sent: (nowMs) => nowMs,
    succeeded() {
      consecutive = 0;
    },
    refused(sentMs, { nowMs, retryAfterMs }) {
      if (sentMs > heldSinceMs) consecutive += 1;
      heldSinceMs = nowMs;
      const jitterMs = random() * Math.min(60_000, 500 * 2 ** (consecutive - 1));
      heldUntilMs = Math.max(heldUntilMs, nowMs + (retryAfterMs === null ? 250 + jitterMs : retryAfterMs + Math.min(1000, jitterMs)));
    },
    tick: () => undefined,
  };
}
