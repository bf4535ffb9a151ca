import type { Failure } from '../../shared/vocabulary.ts';

const failure = (change: Partial<Failure>): Failure => ({ class: 'server', httpStatus: null, code: null, message: 'no', maybeBilled: false, retryAfterMs: null, shouldRetry: null, ...change });

/** Failures as the executor reports them. */
export const FAILED = {
  server: failure({ httpStatus: 503 }),
  conflict: failure({ httpStatus: 409 }),
  refusedConnection: failure({ class: 'network', code: 'ECONNREFUSED' }),
  reset: failure({ class: 'network', code: 'ECONNRESET', maybeBilled: true }),
  connectTimeout: failure({ class: 'timeout' }),
  answerTimeout: failure({ class: 'timeout', maybeBilled: true }),
  rateLimit: failure({ class: 'rate_limit', httpStatus: 429 }),
  badRequest: failure({ class: 'bad_request', httpStatus: 400, code: 'invalid_value' }),
  html: failure({ class: 'invalid_response', httpStatus: 200, maybeBilled: true }),
} as const satisfies Record<string, Failure>;
