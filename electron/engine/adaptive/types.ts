import type { RateLimitInfo } from '../../executors/executor.ts';
import type { LoggedAttempt } from './attempt-log.ts';
import type { LimitChange } from './limit-change.ts';
import type { MinuteLimit } from './user-limits.ts';

/** What keeps a task from being sent: all slots are in use, or it is not yet time. */
export type HeldBy = 'limit' | 'server slows down' | 'pause' | 'rate' | MinuteLimit;

/** `untilMs`: when to ask again; null: when an attempt ends. */
export type SendVerdict = { readonly ok: true } | { readonly ok: false; readonly untilMs: number | null; readonly by: HeldBy };

/** What is remembered of a base URL, key and model between runs. */
export interface LastGoodLimit {
  /** In flight as it was let in, at least 1. */
  readonly limit: number;
  /** Whether more was tried and did not go, so that there is no point in a fast growth from there. */
  readonly isProven: boolean;
}

export interface AdaptiveLimitOptions {
  /** The user's setting, in flight at most; 1 to 1000. */
  readonly maximum: number;
  /** null where nothing is remembered: the start is 8. */
  readonly lastGood: LastGoodLimit | null;
  /** The user's own limits, above 0; null for none. */
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  /** The clock at the start, ms. */
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface AttemptEnd {
  readonly nowMs: number;
  /** Attempts in flight while it ended, itself included. */
  readonly inFlight: number;
  readonly rateLimit: RateLimitInfo | null;
}

/**
 * Finds by itself how many tasks may be in flight, and how fast they may follow each other; one for each base URL, key
 * and model. Without clock or timers: time comes with each call, in ms on one clock that never goes back.
 */
export interface AdaptiveLimit {
  /** Whether a task of so many tokens, input and output, may leave while so many others are in flight. */
  canSend(nowMs: number, inFlight: number, estimatedTokens: number): SendVerdict;
  /** An attempt leaves; `inFlight` counts it. What is returned names it when it ends; nobody else may change it. */
  sent(nowMs: number, inFlight: number, estimatedTokens: number): LoggedAttempt;
  /** `usedTokens`: input and output as the provider counted them, null where it did not. */
  succeeded(attempt: LoggedAttempt, end: AttemptEnd & { readonly usedTokens: number | null }): void;
  /** A 429 for the rate or the number in flight, not for used-up quota. `retryAfterMs`: null where it did not say. */
  refused(attempt: LoggedAttempt, end: AttemptEnd & { readonly retryAfterMs: number | null }): void;
  /** Ended in any other way, cancelled as well: says nothing about limits, and what was reserved counts as used. */
  failed(attempt: LoggedAttempt, end: AttemptEnd): void;
  /** To be called about four times a second while tasks wait. */
  tick(nowMs: number, inFlight: number): void;
  setMaximum(maximum: number, nowMs: number): void;
  /** In flight at most, now. */
  limit(): number;
  /** The rate that it keeps to because of refusals, requests per minute; null while there is none. */
  learntRequestsPerMinute(nowMs: number): number | null;
  lastChange(): LimitChange;
  /** Changes since the last call, oldest first, for the history. */
  takeChanges(): readonly LimitChange[];
  /** To be remembered for the next run. */
  lastGood(): LastGoodLimit;
}
