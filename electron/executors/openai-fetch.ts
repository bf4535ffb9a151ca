import type { ClientOptions } from 'openai';
import { readText } from './response-body.ts';
import type { Exchange, Transport } from './transport.ts';

type Fetch = NonNullable<ClientOptions['fetch']>;

/** What an attempt and its request share. */
export interface OpenAiExchange extends Exchange {
  /** Body of an answer that is no success. */
  errorText: string;
}

/** Travels from `create()` to `fetch` among the request's fetch options. */
export interface ExchangeOptions {
  readonly exchange: OpenAiExchange;
}

/** What the client sends by itself; anything else could only come from its environment variables (OPENAI_CUSTOM_HEADERS). */
const HEADERS_SENT = /^(?:accept|authorization|content-type|user-agent|x-stainless-.+)$/u;

/** An answer that is no success is read up to here, for its explanation. */
const ERROR_BODY_BYTES_MAX = 256 * 1024;

function hasExchange(init: object): init is ExchangeOptions {
  return 'exchange' in init;
}

function toRecord(headers: Iterable<readonly [string, string]>): Record<string, string> {
  const record: Record<string, string> = {};
  for (const [name, value] of headers) if (HEADERS_SENT.test(name)) record[name] = value;
  return record;
}

/**
 * The least of `fetch` that the openai client needs, over our transport on undici: half the CPU per call of the
 * global `fetch`. The client's own signal and timer are passed over: each attempt brings its exchange, whose signal rules.
 */
export function createOpenAiFetch(transport: Transport): Fetch {
  return async (input, init) => {
    if (init === undefined || !hasExchange(init) || typeof input !== 'string') throw new Error('Expected a request of the openai client with an exchange.');
    const { pathname, search } = new URL(input);
    const headers = toRecord(init.headers as Iterable<readonly [string, string]>);
    const body = typeof init.body === 'string' ? init.body : null;
    const { exchange } = init;
    const response = await transport.request(pathname + search, { method: init.method === 'GET' ? 'GET' : 'POST', headers, body }, exchange);
    return {
      ok: response.status >= 200 && response.status < 300,
      status: response.status,
      url: input,
      headers: { get: response.header, entries: () => Object.entries(response.headers) },
      body: response.body,
      text: async () => {
        init.exchange.errorText = await readText(response.body, ERROR_BODY_BYTES_MAX);
        return init.exchange.errorText;
      },
    } as unknown as Response;
  };
}
