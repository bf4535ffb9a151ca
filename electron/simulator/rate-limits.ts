/** A bucket that refills evenly: `limit` a minute, `limit` at most at once. That is how OpenAI's headers behave: with a limit of 60, one request is back after 1 s. */
interface Bucket {
  readonly limit: number;
  level: number;
  updatedMs: number;
}

export interface RateLimits {
  /** Takes one request of so many tokens, or says what was short and for how long. `nowMs` is a monotonic clock. */
  take(tokens: number, nowMs: number): RateVerdict;
}

export interface RateVerdict {
  readonly refused: { readonly by: 'requests' | 'tokens'; readonly limit: number; readonly waitMs: number } | null;
  /** `x-ratelimit-*`, names and values in turn. */
  readonly headers: readonly string[];
}

/** null = unlimited; with neither limit there are no headers. */
export function createRateLimits(requestsPerMinute: number | null, tokensPerMinute: number | null): RateLimits {
  const requests = bucketOf(requestsPerMinute);
  const tokens = bucketOf(tokensPerMinute);
  return {
    take(wanted, nowMs) {
      refill(requests, nowMs);
      refill(tokens, nowMs);
      const waits = [
        { by: 'requests' as const, limit: requestsPerMinute ?? 0, waitMs: waitFor(requests, 1) },
        { by: 'tokens' as const, limit: tokensPerMinute ?? 0, waitMs: waitFor(tokens, wanted) },
      ];
      const longest = waits.reduce((a, b) => (b.waitMs > a.waitMs ? b : a));
      const refused = longest.waitMs > 0 ? longest : null;
      if (refused === null) {
        if (requests !== null) requests.level -= 1;
        if (tokens !== null) tokens.level = Math.max(0, tokens.level - wanted);
      }
      return { refused, headers: [...headersOf('requests', requests), ...headersOf('tokens', tokens)] };
    },
  };
}

function bucketOf(limit: number | null): Bucket | null {
  return limit === null ? null : { limit, level: limit, updatedMs: Number.NaN };
}

function refill(bucket: Bucket | null, nowMs: number): void {
  if (bucket === null) return;
  if (!Number.isNaN(bucket.updatedMs)) bucket.level = Math.min(bucket.limit, bucket.level + ((nowMs - bucket.updatedMs) * bucket.limit) / 60_000);
  bucket.updatedMs = nowMs;
}

/** A request larger than the whole bucket waits for a full one; else it would wait for ever. */
function waitFor(bucket: Bucket | null, wanted: number): number {
  if (bucket === null) return 0;
  const missing = Math.min(wanted, bucket.limit) - bucket.level;
  return missing <= 1e-6 ? 0 : (missing * 60_000) / bucket.limit;
}

function headersOf(name: string, bucket: Bucket | null): readonly string[] {
  if (bucket === null) return [];
  const resetMs = ((bucket.limit - bucket.level) * 60_000) / bucket.limit;
  return [`x-ratelimit-limit-${name}`, String(bucket.limit), `x-ratelimit-remaining-${name}`, String(Math.floor(bucket.level + 1e-6)), `x-ratelimit-reset-${name}`, formatReset(resetMs)];
}

/** OpenAI's form of a duration: `120ms`, `1s`, `6m0s`, `1h0m0s`. */
export function formatReset(ms: number): string {
  const whole = Math.ceil(ms);
  if (whole < 1000) return `${whole}ms`;
  const seconds = Math.round(whole) / 1000;
  if (seconds < 60) return `${trimmed(seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  const rest = `${trimmed(seconds - 60 * minutes)}s`;
  return minutes < 60 ? `${minutes}m${rest}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${rest}`;
}

function trimmed(seconds: number): string {
  return String(Math.round(seconds * 1000) / 1000);
}
