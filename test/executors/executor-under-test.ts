import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, expect } from 'vitest';
import type { AttemptOutcome, AttemptRequest, Executor } from '../../electron/executors/executor.ts';
import { createOpenAiExecutor, type OpenAiExecutorOptions } from '../../electron/executors/openai-executor.ts';
import { startMisbehavingServer, type Behaviour, type MisbehavingServer } from '../fixtures/misbehaving-server.ts';
import { startTcp } from '../fixtures/tcp-server.ts';

export const KEY = 'sk-canary-0123456789abcdef';
export const REQUEST: AttemptRequest = { system: 'Be brief.', prompt: 'What is 2 + 2?', model: 'mock-1', maxTokens: 50, temperature: 0.5, stream: false, timeoutMs: 20_000 };
export const STREAM: AttemptRequest = { ...REQUEST, stream: true };

export const cleanups: (() => Promise<void>)[] = [];
/** Run after each test. */
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export function executorFor(baseUrl: string, options: Partial<OpenAiExecutorOptions> = {}): Executor {
  const executor = createOpenAiExecutor({ baseUrl, key: KEY, connections: null, ...options });
  cleanups.push(() => executor.close());
  return executor;
}

export type Handler = (response: ServerResponse, incoming: IncomingMessage, body: string) => void;

export function startProvider(handler: Handler): Promise<MisbehavingServer> {
  return startMisbehavingServer(() => ({ request, response, incoming }) => handler(response, incoming, request.body));
}

export async function provider(handler: Handler): Promise<MisbehavingServer> {
  const server = await startProvider(handler);
  cleanups.push(() => server.close());
  return server;
}

/** A server that answers every request in the same way. */
export async function misbehaving(behaviour: Behaviour): Promise<MisbehavingServer> {
  const server = await startMisbehavingServer(() => behaviour);
  cleanups.push(() => server.close());
  return server;
}

export async function tcp(onData: Parameters<typeof startTcp>[0]): Promise<string> {
  const server = await startTcp(onData);
  cleanups.push(server.close);
  return `http://127.0.0.1:${server.port}/v1`;
}

export class Watcher {
  firstTokens = 0;
  readonly deltas: string[] = [];
  firstToken(): void {
    this.firstTokens += 1;
  }
  delta(text: string): void {
    this.deltas.push(text);
  }
}

export async function send(handler: Handler, request = REQUEST, options: Partial<OpenAiExecutorOptions> = {}, watcher = new Watcher()): Promise<AttemptOutcome> {
  const server = await provider(handler);
  return executorFor(server.baseUrl, options).send(request, new AbortController().signal, watcher);
}

/** The failure of an outcome without its message, which is for people. */
export function failureOf(outcome: AttemptOutcome): object {
  if (outcome.ok !== false) throw new Error(`expected a failure, got ${JSON.stringify(outcome)}`);
  const { message, ...rest } = outcome.failure;
  expect(message).not.toBe('');
  return { ...rest, partialText: outcome.partialText };
}

export const NOTHING = { code: null, httpStatus: null, maybeBilled: false, partialText: null, retryAfterMs: null, shouldRetry: null };

export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('condition did not come true within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
