import { createCompletionStream, readCompletion, type Completion, type CompletionStream, type Defect } from './completion.ts';
import { startDeadline, type Deadline } from './deadline.ts';
import type { AttemptObserver, AttemptOutcome, AttemptRequest, RateLimitInfo } from './executor.ts';
import { causeFailure, cut, defectFailure, headOf, timeoutFailure } from './failures.ts';
import type { ReadBudget } from './read-budget.ts';
import type { Redactor } from './redact.ts';
import { createSseReader } from './sse.ts';
import { BodyTooLargeError } from './response-body.ts';
import type { TransportResponse } from './transport.ts';
import { TransportError } from './transport-error.ts';

/** What is known of an attempt when its response's headers have come. */
export interface AnswerContext {
  readonly request: AttemptRequest;
  readonly redactor: Redactor;
  readonly observer: AttemptObserver;
  readonly stopped: () => 'aborted' | 'timeout' | null;
  readonly requestId: string | null;
  readonly rateLimit: RateLimitInfo | null;
  readonly limits: AnswerLimits;
}

export interface AnswerLimits {
  /** Bytes of an answer in one piece; of a stream the characters of its text, with the event that has not ended yet. */
  readonly maxAnswerBytes: number;
  readonly streamSilenceMs: number;
  /** Shared by all answers that are being read. */
  readonly budget: ReadBudget;
  /** Never goes back. */
  readonly nowMs: () => number;
}

const HEAD_BYTES = 2048;
/** A stream spends some 300 bytes on a token of some 4 characters, and all but the text is dropped at once. */
const STREAM_BYTES_FACTOR = 100;
/** `[DONE]` and the end of the body mostly come in one packet; the time is not worth more waiting. */
const DRAIN_WAIT_MS = 20;

/** Names are kept as the provider writes them, but neither with the key in them nor at any length. */
const NAME_CHARACTERS_MAX = 200;

/** Reads the body of a response with status 2xx into the attempt's outcome. */
export async function readAnswer(response: TransportResponse, context: AnswerContext): Promise<AttemptOutcome> {
  const encoding = response.header('content-encoding');
  const mediaType = (response.header('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity') {
    response.body.discard();
    return failed(context, response, { code: 'encoded_answer', message: `Expected an answer without compression, but it is encoded (${cut(context.redactor.whole(encoding), 50)}).` }, null);
  }
  if (context.request.stream && !/[/+]json$/u.test(mediaType) && mediaType !== 'text/html') return readStream(response, context);
  return readWhole(response, context);
}

function failed(context: AnswerContext, response: TransportResponse, defect: Defect, head: string | null): AttemptOutcome {
  const failure = defectFailure('invalid_response', response.status, defect, context.redactor);
  return { ok: false, failure, partialText: head, requestId: context.requestId, rateLimit: context.rateLimit };
}

function answered({ redactor, requestId, rateLimit }: AnswerContext, { text, finishReason, model, inputTokens, outputTokens }: Completion): AttemptOutcome {
  const named = (name: string | null): string | null => (name === null ? null : cut(redactor.whole(name), NAME_CHARACTERS_MAX));
  return { ok: true, text: redactor.whole(text), finishReason: named(finishReason), model: named(model), inputTokens, outputTokens, requestId, rateLimit };
}

function tooLarge(context: AnswerContext): Defect {
  return { code: 'answer_too_large', message: `The answer has more than ${context.limits.maxAnswerBytes} bytes, which is more than is accepted.` };
}

async function readWhole(response: TransportResponse, context: AnswerContext): Promise<AttemptOutcome> {
  const { redactor, requestId, rateLimit, limits } = context;
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const share = limits.budget.join(response.body);
  try {
    await response.body.read(limits.maxAnswerBytes, (chunk) => {
      chunks.push(chunk);
      sizeBytes += chunk.byteLength;
      share.hold(sizeBytes);
      return true;
    });
  } catch (error) {
    // A wrong content-length, a proxy that holds the connection, an abort: the answer is here all the same, and paid for.
    const early = !(error instanceof BodyTooLargeError) && endsLikeJson(chunks) ? readCompletion(decode(chunks)) : null;
    if (early !== null && !('code' in early)) return answered(context, early);
    if (context.stopped() === 'aborted') return { ok: 'aborted' };
    const partialText = cutHeadOf(chunks, redactor);
    if (error instanceof BodyTooLargeError) return failed(context, response, tooLarge(context), partialText);
    if (context.stopped() === 'timeout') return { ok: false, failure: timeoutFailure(context.request.timeoutMs, true, redactor), partialText, requestId, rateLimit };
    if (error instanceof TransportError) return { ok: false, failure: causeFailure(error.code, true, redactor), partialText, requestId, rateLimit };
    throw error;
  } finally {
    share.leave();
  }
  const text = decode(chunks);
  const completion = readCompletion(text);
  return 'code' in completion ? failed(context, response, completion, headOf(text, redactor)) : answered(context, completion);
}

function decode(chunks: readonly Uint8Array[]): string {
  return new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
}

/** Spares parsing what is cut anyway. */
function endsLikeJson(chunks: readonly Uint8Array[]): boolean {
  return /\}\s*$/u.test(new TextDecoder().decode(chunks.at(-1)?.subarray(-100)));
}

/** What came first; it is cut, so that its end may be the beginning of the key, which is held back. */
function cutHeadOf(chunks: readonly Uint8Array[], redactor: Redactor): string | null {
  return headOf(redactor.stream().push(decodeHead(chunks)), redactor);
}

function decodeHead(chunks: readonly Uint8Array[]): string {
  const head: Uint8Array[] = [];
  let sizeBytes = 0;
  for (const chunk of chunks) {
    if (sizeBytes >= HEAD_BYTES) break;
    head.push(chunk.subarray(0, HEAD_BYTES - sizeBytes));
    sizeBytes += head.at(-1)!.byteLength;
  }
  return new TextDecoder().decode(Buffer.concat(head));
}

async function readStream(response: TransportResponse, context: AnswerContext): Promise<AttemptOutcome> {
  const { observer, redactor, limits } = context;
  const visible = redactor.stream();
  let text = '';
  let hasText = false;
  const extend = (piece: string): void => {
    if (piece === '') return;
    text += piece;
    observer.delta(piece);
  };
  const stream = createCompletionStream((piece) => {
    if (!hasText) observer.firstToken();
    hasText = true;
    extend(visible.push(piece));
  });
  let isOver = false;
  let eventCount = 0;
  const reader = createSseReader((data) => {
    eventCount += 1;
    if (!isOver) isOver = !stream.accept(data);
  });
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let silence: Deadline | null = null;
  let isSilent = false;
  let broken: unknown = null;
  const onSilence = (): void => {
    isSilent = true;
    response.body.discard();
  };
  const share = limits.budget.join({
    pause: () => {
      // The silence is ours now.
      silence?.stop();
      response.body.pause();
    },
    resume: () => {
      silence?.refresh();
      response.body.resume();
    },
  });
  try {
    const isEnded = await response.body.read(limits.maxAnswerBytes * STREAM_BYTES_FACTOR, (chunk) => {
      if (eventCount === 0 && headBytes < HEAD_BYTES) {
        head.push(chunk);
        headBytes += chunk.byteLength;
      }
      reader.push(chunk);
      if (silence === null) silence = startDeadline(limits.streamSilenceMs, onSilence, limits.nowMs);
      else silence.refresh();
      const heldCharacters = text.length + reader.heldCharacters;
      if (heldCharacters > limits.maxAnswerBytes) throw new BodyTooLargeError(`more than ${limits.maxAnswerBytes} characters`);
      share.hold(heldCharacters);
      return !isOver;
    });
    if (isEnded) reader.end();
    else if (stream.defect === null) await response.body.drain(DRAIN_WAIT_MS);
    else response.body.discard();
  } catch (error) {
    broken = error;
  } finally {
    (silence as Deadline | null)?.stop();
    share.leave();
  }
  if (context.stopped() === 'aborted' && !isComplete(stream)) return { ok: 'aborted' };
  extend(visible.end());
  return judge(response, context, { stream, text, broken, isSilent, head: eventCount === 0 ? cutHeadOf(head, redactor) : null });
}

interface StreamEnd {
  readonly stream: CompletionStream;
  readonly text: string;
  readonly broken: unknown;
  readonly isSilent: boolean;
  /** What came instead of events; null when events came. */
  readonly head: string | null;
}

/** Whether what is still to come of a stream, if anything, is no part of the answer. */
function isComplete({ isDone, finishReason, hasChoices, defect }: CompletionStream): boolean {
  return (isDone || finishReason !== null) && hasChoices && defect === null;
}

/** What a stream that has ended, or was ended, is worth. Text that was complete by then is an answer. */
function judge(response: TransportResponse, context: AnswerContext, { stream, text, broken, isSilent, head }: StreamEnd): AttemptOutcome {
  const { redactor, requestId, rateLimit, limits } = context;
  const partialText = text === '' ? head : text;
  const cut = (defect: Defect): AttemptOutcome => {
    return { ok: false, failure: defectFailure('stream_cut', response.status, defect, redactor), partialText, requestId, rateLimit };
  };
  if (broken instanceof BodyTooLargeError) return failed(context, response, tooLarge(context), headOf(text, redactor) ?? head);
  if (stream.defect !== null) return cut(stream.defect);
  if (isComplete(stream)) return answered(context, { text, finishReason: stream.finishReason, model: stream.model, ...stream.usage });
  if (stream.isDone || stream.finishReason !== null) return failed(context, response, { code: 'no_choices', message: 'The stream ended without a single choice.' }, head);
  if (isSilent) return cut({ code: 'stream_silent', message: `The stream fell silent for ${limits.streamSilenceMs / 1000} s before it was complete.` });
  if (context.stopped() === 'timeout') return { ok: false, failure: timeoutFailure(context.request.timeoutMs, true, redactor), partialText, requestId, rateLimit };
  if (broken instanceof TransportError) return cut({ code: broken.code ?? 'connection_lost', message: 'The connection was lost before the stream was complete.' });
  if (broken !== null) throw broken;
  if (head !== null) return failed(context, response, { code: 'not_a_stream', message: 'Expected a stream of events, but something else came. Check the base URL.' }, head);
  return cut({ code: 'stream_incomplete', message: 'The stream ended without finish_reason and [DONE].' });
}
