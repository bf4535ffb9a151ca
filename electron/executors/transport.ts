import { Agent } from 'undici';
import { guardedLookup } from './address.ts';
import { isLoopback } from './base-url.ts';
import type { HeaderLookup } from './rate-limit.ts';
import { createBody, type FillableBody, type ResponseBody } from './response-body.ts';
import { TransportError } from './transport-error.ts';

/** Idle connections are kept a little shorter than Node's servers (5 s) keep them, so that none is reused while it dies. */
const KEEP_ALIVE_MS = 4000;

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
  readonly body: ResponseBody;
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

export interface TransportOptions {
  /** Sockets at most; null for no limit (who calls bounds the flight). */
  readonly connections: number | null;
  /** Default 10,000 ms. */
  readonly connectTimeoutMs?: number;
}

/** A transport on undici's `dispatch`, which costs less per chunk than its streams and says when a request leaves. */
export function createTransport(baseUrl: URL, { connections, connectTimeoutMs = 10_000 }: TransportOptions): Transport {
  const { origin } = baseUrl;
  const agent = new Agent({
    connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: connectTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { lookup: guardedLookup(isLoopback(baseUrl) || baseUrl.protocol === 'http:') },
  });

  return {
    request: (path, { method, headers, body }, exchange) =>
      new Promise((resolve, reject) => {
        const { signal } = exchange;
        if (signal.aborted) return reject(abortReason(signal));
        let stop: ((reason: Error) => void) | null = null;
        let filled: FillableBody | null = null;
        // A request that still waits for its connection cannot be taken back; it is stopped when its turn comes.
        const onAbort = (): void => {
          stop?.(abortReason(signal));
          reject(abortReason(signal));
        };
        signal.addEventListener('abort', onAbort, { once: true });
        agent.dispatch(
          { origin, path, method, headers: { ...headers, 'accept-encoding': 'identity' }, body },
          {
            onRequestStart: (controller) => {
              if (signal.aborted) return controller.abort(abortReason(signal));
              stop = (reason) => controller.abort(reason);
              exchange.sent = true;
            },
            onResponseStart: (controller, status, rawHeaders) => {
              if (status < 200) return;
              const flat = flatten(rawHeaders);
              filled = createBody({
                giveUp: () => controller.abort(new Error('discarded')),
                pause: () => controller.pause(),
                resume: () => controller.resume(),
              });
              exchange.response = { status, headers: flat, header: (name) => flat[name] ?? null, body: filled };
              resolve(exchange.response);
            },
            onResponseData: (_controller, chunk) => filled?.push(chunk),
            onResponseEnd: () => {
              signal.removeEventListener('abort', onAbort);
              filled?.end();
            },
            onResponseError: (_controller, error) => {
              signal.removeEventListener('abort', onAbort);
              const failure = new TransportError(error);
              if (filled !== null) return filled.fail(failure);
              exchange.failure = failure;
              reject(failure);
            },
          },
        );
      }),
    destroy: () => agent.destroy(),
  };
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
}
