import type { RateLimitInfo } from './executor.ts';

/** Looks up a response header by its lower-case name. */
export type HeaderLookup = (name: string) => string | null;

/** Longest time that a timer can hold. */
const WAIT_MS_MAX = 2 ** 31 - 1;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Plain numbers above are moments (Unix time in s or ms), below are seconds from now. */
const EPOCH_SECONDS_MIN = 1e9;
const EPOCH_MS_MIN = 1e12;

function clampWait(milliseconds: number): number {
  return Math.min(Math.max(0, Math.ceil(milliseconds)), WAIT_MS_MAX);
}

function numberOf(text: string | null): number | null {
  if (text === null || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

/** A number of seconds or ms to wait; one that is too large for a number is the largest, since it is meant. */
function waitOf(text: string | null): number | null {
  const value = numberOf(text);
  return value === null && text !== null && /^\s*\+?[\d.]/u.test(text) && Number(text) === Infinity ? Number.MAX_VALUE : value;
}

/** The three forms of RFC 9110, 5.6.7, and ISO 8601. `Date.parse` alone makes a date of "-5" and "soon 5". */
const DATE = /^(?:[A-Z][a-z]{2,8}, \d|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d |\d{4}-\d\d-\d\dT)/u;
/** The oldest form, which does not say that it is GMT. */
const WITHOUT_ZONE = /^[A-Z][a-z]{2} .*\d$/u;

function parseDate(text: string): number {
  const trimmed = text.trim();
  if (!DATE.test(trimmed)) return Number.NaN;
  return Date.parse(WITHOUT_ZONE.test(trimmed) ? `${trimmed} GMT` : trimmed);
}

/** A wait until a date: by the server's own clock where it sent one, since ours may be wrong. */
function untilDate(text: string, header: HeaderLookup, nowMs: number): number | null {
  const then = parseDate(text);
  if (Number.isNaN(then)) return null;
  const serverNow = parseDate(header('date') ?? '');
  return clampWait(then - (Number.isNaN(serverNow) ? nowMs : serverNow));
}

/** `6m0s`, `1.5s`, `20ms`, a number of seconds, Unix time, or a date; null for anything else. */
function readReset(text: string | null, header: HeaderLookup, nowMs: number): number | null {
  if (text === null) return null;
  const plain = numberOf(text);
  if (plain !== null) {
    if (plain >= EPOCH_MS_MIN) return clampWait(plain - nowMs);
    if (plain >= EPOCH_SECONDS_MIN) return clampWait(plain * 1000 - nowMs);
    return clampWait(plain * 1000);
  }
  if (/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/u.test(text)) {
    let total = 0;
    for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/gu)) total += Number(amount) * UNIT_MS[unit ?? '']!;
    return clampWait(total);
  }
  return untilDate(text, header, nowMs);
}

/**
 * What a provider asks to wait, in ms, clamped to what a timer can hold: `retry-after-ms`, or `retry-after` in seconds
 * or as an HTTP date (RFC 9110, 10.2.3). null when it did not say. `nowMs` is the wall clock.
 */
export function readRetryAfter(header: HeaderLookup, nowMs: number): number | null {
  const milliseconds = waitOf(header('retry-after-ms'));
  if (milliseconds !== null) return clampWait(milliseconds);
  const text = header('retry-after');
  if (text === null) return null;
  // A header that came twice is joined by a comma; a date has one of its own.
  const seconds = text.split(',').map(waitOf);
  if (seconds.every((value) => value !== null)) return clampWait(Math.max(...seconds) * 1000);
  return untilDate(text, header, nowMs);
}

/** The provider's word on retrying; null when it did not say. */
export function readShouldRetry(header: HeaderLookup): boolean | null {
  const text = header('x-should-retry');
  return text === 'true' ? true : text === 'false' ? false : null;
}

/** Header names in use: OpenAI's (and its followers'), Anthropic's, and the plain form, which counts requests. */
const NAMES = {
  limitRequests: ['x-ratelimit-limit-requests', 'anthropic-ratelimit-requests-limit', 'x-ratelimit-limit'],
  remainingRequests: ['x-ratelimit-remaining-requests', 'anthropic-ratelimit-requests-remaining', 'x-ratelimit-remaining'],
  resetRequests: ['x-ratelimit-reset-requests', 'anthropic-ratelimit-requests-reset', 'x-ratelimit-reset'],
  limitTokens: ['x-ratelimit-limit-tokens', 'anthropic-ratelimit-tokens-limit'],
  remainingTokens: ['x-ratelimit-remaining-tokens', 'anthropic-ratelimit-tokens-remaining'],
  resetTokens: ['x-ratelimit-reset-tokens', 'anthropic-ratelimit-tokens-reset'],
} as const;

/** The limits that a response states; null when it states none. `nowMs` is the wall clock. */
export function readRateLimit(header: HeaderLookup, nowMs: number): RateLimitInfo | null {
  const first = (names: readonly string[]): string | null => {
    for (const name of names) {
      const value = header(name);
      if (value !== null) return value;
    }
    return null;
  };
  const info: RateLimitInfo = {
    limitRequests: numberOf(first(NAMES.limitRequests)),
    remainingRequests: numberOf(first(NAMES.remainingRequests)),
    resetRequestsMs: readReset(first(NAMES.resetRequests), header, nowMs),
    limitTokens: numberOf(first(NAMES.limitTokens)),
    remainingTokens: numberOf(first(NAMES.remainingTokens)),
    resetTokensMs: readReset(first(NAMES.resetTokens), header, nowMs),
  };
  return Object.values(info).every((value) => value === null) ? null : info;
}
