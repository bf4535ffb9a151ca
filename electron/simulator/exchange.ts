import type { IncomingMessage, ServerResponse } from 'node:http';

import { errorBody, type ErrorAnswer } from './error-answers.ts';

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One request and its answer, from its arrival until it is answered or the client is gone. */
export interface Exchange {
  readonly requestId: string;
  /** Monotonic ms of the arrival. */
  readonly arrivedMs: number;
  /** Runs the step after the arrival + `ms`, at once when that is past; never when the client has gone. */
  at(ms: number, step: () => void): void;
  /** Headers that go with every answer, names and values in turn. */
  addHeaders(headers: readonly string[]): void;
  answer(status: number, contentType: string, body: string, headers?: readonly string[]): void;
  fail(error: ErrorAnswer): void;
  /** Opens a body of unknown length. */
  open(contentType: string): void;
  write(text: string): void;
  end(text: string): void;
  /** Announces `body`, sends half of it and hangs up. */
  cutBody(contentType: string, body: string): void;
  /** Sends what was written and hangs up. */
  hangUp(text: string): void;
  /** Breaks the connection without a byte. */
  reset(): void;
}

/** `settled` is called once: when the answer was handed over or the client has gone. */
export function createExchange(request: IncomingMessage, response: ServerResponse, requestId: string, settled: (answered: boolean) => void): Exchange {
  const arrivedMs = performance.now();
  let timer: NodeJS.Timeout | null = null;
  let common: readonly string[] = [];
  let done = false;

  function settle(answered: boolean): void {
    if (done) return;
    done = true;
    if (timer !== null) clearTimeout(timer);
    settled(answered);
  }

  function head(status: number, contentType: string, extra: readonly string[]): void {
    const processingMs = String(Math.round(performance.now() - arrivedMs));
    response.writeHead(status, ['content-type', contentType, 'x-request-id', requestId, 'openai-processing-ms', processingMs, ...common, ...extra]);
  }

  function answer(status: number, contentType: string, body: string, headers: readonly string[] = []): void {
    head(status, contentType, ['content-length', String(Buffer.byteLength(body)), ...headers]);
    response.end(body);
    settle(true);
  }

  response.once('close', () => settle(false));

  return {
    requestId,
    arrivedMs,
    at(ms, step) {
      if (done) return;
      const waitMs = Math.round(arrivedMs + ms - performance.now());
      if (waitMs <= 0) step();
      else timer = setTimeout(step, Math.min(waitMs, LONGEST_TIMER_MS));
    },
    addHeaders(headers) {
      common = common.length === 0 ? headers : [...common, ...headers];
    },
    answer,
    fail: (error) => answer(error.status, 'application/json', errorBody(error), error.headers ?? []),
    open: (contentType) => head(200, contentType, ['cache-control', 'no-cache']),
    write(text) {
      if (text !== '') response.write(text);
    },
    end(text) {
      response.end(text);
      settle(true);
    },
    cutBody(contentType, body) {
      head(200, contentType, ['content-length', String(Buffer.byteLength(body))]);
      response.write(body.slice(0, body.length >> 1), () => response.destroy());
      settle(true);
    },
    hangUp(text) {
      response.write(text, () => response.destroy());
      settle(true);
    },
    reset() {
      request.socket.resetAndDestroy();
      settle(true);
    },
  };
}
