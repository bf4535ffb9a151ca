import type { ConnectionTest } from '../../shared/contract/commands.ts';
import { toErrorInfo } from '../../shared/errors.ts';
import { checkBaseUrl } from './base-url.ts';
import { classifyStatus, explainCause } from './classify.ts';
import { errorOf, isFields } from './completion.ts';
import { checkKey, DUMMY_KEY } from './openai-executor.ts';
import { createRedactor } from './redact.ts';
import { BodyTooLargeError, readText } from './response-body.ts';
import { createExchange, createTransport, type TransportResponse } from './transport.ts';
import { TransportError } from './transport-error.ts';

const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

export interface ConnectionTestOptions {
  readonly baseUrl: string;
  /** null sends a dummy. */
  readonly key: string | null;
  readonly signal?: AbortSignal;
  /** Default 10,000 ms. */
  readonly timeoutMs?: number;
}

/** Asks an endpoint for its models and says in words what came of it. Never rejects: an endpoint that fails is a result. */
export async function testConnection(options: ConnectionTestOptions): Promise<ConnectionTest> {
  const startedMs = performance.now();
  const result = await ask(options);
  return { ok: result.ok, message: createRedactor(options.key?.trim() ?? null).whole(result.message), models: result.ok ? result.models : [], latencyMs: performance.now() - startedMs };
}

type Finding = { readonly ok: true; readonly message: string; readonly models: readonly string[] } | { readonly ok: false; readonly message: string };

async function ask({ baseUrl: text, key: keyText, signal: given, timeoutMs = 10_000 }: ConnectionTestOptions): Promise<Finding> {
  let baseUrl: URL;
  let key: string | null;
  try {
    baseUrl = checkBaseUrl(text);
    key = checkKey(keyText);
  } catch (error) {
    const { message, hint } = toErrorInfo(error);
    return { ok: false, message: `${message} ${hint}`.trim() };
  }
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = given === undefined ? timeout : AbortSignal.any([timeout, given]);
  const exchange = createExchange(signal);
  const transport = createTransport(baseUrl, { connections: 1 });
  const path = `${baseUrl.pathname.replace(/\/$/u, '')}/models`;
  const headers = { accept: 'application/json', authorization: `Bearer ${key ?? DUMMY_KEY}` };
  try {
    const response = await transport.request(path, { method: 'GET', headers, body: null }, exchange);
    return judge(response, await readText(response.body, ANSWER_BYTES_MAX), baseUrl, key);
  } catch (error) {
    if (given?.aborted === true) return { ok: false, message: 'The test was stopped.' };
    if (timeout.aborted) return { ok: false, message: `${baseUrl.host} did not answer within ${timeoutMs / 1000} s. ${exchange.sent ? 'The connection stands, but no answer came.' : 'Not even a connection came about: check host and port, and a firewall between.'}` };
    if (error instanceof BodyTooLargeError) return { ok: false, message: `${baseUrl.host} answered with more than 16 MB, which is no list of models. Check the base URL.` };
    if (error instanceof TransportError) return { ok: false, message: `${baseUrl.host}: ${explainCause(error.code)}` };
    throw error;
  } finally {
    await transport.destroy();
  }
}

/** Some endpoints list their models to anyone. */
const UNPROVEN = ' Whether the key may use them shows with the first request.';

function judge(response: TransportResponse, text: string, baseUrl: URL, key: string | null): Finding {
  const { status } = response;
  const body = parseOrNull(text);
  if (status >= 200 && status < 300) {
    const data = isFields(body) ? (body['data'] ?? body['models']) : body;
    if (Array.isArray(data)) {
      const models = data.flatMap((model: unknown) => (isFields(model) && typeof model['id'] === 'string' ? [model['id']] : [])).sort();
      return { ok: true, message: models.length === 1 ? `Connected. 1 model: ${models[0]}.${UNPROVEN}` : `Connected. ${models.length} models.${UNPROVEN}`, models };
    }
    const came = text.trimStart().startsWith('<') ? 'a web page' : 'something else';
    return { ok: false, message: `${baseUrl.host} answered, but with ${came} instead of a list of models. ${pathHint(baseUrl)}` };
  }
  const said = errorOf(body);
  const quote = said?.message === undefined || said.message === null ? '' : ` It said: ${said.message.slice(0, 300)}`;
  switch (classifyStatus(status, said?.codes ?? [])) {
    case 'auth':
      return { ok: false, message: `${key === null ? 'The endpoint needs a key.' : 'The key was rejected.'} (HTTP ${status})${quote}` };
    case 'redirect':
      return { ok: false, message: `The endpoint redirects to ${(response.header('location') ?? 'elsewhere').slice(0, 300)} (HTTP ${status}), which is not followed, so that the key goes nowhere else. Use that address if you trust it.` };
    case 'quota':
      return { ok: false, message: `The account is out of credit (HTTP ${status}).${quote}` };
    case 'rate_limit':
      return { ok: false, message: `The endpoint works but asks to slow down (HTTP 429). Try again in a minute.${quote}` };
    case 'server':
      return { ok: false, message: `The endpoint is out of order for the moment (HTTP ${status}).${quote}` };
    default:
      return { ok: false, message: `The endpoint has no list of models at this address (HTTP ${status}). ${pathHint(baseUrl)}${quote}` };
  }
}

function pathHint(baseUrl: URL): string {
  return /\/v\d+/u.test(baseUrl.pathname) ? 'Check the base URL.' : `Did you mean ${baseUrl.href.replace(/\/$/u, '')}/v1?`;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
