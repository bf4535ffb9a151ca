import type { FailureClass } from '../../shared/vocabulary.ts';
import { ADDRESS_REFUSED } from './address.ts';

/** Out of credit, by whatever name; no amount of waiting helps. Providers put these into `code` or `type`. */
const QUOTA_CODES: ReadonlySet<string> = new Set([
  'insufficient_quota',
  'insufficient_user_quota',
  'insufficient_balance',
  'insufficient_credits',
  'insufficient_funds',
  'billing_hard_limit_reached',
  'billing_not_active',
  'billing_error',
  'credits_exhausted',
  'exceeded_current_quota_error',
  'payment_required',
]);

/** The prompt does not fit into the model. */
const CONTEXT_CODES: ReadonlySet<string> = new Set([
  'context_length_exceeded',
  'exceed_context_size_error',
  'model_max_prompt_tokens_exceeded',
  'tokens_limit_reached',
]);

/** Statuses that say something else than their hundred does. */
const STATUS_CLASSES: Readonly<Record<number, FailureClass>> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  408: 'server',
  409: 'server',
  425: 'server',
  429: 'rate_limit',
  501: 'bad_request',
  505: 'bad_request',
};

/** The class of an answer with a status that is not 2xx. Codes are the provider's `code` and `type`, never its message. */
export function classifyStatus(status: number, codes: readonly string[]): FailureClass {
  if (status >= 300 && status < 400) return 'redirect';
  if (status >= 400 && status < 500) {
    if (codes.some((code) => QUOTA_CODES.has(code))) return 'quota';
    if (codes.some((code) => CONTEXT_CODES.has(code))) return 'context_length';
  }
  const exact = STATUS_CLASSES[status];
  if (exact !== undefined) return exact;
  if (status >= 500) return 'server';
  if (status >= 400) return 'bad_request';
  return 'invalid_response';
}

/** OpenSSL's names for certificates that it does not accept, as Node reports them (`X509_V_ERR_*`). */
const CERTIFICATE_CODES: ReadonlySet<string> = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'CRL_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * The class of an attempt that got no whole answer, by the code of the system's, TLS's or the HTTP parser's error. Trust
 * is settled before anything is `sent`: TLS that breaks later is a connection that broke.
 */
export function classifyCause(code: string | null, sent = false): FailureClass {
  if (code === null) return 'network';
  if (CERTIFICATE_CODES.has(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_') || code === 'EPROTO') return sent ? 'network' : 'tls';
  // What came is not HTTP.
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return 'invalid_response';
  return 'network';
}

const CAUSES: Readonly<Record<string, string>> = {
  [ADDRESS_REFUSED]: 'The name leads to an address that may not be called (link-local, metadata, or plain http off this machine).',
  ECONNREFUSED: 'The connection was refused: nothing listens at that address.',
  ENOTFOUND: 'The host name is not known. Check the base URL.',
  EAI_AGAIN: 'The host name could not be looked up. Check the internet connection.',
  UND_ERR_CONNECT_TIMEOUT: 'No connection came about in time.',
  ETIMEDOUT: 'The connection timed out.',
  EHOSTUNREACH: 'The host cannot be reached. Check the network.',
  ENETUNREACH: 'The network cannot be reached. Check the internet connection.',
  ECONNRESET: 'The connection was reset before the answer was complete.',
  EPIPE: 'The connection was closed while the request was being sent.',
  UND_ERR_SOCKET: 'The connection was closed before the answer was complete.',
  UND_ERR_HEADERS_OVERFLOW: 'The answer has more headers than are accepted (16 KB).',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'The answer has another length than its headers say.',
  EMFILE: 'This program has too many files and connections open. Lower the concurrency.',
  CERT_HAS_EXPIRED: 'The TLS certificate of the server has expired, or the clock of this machine is wrong. Check date and time.',
  CERT_NOT_YET_VALID: 'The TLS certificate of the server is not valid yet, or the clock of this machine is wrong. Check date and time.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The TLS certificate of the server is signed by itself, so nothing proves that it is the right server.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The TLS certificate of the server was issued by an authority that this machine does not know.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The TLS certificate of the server was issued for another host name.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The server does not speak TLS at this port. Is it an http address?',
};

/** One sentence for people on why no whole answer came; `sent` as above. */
export function explainCause(code: string | null, sent = false): string {
  const known = code === null ? undefined : CAUSES[code];
  if (known !== undefined) return known;
  switch (classifyCause(code, sent)) {
    case 'tls':
      return `No trusted TLS connection came about (${code}).`;
    case 'invalid_response':
      return `What answered does not speak HTTP (${code}).`;
    default:
      return code === null ? 'The connection failed.' : `The connection failed (${code}).`;
  }
}
