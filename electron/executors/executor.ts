import type { Failure } from '../../shared/vocabulary.ts';

/** One request for one task, ready to send. */
export interface AttemptRequest {
  /** System prompt; '' sends none. */
  readonly system: string;
  readonly prompt: string;
  readonly model: string;
  /** `max_tokens`; null sends none. */
  readonly maxTokens: number | null;
  /** 0 to 2; null sends none. */
  readonly temperature: number | null;
  readonly stream: boolean;
  /** Time allowed for the whole attempt, 1 to 2^31-1 ms. */
  readonly timeoutMs: number;
}

/** What may be seen of an attempt while it runs. Called in order, never after `send` has settled. */
export interface AttemptObserver {
  /** The first piece of answer text came; at most once, and only when streaming. */
  firstToken(): void;
  /** More answer text came; only when streaming. */
  delta(text: string): void;
}

/** The provider's word on its limits (`x-ratelimit-*`); null where it did not say. Resets are ms from now. */
export interface RateLimitInfo {
  readonly limitRequests: number | null;
  readonly remainingRequests: number | null;
  readonly resetRequestsMs: number | null;
  readonly limitTokens: number | null;
  readonly remainingTokens: number | null;
  readonly resetTokensMs: number | null;
}

export interface AttemptAnswer {
  readonly ok: true;
  readonly text: string;
  /** `stop`, `length`, `content_filter`, ...; null when the provider named none though the text is complete. */
  readonly finishReason: string | null;
  /** Model that answered, as the provider named it. */
  readonly model: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly requestId: string | null;
  readonly rateLimit: RateLimitInfo | null;
}

export interface AttemptFailure {
  readonly ok: false;
  readonly failure: Failure;
  /** Text that came before the failure, or the first 2 KB of an answer that made no sense; null when nothing came. */
  readonly partialText: string | null;
  readonly requestId: string | null;
  readonly rateLimit: RateLimitInfo | null;
}

export type AttemptOutcome = AttemptAnswer | AttemptFailure | { readonly ok: 'aborted' };

/** A place where attempts are carried out. */
export interface Executor {
  /**
   * Sends one request and waits for its end. Never rejects for what a provider or the network does: a failed attempt
   * is a result. Aborted by the signal, it answers at once and frees its connection: with the answer where that was
   * complete by then (it is paid for), else with `aborted`.
   */
  send(request: AttemptRequest, signal: AbortSignal, observer: AttemptObserver): Promise<AttemptOutcome>;
  /** Ends every connection. Attempts in flight end as failures. */
  close(): Promise<void>;
}
