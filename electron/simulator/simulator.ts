import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { TasklaneError } from '../../shared/errors.ts';
import { createChat } from './chat.ts';
import { keyRejected, notFound } from './error-answers.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { settingsOf, type Settings, type SimulatorOptions } from './options.ts';

export type { SimulatorOptions } from './options.ts';
export { DEFAULT_LATENCY, parseLatency, type LatencyModel } from './latency.ts';
export { FAULT_NAMES, type FaultName, type FaultShares } from './faults.ts';

/** The models it lists; any other name is taken as well and echoed. */
export const SIMULATED_MODELS = ['simulated-1', 'simulated-1-mini'] as const;

const HOST = '127.0.0.1';
const LARGEST_BODY_BYTES = 64 * 1024 * 1024;
const CREATED = 1_700_000_000;

/** What the server saw, of chat requests only. Times are ms since the epoch on a clock that never jumps. */
export interface SimulatorStats {
  readonly requests: number;
  readonly inFlight: number;
  readonly peakInFlight: number;
  /** null before the first request. */
  readonly firstRequestAtMs: number | null;
  /** null before the first answer. */
  readonly lastAnswerAtMs: number | null;
}

export interface Simulator {
  /** Base URL with the version path, `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  readonly port: number;
  stats(): SimulatorStats;
  /** Hangs up on everyone and frees the port. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts the simulated provider: real HTTP on the loopback interface, OpenAI's Chat Completions with JSON and
 * server-sent events, without any cost. Throws `usage` for options out of range and `port_taken`.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settingsOf(options);
  const chat = createChat(settings);
  let requests = 0;
  let inFlight = 0;
  let peakInFlight = 0;
  let firstRequestAtMs: number | null = null;
  let lastAnswerAtMs: number | null = null;
  let lastId = 0;

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const isChat = request.method === 'POST' && pathOf(request) === '/v1/chat/completions';
    if (isChat) {
      requests += 1;
      inFlight += 1;
      peakInFlight = Math.max(peakInFlight, inFlight);
      firstRequestAtMs ??= clockMs();
    }
    lastId += 1;
    const exchange = createExchange(request, response, `req_sim_${lastId.toString(36).padStart(8, '0')}`, (answered) => {
      if (!isChat) return;
      inFlight -= 1;
      if (answered) lastAnswerAtMs = clockMs();
    });
    if (settings.requireKey !== null && request.headers.authorization !== `Bearer ${settings.requireKey}`) {
      refuse(request, exchange);
    } else if (isChat) {
      readBody(request, exchange, (body) => chat(exchange, body, inFlight));
    } else {
      request.resume();
      answerOther(request, exchange);
    }
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, handle);
  const port = await listen(server, settings);
  let closing: Promise<void> | null = null;
  return {
    url: `http://${HOST}:${port}/v1`,
    port,
    stats: () => ({ requests, inFlight, peakInFlight, firstRequestAtMs, lastAnswerAtMs }),
    close() {
      closing ??= new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

function clockMs(): number {
  return performance.timeOrigin + performance.now();
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

function refuse(request: IncomingMessage, exchange: Exchange): void {
  request.resume();
  exchange.fail(keyRejected());
}

function answerOther(request: IncomingMessage, exchange: Exchange): void {
  const path = pathOf(request);
  if (request.method === 'GET' && path === '/v1/models') {
    exchange.answer(200, 'application/json', JSON.stringify({ object: 'list', data: SIMULATED_MODELS.map(describeModel) }));
    return;
  }
  const model = SIMULATED_MODELS.find((id) => path === `/v1/models/${id}`);
  if (request.method === 'GET' && model !== undefined) exchange.answer(200, 'application/json', JSON.stringify(describeModel(model)));
  else exchange.fail(notFound(`${request.method ?? 'GET'} ${path}`));
}

function describeModel(id: string): { readonly id: string; readonly object: 'model'; readonly created: number; readonly owned_by: string } {
  return { id, object: 'model', created: CREATED, owned_by: 'tasklane-simulator' };
}

function readBody(request: IncomingMessage, exchange: Exchange, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= LARGEST_BODY_BYTES) chunks.push(chunk);
  });
  request.on('end', () => {
    if (size > LARGEST_BODY_BYTES) exchange.fail({ status: 413, type: 'invalid_request_error', code: null, message: `The request has ${size} bytes; at most ${LARGEST_BODY_BYTES} were expected. (Simulated.)` });
    else done(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString());
  });
}

function listen(server: Server, { port }: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(toPortError(error, port)));
    server.listen({ port, host: HOST, backlog: 2048 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function toPortError(error: Error, port: number): Error {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') return new TasklaneError('port_taken', `Port ${port} is taken by another program.`, 'Choose another port, or 0 for any free one.', { cause: error });
  if (code === 'EACCES') return new TasklaneError('port_taken', `Port ${port} may not be used by your account.`, 'Choose a port from 1024 up, or 0 for any free one.', { cause: error });
  return error;
}
