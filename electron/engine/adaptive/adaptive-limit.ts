import type { RateLimitInfo } from '../../executors/executor.ts';
import { createAttemptLog, type LoggedAttempt } from './attempt-log.ts';
import { createConcurrencyWindow } from './concurrency-window.ts';
import { createHeaderBudget, explainsRefusal } from './header-budget.ts';
import { createLimitHistory, type LimitReason } from './limit-change.ts';
import { createLoadWatch } from './load-watch.ts';
import { createRatePacer, type RatePacer } from './rate-pacer.ts';
import { createRefusalEpisodes } from './refusal-episodes.ts';
import { createReopening } from './reopening.ts';
import type { AdaptiveLimit, AdaptiveLimitOptions, LastGoodLimit } from './types.ts';
import { createUserLimits } from './user-limits.ts';

/** In flight at the start where nothing is known. */
const FIRST_LIMIT = 8;
/** This share of the slots in use counts as all: between two sends there is always one free for a moment. */
const ALL_IN_USE = 0.9;
/** One fit lowers the limit at most to this share; what is in flight has to drain first anyway. */
const LOWERED_MOST = 0.6;
/** Slots for a rate: so many times what Little's law asks for, and some more, since latencies vary. */
const SLOTS_FOR_RATE = 1.6;
const SLOTS_MORE = 5;
/** Over which an accepted rate is measured, ms. */
const RATE_WINDOW_MIN_MS = 3000;
const RATE_WINDOW_MAX_MS = 60_000;
/** Refusals of this long are looked at again, to see whether they are about the number in flight after all. */
const SECOND_LOOK_MS = 120_000;
/** How fast the limit that is remembered follows what is let in, per attempt. */
const SMOOTHING = 0.05;

/** A limit that adapts from the first attempt on. The README of this folder shows how its parts work together. */
export function createAdaptiveLimit(options: AdaptiveLimitOptions): AdaptiveLimit {
  const { lastGood, nowMs: startMs } = options;
  let { maximum } = options;
  const first = Math.min(maximum, firstLimit(lastGood));
  const window = createConcurrencyWindow({ limit: first, maximum, isSlowStart: lastGood?.isProven !== true, nowMs: startMs });
  const history = createLimitHistory({ atMs: startMs, limit: window.limit(), reason: lastGood === null ? 'slow start' : 'restored' });
  const log = createAttemptLog();
  const episodes = createRefusalEpisodes(log, options.random);
  const reopening = createReopening();
  const headers = createHeaderBudget();
  const user = createUserLimits(options.requestsPerMinute, options.tokensPerMinute, startMs);
  const load = createLoadWatch(startMs);
  /** Only while refusals are about the rate and no header explains them. */
  let pacer: RatePacer | null = null;
  let knee: number | null = null;
  let successesSinceRefusal = 0;
  let limitBeforeEpisode = first;
  let goodInFlight = first;

  const isAllInUse = (inFlight: number): boolean => inFlight >= ALL_IN_USE * window.limit();
  const note = (nowMs: number, reason: LimitReason, always = false): void => history.note(nowMs, window.limit(), reason, always);
  const slotsFor = (perSecond: number): number => Math.ceil((SLOTS_FOR_RATE * perSecond * load.usualLatencyMs()) / 1000 + SLOTS_MORE);

  const readHeaders = (rateLimit: RateLimitInfo | null, { sentMs }: LoggedAttempt, nowMs: number): void => {
    if (rateLimit && headers.learn(rateLimit, sentMs, nowMs)) note(nowMs, 'headers', true);
  };
  const endLoad = (attempt: LoggedAttempt, nowMs: number, inFlight: number): void => {
    if (!load.ended(attempt.load, nowMs, inFlight, attempt.outcome === 'accepted')) return;
    knee = load.knee(maximum);
    if (knee !== null) window.lowerTo(Math.max(knee, LOWERED_MOST * window.limit()), nowMs);
    note(nowMs, 'server slows down');
  };
  const startPacing = (nowMs: number): void => {
    const elapsedMs = Math.max(RATE_WINDOW_MIN_MS, nowMs - episodes.episodeStartMs());
    pacer = createRatePacer(log.acceptedPerSecond(nowMs - elapsedMs, nowMs), nowMs);
    window.endSlowStart();
    // What was cut in the belief that the number in flight was refused is given back.
    window.raiseTo(Math.max(limitBeforeEpisode, slotsFor(pacer.perSecond(nowMs))));
    note(nowMs, 'refused: rate', true);
  };
  const slowDown = (paced: RatePacer, nowMs: number): void => {
    const elapsedMs = Math.min(RATE_WINDOW_MAX_MS, Math.max(RATE_WINDOW_MIN_MS, nowMs - paced.refusedMs()));
    paced.refused(log.acceptedPerSecond(nowMs - elapsedMs, nowMs), nowMs);
    window.raiseTo(slotsFor(paced.perSecond(nowMs)));
    note(nowMs, 'refused: rate', true);
  };
  const cut = (attempt: LoggedAttempt, consecutive: number, nowMs: number): void => {
    pacer = null;
    window.refused(attempt.inFlight, consecutive, nowMs);
    goodInFlight = Math.min(goodInFlight, window.limit());
    note(nowMs, 'refused: concurrency cap', true);
  };

  return {
    canSend(nowMs, inFlight, estimatedTokens) {
      const pausedUntilMs = Math.max(episodes.pausedUntilMs(), nowMs + reopening.waitMs(nowMs));
      if (pausedUntilMs > nowMs) return { ok: false, untilMs: pausedUntilMs, by: 'pause' };
      if (inFlight >= window.limit()) return { ok: false, untilMs: null, by: knee !== null && knee <= window.limit() ? 'server slows down' : 'limit' };
      const waits = [user.wait(estimatedTokens, nowMs), headers.wait(estimatedTokens, nowMs), { waitMs: pacer?.waitMs(nowMs) ?? 0, by: 'rate' as const }];
      const longest = waits.filter((wait) => wait !== null).reduce((most, wait) => (wait.waitMs > most.waitMs ? wait : most));
      return longest.waitMs > 0 ? { ok: false, untilMs: nowMs + longest.waitMs, by: longest.by } : { ok: true };
    },
    sent(nowMs, inFlight, estimatedTokens) {
      const attempt = log.add({ sentMs: nowMs, inFlight, estimatedTokens, load: load.sent(nowMs, inFlight) });
      user.reserve(estimatedTokens, nowMs);
      headers.sent(attempt);
      pacer?.sent(nowMs);
      reopening.sent();
      return attempt;
    },
    succeeded(attempt, { nowMs, inFlight, rateLimit, usedTokens }) {
      log.end(attempt, 'accepted', nowMs);
      readHeaders(rateLimit, attempt, nowMs);
      user.settle(attempt.estimatedTokens, usedTokens, nowMs);
      successesSinceRefusal += 1;
      if (episodes.isFresh(attempt)) {
        goodInFlight += SMOOTHING * (attempt.inFlight - goodInFlight);
        if (isAllInUse(inFlight)) window.grow(nowMs, load.hasRisen());
        note(nowMs, 'slow start');
      }
      endLoad(attempt, nowMs, inFlight);
    },
    refused(attempt, { nowMs, inFlight, rateLimit, retryAfterMs }) {
      log.end(attempt, 'refused', nowMs);
      readHeaders(rateLimit, attempt, nowMs);
      user.settle(attempt.estimatedTokens, 0, nowMs);
      endLoad(attempt, nowMs, inFlight);
      successesSinceRefusal = 0;
      const refusal = episodes.refused(attempt, nowMs);
      if (!refusal) return;
      episodes.pause(refusal, retryAfterMs, nowMs);
      reopening.begin(Math.max(nowMs, episodes.pausedUntilMs()), log.refusalMs());
      if (refusal.isFirst) limitBeforeEpisode = window.limit();
      if (explainsRefusal(rateLimit, attempt.estimatedTokens)) return;
      if (pacer) {
        const isCap = !pacer.hasHeldBack() || episodes.cause(nowMs, nowMs - SECOND_LOOK_MS) === 'concurrency cap';
        if (isCap) cut(attempt, refusal.consecutive, nowMs);
        else slowDown(pacer, nowMs);
      } else if (episodes.cause(nowMs, episodes.episodeStartMs()) === 'rate') {
        startPacing(nowMs);
      } else {
        cut(attempt, refusal.consecutive, nowMs);
      }
    },
    failed(attempt, { nowMs, inFlight, rateLimit }) {
      log.end(attempt, 'unknown', nowMs);
      readHeaders(rateLimit, attempt, nowMs);
      endLoad(attempt, nowMs, inFlight);
    },
    tick(nowMs, inFlight) {
      if (!isAllInUse(inFlight) || (knee !== null && window.limit() >= knee)) return;
      if (pacer) window.widen();
      else window.probe(nowMs, { latencyMs: load.usualLatencyMs(), isCareful: knee !== null || load.hasRisen(), successes: successesSinceRefusal });
      note(nowMs, 'probe');
    },
    setMaximum(next, nowMs) {
      maximum = next;
      window.setMaximum(next);
      note(nowMs, 'maximum');
    },
    limit: () => window.limit(),
    learntRequestsPerMinute: (nowMs) => (pacer ? 60 * pacer.perSecond(nowMs) : null),
    lastChange: () => history.last(),
    takeChanges: () => history.take(),
    lastGood: () => ({ limit: Math.min(window.limit(), Math.max(1, Math.round(goodInFlight))), isProven: !window.isSlowStart() }),
  };
}

/** What was cut short while it still grew, for lack of tasks, says nothing about what goes. */
function firstLimit(lastGood: LastGoodLimit | null): number {
  if (lastGood === null) return FIRST_LIMIT;
  return lastGood.isProven ? Math.max(1, lastGood.limit) : Math.max(FIRST_LIMIT, lastGood.limit);
}
