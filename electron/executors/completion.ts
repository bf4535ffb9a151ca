import { TOKEN_COUNT_MAX } from '../../shared/contract/columns.ts';

/** What a chat completion said, whole or in pieces, as far as Tasklane keeps it. */
export interface Completion {
  readonly text: string;
  readonly finishReason: string | null;
  readonly model: string | null;
  /** 0 to TOKEN_COUNT_MAX; null where the provider named none, or one that can't be true. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** What an answer is, where it is no completion. */
export interface Defect {
  /** Ours (`not_json`, `no_choices`, ...) or the provider's. */
  readonly code: string;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function countOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= TOKEN_COUNT_MAX ? value : null;
}

/** Text of a message or delta: a string, a list of text parts, or the model's refusal. */
export function contentOf(message: Fields): string {
  const { content, refusal } = message;
  if (typeof content === 'string' && content !== '') return content;
  if (Array.isArray(content)) return content.map((part: unknown) => (isFields(part) && typeof part['text'] === 'string' ? part['text'] : '')).join('');
  return typeof refusal === 'string' ? refusal : '';
}

/** JSON of a value that may be nested too deeply to be written. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch (error) {
    if (error instanceof RangeError) return 'an error nested too deeply to be shown';
    throw error;
  }
}

/** The error that stands where an answer should, as providers word it; null when there is none. */
export function errorOf(body: unknown): { readonly codes: readonly string[]; readonly message: string | null } | null {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  if (!isFields(first)) return null;
  const error = first['error'] ?? (first['detail'] === undefined && typeof first['message'] !== 'string' ? undefined : first);
  if (error === undefined || error === null) return null;
  if (!isFields(error)) return { codes: [], message: typeof error === 'string' ? error : textOf(error) };
  const codes: string[] = [];
  // A number merely repeats the status; Google's own code stands in `status` then.
  for (const value of [error['code'], error['type'], error['status']]) if (typeof value === 'string' && value !== '') codes.push(value);
  if (codes.length === 0 && typeof error['code'] === 'number') codes.push(String(error['code']));
  const message = error['message'] ?? error['detail'];
  return { codes, message: typeof message === 'string' ? message : message === undefined ? null : textOf(message) };
}

interface Usage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

function usageOf(body: Fields): Usage | null {
  const usage = body['usage'];
  if (!isFields(usage)) return null;
  return { inputTokens: countOrNull(usage['prompt_tokens']), outputTokens: countOrNull(usage['completion_tokens']) };
}

/** What is wrong with JSON, without the excerpt that V8 adds: that may be cut within a key, which then is not recognised. */
function faultOf(error: unknown): string {
  return String(error).replace(/, (?:\.\.\.)?".*$/su, '').slice(0, 100);
}

/** Reads a whole answer; a Defect when it is no completion. */
export function readCompletion(text: string): Completion | Defect {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    return { code: 'not_json', message: `Expected JSON, but what came is ${text.trimStart().startsWith('<') ? 'an HTML page' : 'something else'} (${faultOf(error)}). Check the base URL.` };
  }
  if (!isFields(body)) return { code: 'no_choices', message: 'Expected an object with "choices", but other JSON came.' };
  const choices = body['choices'];
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (!isFields(choice) || !isFields(choice['message'])) {
    const error = errorOf(body);
    if (error !== null) return { code: error.codes[0] ?? 'error_in_answer', message: error.message ?? 'The provider reported an error with status 200.' };
    return { code: 'no_choices', message: 'Expected "choices" with a message, but the answer has none.' };
  }
  return {
    text: contentOf(choice['message']),
    finishReason: textOrNull(choice['finish_reason']),
    model: textOrNull(body['model']),
    ...(usageOf(body) ?? { inputTokens: null, outputTokens: null }),
  };
}

/** What a stream has said so far. */
export interface CompletionStream {
  /** Takes the data of one event. False when there is nothing more to come: complete, or a defect. */
  accept(data: string): boolean;
  readonly finishReason: string | null;
  readonly model: string | null;
  readonly usage: Usage;
  /** `[DONE]` came. */
  readonly isDone: boolean;
  /** A chunk with a choice came. */
  readonly hasChoices: boolean;
  readonly defect: Defect | null;
}

/** Reads chunks of a streamed completion (choice 0). `onText` gets each piece of answer text that is not empty. */
export function createCompletionStream(onText: (text: string) => void): CompletionStream {
  const state = {
    finishReason: null as string | null,
    model: null as string | null,
    usage: { inputTokens: null, outputTokens: null } as Usage,
    isDone: false,
    hasChoices: false,
    defect: null as Defect | null,
  };
  const fail = (code: string, message: string): false => {
    state.defect = { code, message };
    return false;
  };
  return Object.assign(state, {
    accept(data: string): boolean {
      if (data.trim() === '[DONE]') {
        state.isDone = true;
        return false;
      }
      let chunk: unknown;
      try {
        chunk = JSON.parse(data);
      } catch (error) {
        return fail('bad_json', `The stream held an event that is not JSON (${faultOf(error)}).`);
      }
      if (!isFields(chunk)) return fail('bad_json', 'The stream held an event that is no object.');
      const { error, choices } = chunk;
      const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
      state.model = textOrNull(chunk['model']) ?? state.model;
      state.usage = usageOf(chunk) ?? state.usage;
      if (isFields(choice)) {
        state.hasChoices = true;
        if (isFields(choice['delta'])) {
          const text = contentOf(choice['delta']);
          if (text !== '') onText(text);
        }
        state.finishReason = textOrNull(choice['finish_reason']) ?? state.finishReason;
      }
      if (error !== undefined && error !== null) {
        const named = errorOf(chunk);
        return fail(named?.codes[0] ?? 'error_in_stream', named?.message ?? 'The provider reported an error within the stream.');
      }
      if (state.finishReason === 'error') return fail('finish_reason_error', 'The provider ended the stream with finish_reason "error".');
      return true;
    },
  });
}
