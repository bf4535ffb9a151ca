import type { LimitedBy, RunHeader, RunStatus, SlotStep, StopReason } from '../../shared/vocabulary.ts';

/** The numbers of a run that is on. Kept here so that a header costs nothing. */
export interface Progress {
  header(now: { readonly activeMs: number; readonly limitedBy: LimitedBy; readonly trouble: string | null; readonly inFlight: number }): RunHeader;
  setStatus(status: RunStatus, stop?: { readonly reason: StopReason; readonly message: string } | null): void;
  setSlots(atMs: number, slots: number): void;
  /** What the user asks for. */
  setConcurrency(concurrency: number): void;
  /** What is applied of it. */
  setLimit(limit: number): void;
  attemptBegun(sentMs: number, number: number, inFlight: number): void;
  attemptEnded(finishedMs: number, inputTokens: number | null, outputTokens: number | null): void;
  /** So many more tasks have ended this way, on disk; negative when they were put back into the queue. */
  count(status: 'completed' | 'failed' | 'cancelled', by: number): void;
  started(wallClock: string): void;
  ended(wallClock: string | null): void;
}

/**
 * Steps of the limit that are kept as they were; beyond, steps that follow each other within this part of the time so far
 * are one, so that days under a changing rate limit do not make a header of megabytes.
 */
const STEPS_IN_FULL = 500;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Starts from a stored header. */
export function createProgress(stored: RunHeader): Progress {
  const state: Mutable<RunHeader> = { ...stored };
  let slotSteps: SlotStep[] = [...stored.slotSteps];
  return {
    // What is answered but not on disk yet counts as queued: a result is shown only once it is safe, and what is in
    // flight is never shown above the limit.
    header: ({ activeMs, limitedBy, trouble, inFlight }) => ({
      ...state,
      slotSteps,
      activeMs,
      limitedBy,
      trouble,
      running: inFlight,
      queued: state.total - state.completed - state.failed - state.cancelled - inFlight,
    }),
    setStatus(status, stop = null) {
      state.status = status;
      state.stopReason = stop?.reason ?? null;
      state.stopMessage = stop?.message ?? null;
    },
    setSlots(atMs, slots) {
      const latest = slotSteps.at(-1);
      if (latest?.slots === slots) return;
      if (latest && slots > 0 && latest.slots > 0 && slotSteps.length >= STEPS_IN_FULL && atMs - latest.atMs < atMs / STEPS_IN_FULL) {
        slotSteps = [...slotSteps.slice(0, -1), { atMs: latest.atMs, slots }];
        return;
      }
      const earlier = slotSteps.at(-1)?.atMs === atMs ? slotSteps.slice(0, -1) : slotSteps;
      slotSteps = [...earlier, { atMs, slots }];
    },
    setConcurrency(concurrency) {
      state.effectiveConcurrency = concurrency;
      state.settings = { ...state.settings, concurrency };
    },
    setLimit(limit) {
      state.effectiveConcurrency = limit;
    },
    attemptBegun(sentMs, number, inFlight) {
      state.attempts += 1;
      if (number > 1) state.retries += 1;
      state.firstSentMs ??= sentMs;
      state.peakInFlight = Math.max(state.peakInFlight, inFlight);
    },
    attemptEnded(finishedMs, inputTokens, outputTokens) {
      state.lastFinishedMs = Math.max(state.lastFinishedMs ?? 0, finishedMs);
      // A sum beyond would be one that the store can't give back.
      state.inputTokens = Math.min(state.inputTokens + (inputTokens ?? 0), Number.MAX_SAFE_INTEGER);
      state.outputTokens = Math.min(state.outputTokens + (outputTokens ?? 0), Number.MAX_SAFE_INTEGER);
    },
    count(status, by) {
      state[status] += by;
    },
    started(wallClock) {
      state.interruption = null;
      state.startedAt ??= wallClock;
      state.endedAt = null;
    },
    ended(wallClock) {
      state.endedAt = wallClock;
    },
  };
}
