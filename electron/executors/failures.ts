import type { Failure, FailureClass } from '../../shared/vocabulary.ts';
import { classifyCause, classifyStatus, explainCause } from './classify.ts';
import { errorOf, type Defect } from './completion.ts';
import type { Redactor } from './redact.ts';
import { readRetryAfter, readShouldRetry, type HeaderLookup } from './rate-limit.ts';

const MESSAGE_CHARACTERS_MAX = 2000;
const CODE_CHARACTERS_MAX = 100;
const PARTIAL_CHARACTERS_MAX = 2048;

/** What is kept of an answer that made no sense. */
export function headOf(text: string, redactor: Redactor): string | null {
  return text === '' ? null : cut(redactor.whole(text), PARTIAL_CHARACTERS_MAX);
}

/** The first characters, not ending within a surrogate pair. */
export function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const head = text.slice(0, charactersMax);
  return head.isWellFormed() ? head : head.slice(0, -1);
}

interface FailureParts {
  readonly class: FailureClass;
  readonly code: string | null;
  readonly message: string;
  readonly maybeBilled: boolean;
  readonly httpStatus?: number;
  readonly retryAfterMs?: number | null;
  readonly shouldRetry?: boolean | null;
}

export function failureOf(parts: FailureParts, redactor: Redactor): Failure {
  return {
    class: parts.class,
    httpStatus: parts.httpStatus ?? null,
    code: parts.code === null ? null : cut(redactor.whole(parts.code), CODE_CHARACTERS_MAX),
    message: cut(redactor.whole(parts.message), MESSAGE_CHARACTERS_MAX),
    maybeBilled: parts.maybeBilled,
    retryAfterMs: parts.retryAfterMs ?? null,
    shouldRetry: parts.shouldRetry ?? null,
  };
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  401: 'The provider rejected the key.',
  402: 'The provider asks for payment.',
  403: 'The provider does not allow this to the key.',
  404: 'The provider knows no such model or address. Check model and base URL.',
  408: 'The provider gave up waiting for the request.',
  413: 'The request is larger than the provider accepts.',
  429: 'The provider asks to slow down.',
  503: 'The provider is overloaded or in maintenance.',
  529: 'The provider is overloaded.',
};

function describeStatus(status: number, location: string | null): string {
  if (status >= 300 && status < 400) {
    const target = location === null ? 'elsewhere' : `to ${location.slice(0, 300)}`;
    return `The endpoint redirected ${target} (HTTP ${status}); redirects are not followed, so that the key goes nowhere else. Correct the base URL.`;
  }
  return STATUS_TEXTS[status] ?? `The provider answered HTTP ${status} without an explanation.`;
}

/** An answer with a status that is no success. The provider took the request in and said no: that is not billed. */
export function statusFailure(status: number, header: HeaderLookup, bodyText: string, nowMs: number, redactor: Redactor): Failure {
  const said = errorOf(parseOrNull(bodyText));
  const codes = said?.codes ?? [];
  return failureOf(
    {
      class: classifyStatus(status, codes),
      httpStatus: status,
      code: codes[0] ?? null,
      message: said?.message ?? describeStatus(status, redactedOrNull(header('location'), redactor)),
      maybeBilled: false,
      retryAfterMs: readRetryAfter(header, nowMs),
      shouldRetry: readShouldRetry(header),
    },
    redactor,
  );
}

/** Redacted before it is cut: half a key is no key that would be found. */
function redactedOrNull(text: string | null, redactor: Redactor): string | null {
  return text === null ? null : redactor.whole(text);
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** No whole answer came. `sent`: whether bytes of the request may have left. */
export function causeFailure(code: string | null, sent: boolean, redactor: Redactor): Failure {
  return failureOf({ class: classifyCause(code, sent), code, message: explainCause(code, sent), maybeBilled: sent }, redactor);
}

/** The attempt took longer than allowed. */
export function timeoutFailure(timeoutMs: number, sent: boolean, redactor: Redactor): Failure {
  const message = `No complete answer within ${timeoutMs / 1000} s${sent ? '' : ' (not even a connection)'}. Allow more time, or lower the concurrency.`;
  return failureOf({ class: 'timeout', code: 'attempt_timeout', message, maybeBilled: sent }, redactor);
}

/** A success by its status that holds no answer (`invalid_response`), or a stream that broke off (`stream_cut`). */
export function defectFailure(kind: 'invalid_response' | 'stream_cut', status: number, defect: Defect, redactor: Redactor): Failure {
  return failureOf({ class: kind, httpStatus: status, code: defect.code, message: defect.message, maybeBilled: true }, redactor);
}
