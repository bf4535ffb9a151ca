import { countTokens, tokensOf, type Answer } from './answers.ts';
import type { ChatRequest } from './chat-request.ts';
import type { Exchange } from './exchange.ts';
import type { Timing } from './latency.ts';

/** An answer and how it is to be given. */
export interface Completion {
  readonly request: ChatRequest;
  readonly answer: Answer;
  readonly finishReason: 'stop' | 'length';
  readonly timing: Timing;
  /** The connection ends half-way. */
  readonly cut: boolean;
}

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'text/event-stream; charset=utf-8';
const FINGERPRINT = 'fp_simulated';

/** Answers with one JSON object once its time has come. */
export function sendWhole(exchange: Exchange, completion: Completion): void {
  const { request, answer, finishReason, timing, cut } = completion;
  exchange.at(timing.totalMs, () => {
    const body = JSON.stringify({
      id: completionId(exchange),
      object: 'chat.completion',
      created: unixSeconds(),
      model: request.model,
      choices: [{ index: 0, message: { role: 'assistant', content: answer.text, refusal: null }, logprobs: null, finish_reason: finishReason }],
      usage: usageOf(request, answer),
      system_fingerprint: FINGERPRINT,
    });
    if (cut) exchange.cutBody(JSON_TYPE, body);
    else exchange.answer(200, JSON_TYPE, body);
  });
}

/** Answers with server-sent events: the first token at its time, the others evenly until the end. */
export function sendStream(exchange: Exchange, completion: Completion): void {
  const { request, answer, finishReason, timing, cut } = completion;
  const { firstTokenMs, totalMs } = timing;
  const pieces = tokensOf(answer.text);
  const count = cut ? Math.ceil(pieces.length / 2) : pieces.length;
  const gapMs = pieces.length > 1 ? (totalMs - firstTokenMs) / (pieces.length - 1) : 0;
  const chunk = chunkWriter(exchange, request);
  let next = 0;

  function start(): void {
    exchange.open(STREAM_TYPE);
    proceed(chunk('{"role":"assistant","content":"","refusal":null}', null));
  }

  /** Sends all tokens whose time has come, then waits for the next one. */
  function proceed(before: string): void {
    const elapsedMs = performance.now() - exchange.arrivedMs;
    let text = before;
    while (next < count && firstTokenMs + next * gapMs <= elapsedMs + 0.5) {
      text += chunk(`{"content":${JSON.stringify(pieces[next])}}`, null);
      next += 1;
    }
    if (next < count) {
      exchange.write(text);
      exchange.at(firstTokenMs + next * gapMs, () => proceed(''));
    } else if (cut) {
      exchange.hangUp(text);
    } else if (elapsedMs + 0.5 < totalMs) {
      exchange.write(text);
      exchange.at(totalMs, () => exchange.end(ending()));
    } else {
      exchange.end(text + ending());
    }
  }

  function ending(): string {
    const usage = request.includeUsage ? chunk.usage(JSON.stringify(usageOf(request, answer))) : '';
    return `${chunk('{}', finishReason)}${usage}data: [DONE]\n\n`;
  }

  exchange.at(firstTokenMs, start);
}

/** A 200 without any choice in it. */
export function sendEmpty(exchange: Exchange, { request, timing }: Completion): void {
  exchange.at(timing.totalMs, () => {
    const empty = { text: '', tokens: 0 };
    if (request.stream) {
      exchange.open(STREAM_TYPE);
      exchange.end(`${chunkWriter(exchange, request).usage(JSON.stringify(usageOf(request, empty)))}data: [DONE]\n\n`);
    } else {
      exchange.answer(200, JSON_TYPE, JSON.stringify({ id: completionId(exchange), object: 'chat.completion', created: unixSeconds(), model: request.model, choices: [], usage: usageOf(request, empty) }));
    }
  });
}

/** Builds chunks by joining texts: what all chunks of an answer share is encoded once. */
function chunkWriter(exchange: Exchange, request: ChatRequest): ((delta: string, finishReason: string | null) => string) & { usage: (usage: string) => string } {
  const start = `data: {"id":"${completionId(exchange)}","object":"chat.completion.chunk","created":${unixSeconds()},"model":${JSON.stringify(request.model)},"system_fingerprint":"${FINGERPRINT}",`;
  const noUsage = request.includeUsage ? ',"usage":null' : '';
  const chunk = (delta: string, finishReason: string | null): string =>
    `${start}"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finishReason === null ? 'null' : `"${finishReason}"`}}]${noUsage}}\n\n`;
  return Object.assign(chunk, { usage: (usage: string) => `${start}"choices":[],"usage":${usage}}\n\n` });
}

function completionId(exchange: Exchange): string {
  return `chatcmpl-${exchange.requestId}`;
}

function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function usageOf(request: ChatRequest, answer: Answer): { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number } {
  const promptTokens = countTokens(request.prompt);
  return { prompt_tokens: promptTokens, completion_tokens: answer.tokens, total_tokens: promptTokens + answer.tokens };
}
