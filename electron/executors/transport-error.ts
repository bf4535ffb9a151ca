import { errors } from 'undici';

/** undici's parser often names no code of its own. */
const NOT_HTTP = 'HPE_INVALID';

/** No whole answer came; `code` is the system's, TLS's or HTTP parser's. */
export class TransportError extends Error {
  readonly code: string | null;

  constructor(cause: unknown) {
    super('The connection failed', { cause });
    this.name = 'TransportError';
    this.code = codeOf(cause);
  }
}

/** The first code in an error, its causes and its parts (connecting by several addresses fails with several errors). */
function codeOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null;
  if (thrown instanceof errors.HTTPParserError) return NOT_HTTP;
  if ('code' in thrown && typeof thrown.code === 'string') {
    // undici's own code says less than what it wraps.
    const inner = thrown.code === 'UND_ERR_SOCKET' ? codeOf(thrown.cause) : null;
    return inner ?? thrown.code;
  }
  const parts: readonly unknown[] = thrown instanceof AggregateError ? thrown.errors : [];
  for (const part of [...parts, thrown.cause]) {
    const code = codeOf(part);
    if (code !== null) return code;
  }
  return null;
}
