import type { RateLimitInfo } from '../../../electron/executors/executor.ts';
import { slowdownFactor, type Slowdown } from '../../../shared/timing/slowdown.ts';
import { standardNormal, type Random } from '../../../shared/random/random.ts';
import { createHeap } from './heap.ts';

/** What a server hides, or tells. All limits may change with time. */
export interface ServerBehaviour {
  /** Requests that it works on at once at most; null = any number. */
  readonly cap: number | null;
  /** Token buckets of one minute's worth, full at the start, refilled evenly; null = no limit. */
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** The bucket of requests holds this share of a minute's worth. */
  readonly burstFraction: number;
  /** Requests a day, stated in the header of requests: a bucket of a day's worth. */
  readonly requestsPerDay: number | null;
  readonly hasHeaders: boolean;
  readonly hasRetryAfter: boolean;
  readonly meanLatencyMs: number;
  /** Standard deviation of the logarithm of the latency. */
  readonly sigma: number;
  readonly slowdown: Slowdown | null;
  /** Works on so many at full speed and shares itself evenly among more; null = any number. */
  readonly cores: number | null;
}

export const PLAIN_SERVER: ServerBehaviour = {
  cap: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  burstFraction: 1,
  requestsPerDay: null,
  hasHeaders: false,
  hasRetryAfter: false,
  meanLatencyMs: 2000,
  sigma: 0.5,
  slowdown: null,
  cores: null,
};

export type Admission =
  | { readonly ok: true; readonly rateLimit: RateLimitInfo | null }
  | { readonly ok: false; readonly retryAfterMs: number | null; readonly rateLimit: RateLimitInfo | null };

/** Calls must be in order of time. */
export interface SimulatedServer {
  /** A request comes in; when it was admitted and worked on, `finished` is called by `advance`. */
  admit(nowMs: number, tokens: number, finished: () => void): Admission;
  /** When the next request will be finished if none comes in before; Infinity when it has none. */
  nextFinishMs(): number;
  /** Finishes the next request. */
  finishNext(): void;
}

interface Bucket {
  level: number;
  asOfMs: number;
}

const RETRY_AFTER_LEAST_MS = 1000;

/** `behaviourAt` may return another behaviour at another time. */
export function createSimulatedServer(behaviourAt: (nowMs: number) => ServerBehaviour, random: Random): SimulatedServer {
  // All in flight advance at the same speed, 1 / how much the load slows down, so that one clock of work serves them all.
  const inFlight = createHeap<() => void>();
  let workMs = 0;
  let asOfMs = 0;
  let slowness = 1;

  const advanceTo = (nowMs: number): void => {
    workMs += (nowMs - asOfMs) / slowness;
    asOfMs = nowMs;
  };
  const setSpeed = ({ slowdown, cores }: ServerBehaviour): void => {
    slowness = slowdownFactor(slowdown, inFlight.size()) * Math.max(1, inFlight.size() / (cores ?? Infinity));
  };
  const nextFinishMs = (): number => asOfMs + Math.max(0, inFlight.leastKey() - workMs) * slowness;
  const buckets: Record<'requests' | 'tokens' | 'day', Bucket | null> = { requests: null, tokens: null, day: null };

  const levelOf = (name: keyof typeof buckets, capacity: number | null, perMs: number, nowMs: number): Bucket | null => {
    if (capacity === null) return null;
    const bucket = buckets[name] ?? { level: capacity, asOfMs: nowMs };
    bucket.level = Math.min(capacity, bucket.level + (nowMs - bucket.asOfMs) * perMs);
    bucket.asOfMs = nowMs;
    buckets[name] = bucket;
    return bucket;
  };
  return {
    nextFinishMs,
    finishNext() {
      advanceTo(nextFinishMs());
      const finished = inFlight.pop();
      setSpeed(behaviourAt(asOfMs));
      finished();
    },
    admit(nowMs, tokens, finished) {
      advanceTo(nowMs);
      const behaviour = behaviourAt(nowMs);
      const { requestsPerMinute, tokensPerMinute, requestsPerDay, burstFraction } = behaviour;
      const requestsPerMs = (requestsPerMinute ?? 0) / 60_000;
      const tokensPerMs = (tokensPerMinute ?? 0) / 60_000;
      const dayPerMs = (requestsPerDay ?? 0) / 86_400_000;
      const requests = levelOf('requests', requestsPerMinute === null ? null : requestsPerMinute * burstFraction, requestsPerMs, nowMs);
      const tokensLeft = levelOf('tokens', tokensPerMinute, tokensPerMs, nowMs);
      const day = levelOf('day', requestsPerDay, dayPerMs, nowMs);

      const waits = [
        requests && requests.level < 1 ? (1 - requests.level) / requestsPerMs : 0,
        day && day.level < 1 ? (1 - day.level) / dayPerMs : 0,
        tokensLeft && tokensLeft.level < tokens ? (tokens - tokensLeft.level) / tokensPerMs : 0,
        behaviour.cap !== null && inFlight.size() >= behaviour.cap ? RETRY_AFTER_LEAST_MS : 0,
      ];
      const waitMs = Math.max(...waits);
      if (waitMs === 0) {
        if (requests) requests.level -= 1;
        if (day) day.level -= 1;
        if (tokensLeft) tokensLeft.level -= tokens;
      }
      const counted = day ? { bucket: day, limit: requestsPerDay!, perMs: dayPerMs } : requests ? { bucket: requests, limit: requestsPerMinute!, perMs: requestsPerMs } : null;
      const rateLimit: RateLimitInfo | null = behaviour.hasHeaders
        ? {
            limitRequests: counted?.limit ?? null,
            remainingRequests: counted ? Math.max(0, Math.floor(counted.bucket.level)) : null,
            resetRequestsMs: counted ? (counted.limit - counted.bucket.level) / counted.perMs : null,
            limitTokens: tokensPerMinute,
            remainingTokens: tokensLeft ? Math.max(0, Math.floor(tokensLeft.level)) : null,
            resetTokensMs: tokensLeft ? (tokensPerMinute! - tokensLeft.level) / tokensPerMs : null,
          }
        : null;
      // Retry-After comes in whole seconds.
      if (waitMs > 0) return { ok: false, retryAfterMs: behaviour.hasRetryAfter ? 1000 * Math.max(1, Math.ceil(waitMs / 1000)) : null, rateLimit };
      inFlight.push(workMs + behaviour.meanLatencyMs * Math.exp(behaviour.sigma * standardNormal(random) - behaviour.sigma ** 2 / 2), finished);
      setSpeed(behaviour);
      return { ok: true, rateLimit };
    },
  };
}
