import { onTestFinished } from 'vitest';

import { startSimulator, type Simulator, type SimulatorOptions } from '../../electron/simulator/simulator.ts';

/** A simulated provider that answers at once unless told otherwise, closed after the test. */
export async function simulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const started = await startSimulator({ latency: { kind: 'fixed', ms: 0 }, ...options });
  onTestFinished(() => started.close());
  return started;
}

export interface AskOptions {
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sends one user message. */
export function ask({ url }: Simulator, prompt: string, { body = {}, headers = {}, signal }: AskOptions = {}): Promise<Response> {
  return fetch(`${url}/chat/completions`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'simulated-1', messages: [{ role: 'user', content: prompt }], ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

export interface Completion {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly { readonly message: { readonly content: string }; readonly finish_reason: string }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number };
}

export async function completionOf(response: Promise<Response>): Promise<Completion> {
  return (await (await response).json()) as Completion;
}

export async function textOf(response: Promise<Response>): Promise<string> {
  return (await completionOf(response)).choices[0]?.message.content ?? '';
}

export async function errorOf(response: Response): Promise<{ readonly message: string; readonly type: string; readonly code: string | null; readonly param: string | null }> {
  return ((await response.json()) as { error: { message: string; type: string; code: string | null; param: string | null } }).error;
}

/** Waits until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
