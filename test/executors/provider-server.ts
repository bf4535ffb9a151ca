import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';

/** A real HTTP server on loopback that answers as a test tells it to. */
export interface ProviderServer {
  readonly baseUrl: string;
  /** Requests so far, with their bodies once read. */
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string }[];
  /** Connections that were ever opened, and those open now. */
  readonly openedSockets: () => number;
  readonly openSockets: () => number;
  close(): Promise<void>;
}

export type Handler = (response: ServerResponse, request: IncomingMessage, body: string) => void;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export async function startProvider(handler: Handler): Promise<ProviderServer> {
  const requests: ProviderServer['requests'] = [];
  const listener: RequestListener = (request, response) => {
    const answer = async (): Promise<void> => {
      const body = await bodyOf(request);
      requests.push({ path: request.url ?? '', headers: request.headers, body });
      handler(response, request, body);
    };
    void answer();
  };
  const server = createServer({ keepAliveTimeout: 30_000 }, listener);
  const sockets = new Set<Socket>();
  let opened = 0;
  server.on('connection', (socket) => {
    opened += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    openedSockets: () => opened,
    openSockets: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A raw TCP server, for answers that are not HTTP or break off below it. */
export async function startTcp(onData: (socket: Socket, data: Buffer) => void): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket));
    socket.on('data', (data) => onData(socket, data));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

export function answerJson(response: ServerResponse, value: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

export function completionOf(text: string): object {
  return {
    id: 'c1',
    model: 'mock-1',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
  };
}

export function chunkOf(text: string, finishReason: string | null = null): string {
  return `data: ${JSON.stringify({ model: 'mock-1', choices: [{ index: 0, delta: { content: text }, finish_reason: finishReason }] })}\n\n`;
}

export const USAGE_EVENT = `data: ${JSON.stringify({ model: 'mock-1', choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } })}\n\n`;
export const DONE_EVENT = 'data: [DONE]\n\n';

export function beginStream(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
}
