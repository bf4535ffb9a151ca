import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { promptOf, replyTo, taskOf, type Reply, type TaskName } from './answers.ts';

/** What the server saw of one task. */
export interface TaskCount {
  /** Requests whose last byte came. */
  readonly requests: number;
  /** Good answers that it began to write. */
  readonly answers: number;
}

/** An OpenAI-compatible provider on loopback that counts what it is asked. */
export interface CountingServer {
  readonly baseUrl: string;
  count(task: TaskName): TaskCount;
  /** All requests so far. */
  total(): number;
  /** Requests that name no task of the harness: there must be none. */
  strangers(): readonly string[];
  /** Called with each request before it is answered. */
  onRequest(listener: () => void): void;
  /** Settles when no connection is left: whatever a life had sent has been read and counted. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** `reply` decides by the task and how often it was asked for before; the latency begins when it has decided. */
export async function startCountingServer(reply: (task: TaskName, earlier: number) => Reply | Promise<Reply> = replyTo): Promise<CountingServer> {
  const counts = new Map<string, { requests: number; answers: number }>();
  const strangers: string[] = [];
  const sockets = new Set<Socket>();
  let total = 0;
  let listener: () => void = () => undefined;
  let nobodyLeft: () => void = () => undefined;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = JSON.parse(text) as { readonly messages: readonly { readonly content: string }[]; readonly stream?: boolean };
    const prompt = body.messages.at(-1)?.content ?? '';
    const task = taskOf(prompt);
    total += 1;
    if (task === null) strangers.push(prompt);
    const count = counts.get(prompt) ?? { requests: 0, answers: 0 };
    counts.set(prompt, count);
    count.requests += 1;
    listener();
    const answer: Reply = task === null ? { kind: 'error', status: 404, code: 'no_such_task', retryAfterMs: null, latencyMs: 0 } : await reply(task, count.requests - 1);
    await delay(answer.latencyMs);
    if (answer.kind === 'answer') count.answers += 1;
    write(response, answer, body.stream === true);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A life that ends in the middle of its request has asked for nothing; all else is a fault of the harness.
      if (!request.complete) response.destroy();
      else throw error;
    });
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // A life that is killed resets its connections.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) nobodyLeft();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    count: (task) => counts.get(promptOf(task)) ?? { requests: 0, answers: 0 },
    total: () => total,
    strangers: () => strangers,
    onRequest(next) {
      listener = next;
    },
    async quiet() {
      // A connection that was made but not yet accepted comes up within the next turns of the event loop.
      for (let turn = 0; turn < 3; turn += 1) {
        await delay(1);
        if (sockets.size > 0) await new Promise<void>((resolve) => (nobodyLeft = resolve));
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function write(response: ServerResponse, reply: Reply, stream: boolean): void {
  if (reply.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (reply.kind === 'error') {
    response.writeHead(reply.status, { 'content-type': 'application/json', ...(reply.retryAfterMs === null ? {} : { 'retry-after-ms': String(reply.retryAfterMs) }) });
    response.end(JSON.stringify({ error: { message: `Status ${reply.status}.`, type: 'error', param: null, code: reply.code } }));
    return;
  }
  const { text } = reply;
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  const shared = { id: 'c', created: 1_700_000_000, model: 'counting' };
  if (!stream) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...shared, object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }], usage }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const half = text.length >> 1;
  const choices = [
    { index: 0, delta: { role: 'assistant', content: text.slice(0, half) }, finish_reason: null },
    { index: 0, delta: { content: text.slice(half) }, finish_reason: null },
    { index: 0, delta: {}, finish_reason: 'stop' },
  ];
  for (const choice of choices) response.write(`data: ${JSON.stringify({ ...shared, object: 'chat.completion.chunk', choices: [choice] })}\n\n`);
  response.end(`data: ${JSON.stringify({ ...shared, object: 'chat.completion.chunk', choices: [], usage })}\n\ndata: [DONE]\n\n`);
}
