import { OpenAI } from 'openai';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { TasklaneError } from '../../shared/errors.ts';
import { readAnswer, type AnswerLimits } from './answer.ts';
import { checkBaseUrl } from './base-url.ts';
import { startDeadline } from './deadline.ts';
import type { AttemptObserver, AttemptOutcome, AttemptRequest, Executor } from './executor.ts';
import { causeFailure, statusFailure, timeoutFailure } from './failures.ts';
import { createOpenAiFetch, type ExchangeOptions, type OpenAiExchange } from './openai-fetch.ts';
import { readRateLimit } from './rate-limit.ts';
import { createReadBudget } from './read-budget.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { createExchange, createTransport } from './transport.ts';

/** Sent where a provider has no key: the client insists on one. */
export const DUMMY_KEY = 'no-key';

const REQUEST_ID_CHARACTERS_MAX = 200;
const TIMER_MS_MAX = 2 ** 31 - 1;
/** The longest answers of models have some 128,000 tokens, half a megabyte; escaped in JSON three. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
/** A thousand answers of 256 KB at once go unhindered; sixteen of the largest. */
const HELD_BYTES_MAX = 256 * 1024 * 1024;

export interface OpenAiExecutorOptions {
  /** Checked by `checkBaseUrl`. */
  readonly baseUrl: string;
  /** null sends a dummy. */
  readonly key: string | null;
  /** Sockets at most; null for no limit, where the engine bounds the flight. */
  readonly connections: number | null;
  /** Bytes of one answer at most (of a stream, of its text), default 16 MB. */
  readonly maxAnswerBytes?: number;
  /** Bytes of all unfinished answers beyond which they are read one after the other, default 256 MB. */
  readonly maxHeldBytes?: number;
  /** Silence within a stream after which it counts as cut, default 60,000 ms. */
  readonly streamSilenceMs?: number;
  /** Default 10,000 ms. */
  readonly connectTimeoutMs?: number;
  /** A clock that never goes back, default `performance.now`. */
  readonly monotonicMs?: () => number;
  /** The wall clock, for waits until a date where the server names no date of its own; default `Date.now`. */
  readonly wallMs?: () => number;
}

/** The key as it can stand in a header. Throws `key_rejected` for one that no provider could have issued. */
export function checkKey(key: string | null): string | null {
  const trimmed = key?.trim() ?? '';
  if (trimmed === '') return null;
  if (!/^[\x21-\x7e]+$/u.test(trimmed)) {
    throw new TasklaneError('key_rejected', 'Expected a key of printable ASCII characters, but this one contains others.', 'Copy the key again from the provider, without spaces, quotes or line breaks.');
  }
  return trimmed;
}

function bodyOf(request: AttemptRequest): ChatCompletionCreateParams {
  return {
    model: request.model,
    messages: [...(request.system === '' ? [] : [{ role: 'system' as const, content: request.system }]), { role: 'user', content: request.prompt }],
    ...(request.maxTokens === null ? {} : { max_tokens: request.maxTokens }),
    ...(request.temperature === null ? {} : { temperature: request.temperature }),
    ...(request.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
}

/**
 * Carries attempts out against an OpenAI-compatible endpoint: the openai client over one undici Agent. Nothing is
 * retried or redirected. Throws `provider_url` and `key_rejected` for options that cannot work.
 */
export function createOpenAiExecutor(options: OpenAiExecutorOptions): Executor {
  const baseUrl = checkBaseUrl(options.baseUrl);
  const key = checkKey(options.key);
  const redactor = createRedactor(key);
  const transport = createTransport(baseUrl, options);
  const { maxAnswerBytes = ANSWER_BYTES_MAX, maxHeldBytes = HELD_BYTES_MAX, streamSilenceMs = 60_000, monotonicMs: nowMs = () => performance.now(), wallMs = Date.now } = options;
  const limits: AnswerLimits = { maxAnswerBytes, streamSilenceMs, budget: createReadBudget(maxHeldBytes), nowMs };
  const client = new OpenAI({
    apiKey: key ?? DUMMY_KEY,
    baseURL: baseUrl.href.replace(/\/$/u, ''),
    maxRetries: 0,
    // Ours rules (monotonic, over the whole attempt); the client's compares wall clocks, which jump.
    timeout: TIMER_MS_MAX,
    fetch: createOpenAiFetch(transport),
    logLevel: 'off',
    // Not from the environment: they belong to OpenAI, and this may be anyone.
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
  });

  return {
    send: async (request, signal, observer) => {
      const attempt = startAttempt(request.timeoutMs, signal, nowMs);
      try {
        return await carryOut(client, request, { ...attempt, redactor, observer, limits, wallMs });
      } finally {
        attempt.end();
      }
    },
    close: () => transport.destroy(),
  };
}

/** Joins the caller's signal and the attempt's own clock; `stopped` says which of the two came first. */
function startAttempt(timeoutMs: number, signal: AbortSignal, nowMs: () => number) {
  const controller = new AbortController();
  let stopped: 'aborted' | 'timeout' | null = null;
  const stop = (why: 'aborted' | 'timeout') => () => {
    if (stopped !== null) return;
    stopped = why;
    controller.abort(new Error(why));
  };
  const onAbort = stop('aborted');
  const deadline = startDeadline(Math.min(timeoutMs, TIMER_MS_MAX), stop('timeout'), nowMs);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return {
    signal: controller.signal,
    stopped: () => stopped,
    end: () => {
      deadline.stop();
      signal.removeEventListener('abort', onAbort);
    },
  };
}

interface Attempt extends Pick<ReturnType<typeof startAttempt>, 'signal' | 'stopped'> {
  readonly redactor: Redactor;
  readonly observer: AttemptObserver;
  readonly limits: AnswerLimits;
  readonly wallMs: () => number;
}

async function carryOut(client: OpenAI, request: AttemptRequest, attempt: Attempt): Promise<AttemptOutcome> {
  if (attempt.stopped() === 'aborted') return { ok: 'aborted' };
  const { redactor, wallMs } = attempt;
  const exchange: OpenAiExchange = { ...createExchange(attempt.signal), errorText: '' };
  try {
    const fetchOptions: ExchangeOptions & NonNullable<OpenAI.RequestOptions['fetchOptions']> = { exchange };
    await client.chat.completions.create(bodyOf(request), { fetchOptions }).asResponse();
  } catch (error) {
    if (attempt.stopped() === 'aborted') return { ok: 'aborted' };
    // The status says enough, even where the rest of the explanation never came.
    if (exchange.response !== null) {
      const { status, header } = exchange.response;
      const failure = statusFailure(status, header, exchange.errorText, wallMs(), redactor);
      return { ok: false, failure, partialText: null, ...whatHeadersSay(header, redactor, wallMs()) };
    }
    if (attempt.stopped() === 'timeout') {
      return { ok: false, failure: timeoutFailure(request.timeoutMs, exchange.sent, redactor), partialText: null, requestId: null, rateLimit: null };
    }
    if (exchange.failure === null) throw error;
    return { ok: false, failure: causeFailure(exchange.failure.code, exchange.sent, redactor), partialText: null, requestId: null, rateLimit: null };
  }
  const response = exchange.response;
  if (response === null) throw new Error('The client answered without a request.');
  return readAnswer(response, { ...attempt, ...whatHeadersSay(response.header, redactor, wallMs()), request });
}

function whatHeadersSay(header: (name: string) => string | null, redactor: Redactor, wallMs: number) {
  const id = header('x-request-id') ?? header('request-id');
  return { requestId: id === null ? null : redactor.whole(id).slice(0, REQUEST_ID_CHARACTERS_MAX), rateLimit: readRateLimit(header, wallMs) };
}
