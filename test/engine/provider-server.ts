import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly prompt: string;
  readonly atMs: number;
  readonly authorization: string | undefined;
  readonly body: object;
}

export interface ProviderServer {
  readonly baseUrl: string;
  readonly requests: readonly SeenRequest[];
  inFlight(): number;
  peakInFlight(): number;
  /** Starts the peak anew from what is in flight. */
  resetPeak(): void;
  close(): Promise<void>;
}

export type Answer = { readonly status?: number; readonly delayMs?: number; readonly text?: string; readonly headers?: Record<string, string>; readonly body?: string };

/** An OpenAI-compatible server whose every answer is scripted: `answer` decides by prompt and how often it came. */
export async function startProvider(answer: (prompt: string, times: number) => Answer): Promise<ProviderServer> {
  const requests: SeenRequest[] = [];
  const times = new Map<string, number>();
  let inFlight = 0;
  let peak = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = JSON.parse(text) as { messages: { content: string }[]; model: string };
    const prompt = body.messages.at(-1)?.content ?? '';
    requests.push({ prompt, atMs: performance.now(), authorization: request.headers.authorization, body });
    const count = (times.get(prompt) ?? 0) + 1;
    times.set(prompt, count);
    inFlight += 1;
    peak = Math.max(peak, inFlight);
    let counted = true;
    const leave = (): void => {
      if (counted) inFlight -= 1;
      counted = false;
    };
    response.on('close', leave);
    const { status = 200, delayMs = 0, text: said = `answer to ${prompt}`, headers = {}, body: raw } = answer(prompt, count);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    leave();
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': `req-${requests.length}`, ...headers });
    const completion = { id: 'c', object: 'chat.completion', created: 0, model: body.model, choices: [{ index: 0, message: { role: 'assistant', content: said }, finish_reason: 'stop' }], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } };
    response.end(raw ?? JSON.stringify(status === 200 ? completion : { error: { message: `status ${status}`, type: 'error', code: null } }));
  };
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    inFlight: () => inFlight,
    peakInFlight: () => peak,
    resetPeak() {
      peak = inFlight;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
