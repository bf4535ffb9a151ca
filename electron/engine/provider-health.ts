import { assertNever } from '../../shared/errors.ts';
import type { Failure } from '../../shared/vocabulary.ts';
import { fullJitterMs, LONGEST_WAIT_MS } from './retry-policy.ts';

/** A provider that can't be reached (nothing was sent), or that answers with errors of its own. */
export type Trouble = 'network' | 'server';

/** What may go out to a provider now. */
export type Admission =
  | { readonly kind: 'open' }
  /** It asked for a wait. */
  | { readonly kind: 'held'; readonly untilMs: number }
  /** It failed several times in a row: one probe at a time. `probeAtMs` is Infinity while one is under way. */
  | { readonly kind: 'paused'; readonly probeAtMs: number };

export interface Outage {
  readonly trouble: Trouble;
  readonly sinceMs: number;
  readonly probesFailed: number;
  /** The latest failure that says so. */
  readonly failure: Failure;
}

/** An attempt that failed. */
export interface FailedAttempt {
  readonly failure: Failure;
  /** The number that `takeProbe` gave it; null when it was no probe. */
  readonly probe: number | null;
  readonly finishedMs: number;
  /** Whether tasks wait that were not tried yet, so that there is a queue to protect. Asked only when it matters. */
  readonly isQueueLeft: () => boolean;
}

/**
 * What is known of a provider's health: a state machine without clock or timers of its own; all times in ms on one clock
 * that never goes back.
 *
 * open --5 failures in a row--> paused --probe succeeds or is answered--> open
 *                               paused --probe fails--> paused, the next probe later
 * Beside it a hold: until a time that a rate limit asked for, nothing goes out at all, not even a probe.
 */
export interface ProviderHealth {
  admission(nowMs: number): Admission;
  outage(): Outage | null;
  /** How many attempts have succeeded so far. */
  successes(): number;
  succeeded(): void;
  /** Counts a 429; how many holds in a row that makes. A burst that was refused together is one. */
  refused(sentMs: number, finishedMs: number): number;
  holdUntil(untilMs: number): void;
  failed(attempt: FailedAttempt): void;
  /** The number of the probe that may go out now; null when none may. */
  takeProbe(nowMs: number): number | null;
  /**
   * A probe is over. Where nothing was learnt from it (cancelled, never sent) the next one may go out at once; returns
   * whether that is so.
   */
  dropProbe(probe: number, nowMs: number): boolean;
  /** The clock stood still for this long while time went on: waits end so much sooner. */
  passed(durationMs: number): void;
  /** Nobody uses the provider any more: trouble is forgotten, a hold is not. */
  rest(): void;
}

/** Failures in a row, without an answer between, that pause a provider. */
const FAILURES_TO_PAUSE = 5;
const PROBE_BASE_MS = 1000;
const PROBE_CAP_MS = { server: 30_000, network: 60_000 } as const satisfies Record<Trouble, number>;
/** Nothing is left to protect then, and whoever waits for the last few tasks wants to know soon. */
const PROBE_CAP_WITHOUT_QUEUE_MS = 5000;

interface Pause extends Outage {
  readonly probeAtMs: number;
  /** The probe that is under way. */
  readonly probe: number | null;
}

/** `random`: uniform in [0, 1). */
export function createProviderHealth(random: () => number): ProviderHealth {
  let successes = 0;
  let consecutiveFailures = 0;
  let pause: Pause | null = null;
  let probes = 0;
  let heldUntilMs = -Infinity;
  let heldSinceMs = -Infinity;
  let consecutiveHolds = 0;

  const open = (): void => {
    pause = null;
    consecutiveFailures = 0;
  };
  const pauseAfter = (probesFailed: number, trouble: Trouble, sinceMs: number, { failure, finishedMs, isQueueLeft }: FailedAttempt): void => {
    const capMs = isQueueLeft() ? PROBE_CAP_MS[trouble] : PROBE_CAP_WITHOUT_QUEUE_MS;
    const delayMs = Math.max(fullJitterMs(probesFailed + 1, PROBE_BASE_MS, random, capMs), Math.min(failure.retryAfterMs ?? 0, LONGEST_WAIT_MS));
    pause = { trouble, sinceMs, probesFailed, failure, probeAtMs: finishedMs + delayMs, probe: null };
  };
  return {
    admission(nowMs) {
      if (nowMs < heldUntilMs) return { kind: 'held', untilMs: heldUntilMs };
      return pause ? { kind: 'paused', probeAtMs: pause.probe === null ? pause.probeAtMs : Infinity } : { kind: 'open' };
    },
    outage: () => pause,
    successes: () => successes,
    succeeded() {
      successes += 1;
      consecutiveHolds = 0;
      open();
    },
    refused(sentMs, finishedMs) {
      if (sentMs >= heldSinceMs) {
        consecutiveHolds += 1;
        heldSinceMs = finishedMs;
      }
      return consecutiveHolds;
    },
    holdUntil(untilMs) {
      heldUntilMs = Math.max(heldUntilMs, untilMs);
    },
    failed(attempt) {
      const trouble = troubleOf(attempt.failure);
      if (pause) {
        if (attempt.probe === null || attempt.probe !== pause.probe) return;
        if (isAnswer(attempt.failure)) open();
        else pauseAfter(pause.probesFailed + 1, trouble ?? pause.trouble, pause.sinceMs, attempt);
        return;
      }
      if (isAnswer(attempt.failure)) consecutiveFailures = 0;
      if (trouble === null) return;
      consecutiveFailures += 1;
      if (consecutiveFailures >= FAILURES_TO_PAUSE) pauseAfter(0, trouble, attempt.finishedMs, attempt);
    },
    takeProbe(nowMs) {
      if (!pause || pause.probe !== null || nowMs < pause.probeAtMs || nowMs < heldUntilMs) return null;
      probes += 1;
      pause = { ...pause, probe: probes };
      return probes;
    },
    dropProbe(probe, nowMs) {
      if (pause?.probe !== probe) return false;
      pause = { ...pause, probe: null, probeAtMs: nowMs };
      return true;
    },
    passed(durationMs) {
      heldUntilMs -= durationMs;
      if (pause) pause = { ...pause, probeAtMs: pause.probeAtMs - durationMs };
    },
    rest: open,
  };
}

/** What a failure says about the provider as a whole; null when it concerns the task, the key or a single connection. */
export function troubleOf({ class: failureClass, httpStatus, maybeBilled }: Failure): Trouble | null {
  // 409 is a conflict over one request and has a rule of its own.
  if (failureClass === 'server') return httpStatus === 409 ? null : 'server';
  return (failureClass === 'network' || failureClass === 'timeout') && !maybeBilled ? 'network' : null;
}

/** Whether the provider took the request in and had something to say about it, so that it is there again. */
function isAnswer({ class: failureClass, httpStatus }: Failure): boolean {
  switch (failureClass) {
    case 'auth':
    case 'quota':
    case 'rate_limit':
    case 'bad_request':
    case 'context_length':
    case 'schema':
      return true;
    case 'server':
      return httpStatus === 409;
    case 'network':
    case 'timeout':
    case 'tls':
    case 'redirect':
    case 'invalid_response':
    case 'stream_cut':
    case 'interrupted':
      return false;
    default:
      return assertNever(failureClass);
  }
}
