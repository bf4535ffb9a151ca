import { assertNever } from '../../shared/errors.ts';
import { createRandom, hashText, type Random } from '../../shared/random/random.ts';
import { composeAnswer, countTokens, cutAnswer } from './answers.ts';
import { parseChatRequest, type ChatRequest } from './chat-request.ts';
import { sendEmpty, sendStream, sendWhole, type Completion } from './completion.ts';
import { badRequest, faultAnswer, rateLimited, tooManyInFlight } from './error-answers.ts';
import type { Exchange } from './exchange.ts';
import { faultAt, type FaultName } from './faults.ts';
import { drawTiming, splitTiming } from './latency.ts';
import { readMarkers, type Markers } from './markers.ts';
import type { Settings } from './options.ts';
import { createRateLimits } from './rate-limits.ts';

/** Prompts whose attempts are counted; then counting starts over, so that memory stays bounded. */
const MOST_COUNTED_PROMPTS = 500_000;
/** The fault `slow` takes this many times as long. */
const SLOW_FACTOR = 10;
/** The fault `length` leaves so many tokens. */
const LENGTH_FAULT_TOKENS = 8;
/** Keep the draws for timing, answer and faults apart: changing one leaves the others as they are. */
const TIMING_STREAM = 1;
const ANSWER_STREAM = 2;
const FAULT_STREAM = 3;

const HTML_PAGE = '<!doctype html><html><head><title>Welcome</title></head><body><h1>Sign in to the network</h1><p>(Simulated fault.)</p></body></html>';

/** Answers the bodies of chat requests; `inFlight` counts the one at hand. */
export function createChat(settings: Settings): (exchange: Exchange, body: string, inFlight: number) => void {
  const limits = createRateLimits(settings.requestsPerMinute, settings.tokensPerMinute);
  const attempts = new Map<number, number>();

  function randomFor(promptHash: number, stream: number): Random {
    return createRandom(promptHash ^ Math.imul(settings.seed, 0x9e3779b1) ^ Math.imul(stream, 0x85ebca77));
  }

  function countAttempt(promptHash: number): number {
    const number = (attempts.get(promptHash) ?? 0) + 1;
    if (attempts.size >= MOST_COUNTED_PROMPTS) attempts.clear();
    attempts.set(promptHash, number);
    return number;
  }

  /** A marker decides; else chance does, anew for every attempt. */
  function faultFor(markers: Markers, promptHash: number): FaultName | null {
    if (markers.fault === null && settings.faults.length === 0) return null;
    const attempt = countAttempt(promptHash);
    if (markers.fault !== null) return markers.faultTimes === null || attempt <= markers.faultTimes ? markers.fault : null;
    return faultAt(randomFor(promptHash, FAULT_STREAM + attempt)(), settings.faults);
  }

  function complete(request: ChatRequest, markers: Markers, promptHash: number, inFlight: number, fault: FaultName | null): Completion {
    const full = composeAnswer(request.question, randomFor(promptHash, ANSWER_STREAM));
    const mostTokens = Math.min(request.maxTokens ?? Infinity, fault === 'length' ? Math.min(LENGTH_FAULT_TOKENS, full.tokens - 1) : Infinity);
    const answer = cutAnswer(full, mostTokens);
    const random = randomFor(promptHash, TIMING_STREAM);
    const timing = markers.latencyMs === null ? drawTiming(settings.latency, answer.tokens, random) : splitTiming(markers.latencyMs, random);
    const factor = (1 + settings.slowdownFraction * (inFlight - 1)) * (fault === 'slow' ? SLOW_FACTOR : 1);
    return {
      request,
      answer,
      finishReason: answer.tokens < full.tokens || fault === 'length' ? 'length' : 'stop',
      timing: { firstTokenMs: timing.firstTokenMs * factor, totalMs: timing.totalMs * factor },
      cut: fault === 'cut',
    };
  }

  return (exchange, body, inFlight) => {
    const request = parseChatRequest(body);
    if ('problem' in request) {
      exchange.fail(badRequest(request.problem, request.param));
      return;
    }
    const markers = readMarkers(request.prompt);
    if (markers.problem !== null) {
      exchange.fail(badRequest(markers.problem, 'messages'));
      return;
    }
    if (settings.maxInFlight !== null && inFlight > settings.maxInFlight) {
      exchange.fail(tooManyInFlight(request.model, settings.maxInFlight));
      return;
    }
    const promptHash = hashText(request.prompt);
    const plain = complete(request, markers, promptHash, inFlight, null);
    const verdict = limits.take(countTokens(request.prompt) + plain.answer.tokens, performance.now());
    exchange.addHeaders(verdict.headers);
    if (verdict.refused !== null) {
      const { by, limit, waitMs } = verdict.refused;
      exchange.fail(rateLimited(request.model, by, limit, waitMs));
      return;
    }
    const fault = faultFor(markers, promptHash);
    respond(exchange, fault === null ? plain : complete(request, markers, promptHash, inFlight, fault), fault);
  };
}

function respond(exchange: Exchange, completion: Completion, fault: FaultName | null): void {
  switch (fault) {
    case null:
    case 'cut':
    case 'length':
    case 'slow':
      if (completion.request.stream) sendStream(exchange, completion);
      else sendWhole(exchange, completion);
      return;
    case 'badRequest400':
    case 'auth401':
    case 'payment402':
    case 'forbidden403':
    case 'notFound404':
    case 'context400':
    case 'rate429':
    case 'quota429':
      exchange.fail(faultAnswer(fault, completion.request.model));
      return;
    case 'server500':
    case 'server503':
      exchange.at(completion.timing.totalMs, () => exchange.fail(faultAnswer(fault, completion.request.model)));
      return;
    case 'timeout':
      return;
    case 'html':
      exchange.at(completion.timing.totalMs, () => exchange.answer(200, 'text/html; charset=utf-8', HTML_PAGE));
      return;
    case 'empty':
      sendEmpty(exchange, completion);
      return;
    case 'redirect':
      exchange.answer(307, 'text/plain', 'Moved (simulated fault).', ['location', '/moved/v1/chat/completions']);
      return;
    case 'reset':
      exchange.reset();
      return;
    default:
      assertNever(fault);
  }
}
