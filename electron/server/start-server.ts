import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TasklaneError } from '../../shared/errors.ts';
import type { Tasklane } from '../api/types.ts';
import { createDownloads } from './downloads.ts';
import { createEventStreams } from './events.ts';
import { answer } from './routes.ts';
import { createSessions } from './sessions.ts';

const ADDRESS = '127.0.0.1';
const HEADERS_TIMEOUT_MS = 10_000;
const BODY_SILENCE_MS = 30_000;
const CONNECTIONS_MAX = 512;

/** What of Tasklane this host uses. */
export type ServedTasklane = Pick<Tasklane, 'handle' | 'subscribe' | 'addUpload' | 'addDownload' | 'takeDownload' | 'dropDownload'>;

export interface ServerOptions {
  readonly tasklane: ServedTasklane;
  /** Folder of the built screen. */
  readonly rendererDir: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Time for a request's headers, default 10,000 ms. */
  readonly headersTimeoutMs?: number;
  /** Longest silence within a body, default 30,000 ms. */
  readonly bodySilenceMs?: number;
  /** Default 15,000 ms. */
  readonly heartbeatMs?: number;
  /** Bytes by which a stream of events may lag behind, default 8 MB. */
  readonly backlogBytesMax?: number;
  /** How long a download's ticket is good, default 60,000 ms. */
  readonly ticketLifeMs?: number;
}

export interface RunningServer {
  /** Address with a one-time code, good for one tab. */
  readonly url: string;
  readonly port: number;
  /** Another one-time code, for one more tab. */
  newCode(): string;
  /** The address with another one-time code. */
  newUrl(): string;
  /** Ends every connection and deletes downloads that nobody fetched. */
  close(): Promise<void>;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(isTaken ? new TasklaneError('port_taken', `Port ${port} on ${ADDRESS} cannot be used: ${error.code === 'EACCES' ? 'it is reserved' : 'another program listens there'}.`, 'Choose another port, or leave --port away to take a free one.', { cause: error }) : error);
    });
    server.listen(port, ADDRESS, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Serves the screen to browsers on this machine. Throws `port_taken`. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { tasklane, rendererDir, headersTimeoutMs = HEADERS_TIMEOUT_MS, bodySilenceMs = BODY_SILENCE_MS } = options;
  const server = createServer({ headersTimeout: headersTimeoutMs, requestTimeout: 0, connectionsCheckingInterval: Math.min(1000, headersTimeoutMs), requireHostHeader: false });
  server.maxConnections = CONNECTIONS_MAX;
  const port = await listen(server, options.port);
  const sessions = createSessions();
  const streams = createEventStreams((listener) => tasklane.subscribe(listener), options);
  const downloads = createDownloads(tasklane, options.ticketLifeMs);
  const parts = { tasklane, rendererDir, port, sessions, streams, downloads, bodySilenceMs };
  // With `Expect` a body is asked for only behind the gate; by default Node asks for it, or answers 417, before.
  for (const event of ['request', 'checkContinue', 'checkExpectation'] as const) server.on(event, (request, response) => void answer(request, response, parts));

  const newUrl = (): string => `http://${ADDRESS}:${port}/#code=${sessions.newCode()}`;
  return {
    url: newUrl(),
    port,
    newCode: () => sessions.newCode(),
    newUrl,
    close: async () => {
      streams.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await downloads.close();
    },
  };
}
