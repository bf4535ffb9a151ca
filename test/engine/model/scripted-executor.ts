import type { FailureClass } from '../../../shared/vocabulary.ts';
import type { AttemptOutcome, AttemptRequest, Executor } from '../../../electron/executors/executor.ts';

/** A request that the test has to answer. */
export interface Sent {
  /** Number in the prompt: the task's position. */
  readonly index: number;
  readonly request: AttemptRequest;
  readonly signal: AbortSignal;
  answer(text?: string): void;
  fail(failureClass: FailureClass, details?: { readonly httpStatus?: number | null; readonly code?: string | null; readonly retryAfterMs?: number | null; readonly maybeBilled?: boolean }): void;
  settle(outcome: AttemptOutcome): void;
}

export interface ScriptedExecutor extends Executor {
  /** What waits for an answer, in the order of sending. */
  waiting(): readonly Sent[];
}

export interface Script {
  /** Called with each request as it goes out. */
  readonly sent?: (sent: Sent) => void;
  /** An abort does not end a request: its answer is on the way already. */
  readonly deafToAborts?: boolean;
}

/** An executor in this process whose every answer the test gives. */
export function createScriptedExecutor({ sent: onSend = () => undefined, deafToAborts = false }: Script = {}): ScriptedExecutor {
  const waiting = new Set<Sent>();
  return {
    send(request, signal) {
      if (signal.aborted) return Promise.resolve({ ok: 'aborted' });
      const { promise, resolve } = Promise.withResolvers<AttemptOutcome>();
      const settle = (outcome: AttemptOutcome): void => {
        waiting.delete(sent);
        resolve(outcome);
      };
      const sent: Sent = {
        index: Number(/\d+/.exec(request.prompt)?.[0]),
        request,
        signal,
        settle,
        answer: (text = `answer to ${request.prompt}`) => settle(answerOf(text, request.model)),
        fail: (failureClass, { httpStatus = null, code = null, retryAfterMs = null, maybeBilled = true } = {}) =>
          settle({ ok: false, failure: { class: failureClass, httpStatus, code, message: `scripted ${failureClass}`, maybeBilled, retryAfterMs, shouldRetry: null }, partialText: null, requestId: null, rateLimit: null }),
      };
      waiting.add(sent);
      if (!deafToAborts) signal.addEventListener('abort', () => settle({ ok: 'aborted' }), { once: true });
      onSend(sent);
      return promise;
    },
    close: () => Promise.resolve(),
    waiting: () => [...waiting],
  };
}

export function answerOf(text: string, model: string): AttemptOutcome {
  return { ok: true, text, finishReason: 'stop', model, inputTokens: 7, outputTokens: 3, requestId: null, rateLimit: null };
}
