/** What the simulated provider needs of a Chat Completions request. */
export interface ChatRequest {
  readonly model: string;
  /** Texts of all messages, joined; what latency, answer and faults depend on. */
  readonly prompt: string;
  /** Text of the last message, which is answered. */
  readonly question: string;
  readonly maxTokens: number | null;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** Why a request is refused, in the words of an OpenAI error. */
export interface RequestProblem {
  readonly problem: string;
  readonly param: string | null;
}

/** Parses the JSON body of `POST /v1/chat/completions`. */
export function parseChatRequest(body: string): ChatRequest | RequestProblem {
  const request = parseObject(body);
  if (request === null) return { problem: 'We could not parse the JSON body of your request. A JSON object was expected.', param: null };
  const { model, messages, stream, max_tokens: maxTokens, max_completion_tokens: maxCompletionTokens, stream_options: streamOptions } = request;
  if (typeof model !== 'string' || model === '') return { problem: 'You must provide a model parameter.', param: 'model' };
  if (!Array.isArray(messages) || messages.length === 0) return { problem: "Invalid 'messages': a non-empty array was expected.", param: 'messages' };
  const texts: string[] = [];
  for (const [i, message] of messages.entries()) {
    const text = textOfMessage(message);
    if (text === null) return { problem: `Invalid 'messages[${i}]': an object with 'role' and 'content' was expected.`, param: `messages[${i}]` };
    texts.push(text);
  }
  const most = maxCompletionTokens ?? maxTokens ?? null;
  if (most !== null && !isPositiveInteger(most)) return { problem: "Invalid 'max_tokens': an integer of 1 or more was expected.", param: 'max_tokens' };
  return {
    model,
    prompt: texts.length === 1 ? (texts[0] ?? '') : texts.join('\n'),
    question: texts.at(-1) ?? '',
    maxTokens: most,
    stream: stream === true,
    includeUsage: isObject(streamOptions) && streamOptions['include_usage'] === true,
  };
}

function parseObject(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPositiveInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}

function textOfMessage(message: unknown): string | null {
  if (!isObject(message) || typeof message['role'] !== 'string') return null;
  const { content } = message;
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  if (!Array.isArray(content)) return null;
  return content.map((part: unknown) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('');
}
