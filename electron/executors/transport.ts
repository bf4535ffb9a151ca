import { finished } from 'node:stream';
import { Agent, errors, type Dispatcher } from 'undici';
import { guardedLookup } from './address.ts';
import { isLoopback } from './base-url.ts';
import type { HeaderLookup } from './rate-limit.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** Idle connections are kept a little shorter than Node's servers (5 s) keep them, so that none is reused while it dies. */
const KEEP_ALIVE_MS = 4000;

/** undici's parser often names no code of its own. */
const NOT_HTTP = 'HPE_INVALID';

/** One request's life, as far as it matters for who pays: `sent` turns true just before its first byte is written. */
export interface Exchange {
  readonly signal: AbortSignal;
  sent: boolean;
  response: TransportResponse | null;
  /** Why no response came. */
  failure: TransportError | null;
}

export function createExchange(signal: AbortSignal): Exchange {
  return { signal, sent: false, response: null, failure: null };
}

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface TransportResponse {
  readonly status: number;
  readonly header: HeaderLookup;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Dispatcher.ResponseData['body'];
}

/** No whole answer came; `code` is the system's, TLS's or HTTP parser's. */
export class TransportError extends Error {
  readonly code: string | null;

  constructor(cause: unknown) {
    super('The connection failed', { cause });
    this.name = 'TransportError';
    this.code = codeOf(cause);
  }
}

/** The body is larger than allowed. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
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

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** HTTP to one origin: keep-alive, no redirects, no retries, no timeouts but for connecting. */
export interface Transport {
  /** Rejects with TransportError, or with the signal's reason as soon as it is aborted. */
  request(path: string, request: TransportRequest, exchange: Exchange): Promise<TransportResponse>;
  destroy(): Promise<void>;
}

/** `connections`: at most that many sockets; null for no limit (who calls bounds the flight). */
export function createTransport(baseUrl: URL, connections: number | null): Transport {
  const agent = new Agent({
    connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { lookup: guardedLookup(isLoopback(baseUrl) || baseUrl.protocol === 'http:') },
  });
  const exchanges = new WeakMap<object, Exchange>();
  const dispatcher = agent.compose((dispatch) => (options, handler) => {
    const exchange = exchanges.get(options);
    const onRequestStart = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      if (exchange !== undefined && !exchange.signal.aborted) exchange.sent = true;
      onRequestStart?.(controller, context);
    };
    return dispatch(options, handler);
  });

  return {
    request: async (path, { method, headers, body }, exchange) => {
      const { signal } = exchange;
      const options: Dispatcher.RequestOptions = { origin: baseUrl.origin, path, method, headers: { ...headers, 'accept-encoding': 'identity' }, body, signal };
      exchanges.set(options, exchange);
      try {
        const data = await whileNotAborted(() => dispatcher.request(options), signal);
        const flat = flatten(data.headers);
        exchange.response = { status: data.statusCode, headers: flat, header: (name) => flat[name] ?? null, body: data.body };
        return exchange.response;
      } catch (error) {
        if (signal.aborted) throw abortReason(signal);
        exchange.failure = new TransportError(error);
        throw exchange.failure;
      }
    },
    destroy: () => agent.destroy(),
  };
}

/** undici hears an abort only once it is connected; this hears it at once. */
async function whileNotAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(abortReason(signal));
  if (signal.aborted) throw abortReason(signal);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
}

/**
 * Hands each chunk of a body on. Settles at its end, at the first error (TransportError; BodyTooLargeError beyond
 * `limitBytes`; whatever `onChunk` throws), or early with false when `onChunk` returns false, leaving the body open.
 */
export function readBody(body: Dispatcher.ResponseData['body'], limitBytes: number, onChunk: (chunk: Uint8Array) => boolean): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let sizeBytes = 0;
    let isDone = false;
    const fail = (error: unknown): void => {
      isDone = true;
      reject(error);
      body.destroy();
    };
    // Also where nobody waits any more: a stream without a listener for errors ends the program.
    finished(body, (error) => {
      if (isDone) return;
      isDone = true;
      if (error === undefined || error === null) resolve(true);
      else reject(new TransportError(error));
    });
    body.on('data', (chunk: Uint8Array) => {
      if (isDone) return;
      sizeBytes += chunk.byteLength;
      if (sizeBytes > limitBytes) return fail(new BodyTooLargeError(`more than ${limitBytes} bytes`));
      try {
        if (onChunk(chunk)) return;
        isDone = true;
        resolve(false);
      } catch (error) {
        fail(error);
      }
    });
  });
}

/** Reads a body as UTF-8 text; invalid bytes become U+FFFD. */
export async function readText(body: Dispatcher.ResponseData['body'], limitBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  await readBody(body, limitBytes, (chunk) => {
    chunks.push(chunk);
    return true;
  });
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** Gives up a body that nobody wants, and its connection with it. */
export function discard(body: Dispatcher.ResponseData['body']): void {
  // A stream without a listener for errors would end the program.
  finished(body, () => undefined);
  body.destroy();
}

/** How long a body that has said all it had to say is waited for before its connection is given up. */
const DRAIN_MS = 1000;

/** Waits at most `waitMs` for a body to end, so that its connection can be used again; goes on in the background. */
export function drain(body: Dispatcher.ResponseData['body'], waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const wait = setTimeout(resolve, waitMs);
    const giveUp = setTimeout(() => body.destroy(), DRAIN_MS);
    finished(body, () => {
      clearTimeout(wait);
      clearTimeout(giveUp);
      resolve();
    });
  });
}
