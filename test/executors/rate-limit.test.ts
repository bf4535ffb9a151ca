import { expect, test } from 'vitest';
import { readRateLimit, readRetryAfter, readShouldRetry } from '../../electron/executors/rate-limit.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const from = (headers: Record<string, string>) => (name: string) => headers[name] ?? null;

test.each([
  [{}, null],
  [{ 'retry-after': '3' }, 3000],
  [{ 'retry-after': '0.25' }, 250],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
  [{ 'retry-after-ms': 'soon', 'retry-after': '9' }, 9000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': '-5' }, null],
  [{ 'retry-after': 'NaN' }, null],
  [{ 'retry-after': 'soon 5' }, null],
  [{ 'retry-after': '1000000000000' }, 2_147_483_647],
  [{ 'retry-after-ms': '1e300' }, 2_147_483_647],
  [{ 'retry-after': '3, 7' }, 7000],
  [{ 'retry-after': 'Thu Jan  1 12:00:30 2026' }, 30_000],
  [{ 'retry-after': 'Thursday, 01-Jan-26 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Fri, 01 Jan 9999 12:00:00 GMT' }, 2_147_483_647],
  [{ 'retry-after': 'soon' }, null],
  [{ 'retry-after': '' }, null],
  [{ 'retry-after': '99999999999' }, 2_147_483_647],
  // Too large for a number is still a wish to wait; a word is none.
  [{ 'retry-after': '1e400' }, 2_147_483_647],
  [{ 'retry-after': '9'.repeat(400) }, 2_147_483_647],
  [{ 'retry-after': '5, 1e400' }, 2_147_483_647],
  [{ 'retry-after-ms': '9'.repeat(400), 'retry-after': '1' }, 2_147_483_647],
  [{ 'retry-after': 'Infinity' }, null],
  [{ 'retry-after': '-1e400' }, null],
])('%j asks to wait %s ms', (headers, expected) => {
  expect(readRetryAfter(from(headers as Record<string, string>), NOW)).toBe(expected);
});

test('a date is measured by the server’s clock, so that a wrong clock here does not matter', () => {
  const headers = { 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT', date: 'Thu, 01 Jan 2026 12:00:20 GMT' };
  expect([NOW, NOW + 365 * 86_400_000].map((now) => readRetryAfter(from(headers), now))).toEqual([10_000, 10_000]);
});

test('the word on retrying is true, false or nothing', () => {
  expect([{ 'x-should-retry': 'true' }, { 'x-should-retry': 'false' }, { 'x-should-retry': 'maybe' }, {}].map((headers) => readShouldRetry(from(headers as Record<string, string>)))).toEqual([true, false, null, null]);
});

test('limits are read in all the ways in which resets are written', () => {
  const limits = { limitRequests: null, remainingRequests: null, limitTokens: null, remainingTokens: null, resetTokensMs: null };
  const resets = ['6m0s', '1.5s', '20ms', '1h2m3s', '7', String(NOW / 1000 + 5), String(NOW + 5000), '2026-01-01T12:00:09Z'];
  expect(resets.map((text) => readRateLimit(from({ 'x-ratelimit-reset-requests': text }), NOW))).toEqual(
    [360_000, 1500, 20, 3_723_000, 7000, 5000, 5000, 9000].map((resetRequestsMs) => ({ ...limits, resetRequestsMs })),
  );
});

test('headers that make no sense count as not said', () => {
  expect(readRateLimit(from({ 'x-ratelimit-limit-requests': 'many', 'x-ratelimit-reset-tokens': 'later', 'x-ratelimit-remaining-tokens': '-1' }), NOW)).toBe(null);
  expect(readRateLimit(from({}), NOW)).toBe(null);
});
