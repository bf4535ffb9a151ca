/** An error as OpenAI's API answers it. */
export interface ErrorAnswer {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
  readonly param?: string | null;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
}

export function errorBody({ message, type, param, code }: ErrorAnswer): string {
  return JSON.stringify({ error: { message, type, param: param ?? null, code } });
}

/** `retry-after` is in whole seconds, rounded up, as HTTP has it. */
export function retryAfterHeaders(waitMs: number): readonly string[] {
  return ['retry-after', String(Math.ceil(waitMs / 1000)), 'retry-after-ms', String(Math.ceil(waitMs))];
}

export function rateLimited(model: string, by: 'requests' | 'tokens', limit: number, waitMs: number): ErrorAnswer {
  const unit = by === 'requests' ? 'requests per min (RPM)' : 'tokens per min (TPM)';
  return {
    status: 429,
    type: by,
    code: 'rate_limit_exceeded',
    message: `Rate limit reached for ${model} on ${unit}: Limit ${limit}. Please try again in ${Math.ceil(waitMs)}ms. (Simulated.)`,
    headers: retryAfterHeaders(waitMs),
  };
}

export function tooManyInFlight(model: string, limit: number): ErrorAnswer {
  return {
    status: 429,
    type: 'requests',
    code: 'rate_limit_exceeded',
    message: `Too many concurrent requests for ${model}: at most ${limit} in flight. (Simulated.)`,
    headers: retryAfterHeaders(250),
  };
}

export function keyRejected(): ErrorAnswer {
  return { status: 401, type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided. (Simulated.)' };
}

export function badRequest(message: string, param: string | null = null): ErrorAnswer {
  return { status: 400, type: 'invalid_request_error', code: null, message, param };
}

export function notFound(what: string): ErrorAnswer {
  return { status: 404, type: 'invalid_request_error', code: null, message: `Unknown request URL: ${what}. (Simulated.)` };
}

type ErrorFault = 'badRequest400' | 'auth401' | 'payment402' | 'forbidden403' | 'notFound404' | 'context400' | 'rate429' | 'quota429' | 'server500' | 'server503';

const FAULT_WAIT_MS = 1000;

/** The answer to a fault that is an HTTP error. */
export function faultAnswer(fault: ErrorFault, model: string): ErrorAnswer {
  switch (fault) {
    case 'badRequest400':
      return badRequest('Invalid request. (Simulated fault.)', 'messages');
    case 'auth401':
      return keyRejected();
    case 'payment402':
      return { status: 402, type: 'billing_error', code: 'payment_required', message: 'Your account has no credit left. (Simulated fault.)' };
    case 'forbidden403':
      return { status: 403, type: 'invalid_request_error', code: 'permission_denied', message: `Your key may not use the model ${model}. (Simulated fault.)` };
    case 'notFound404':
      return { status: 404, type: 'invalid_request_error', code: 'model_not_found', message: `The model ${model} does not exist or you do not have access to it. (Simulated fault.)`, param: 'model' };
    case 'context400':
      return { status: 400, type: 'invalid_request_error', code: 'context_length_exceeded', message: "This model's maximum context length is 8192 tokens. Please reduce the length of the messages. (Simulated fault.)", param: 'messages' };
    case 'rate429':
      return rateLimited(model, 'requests', 60, FAULT_WAIT_MS);
    case 'quota429':
      return { status: 429, type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your current quota, please check your plan and billing details. (Simulated fault.)' };
    case 'server500':
      return { status: 500, type: 'server_error', code: null, message: 'The server had an error while processing your request. (Simulated fault.)' };
    case 'server503':
      return { status: 503, type: 'server_error', code: null, message: 'The engine is currently overloaded, please try again later. (Simulated fault.)' };
    default:
      return fault satisfies never;
  }
}
