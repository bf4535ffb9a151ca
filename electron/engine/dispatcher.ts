import { assertNever } from '../../shared/errors.ts';
import type { LimitedBy } from '../../shared/vocabulary.ts';
import { createAlarm } from './alarm.ts';
import type { EndedAttempt } from './attempts.ts';
import type { Backlog, HeldTask, Place } from './backlog.ts';
import { createLane } from './lane.ts';
import type { Provider } from './providers.ts';
import type { RateGate } from './rate-gate.ts';
import type { RunClock } from './run-clock.ts';

/** Decides what goes out next and when: the lane (how many at once), the backlog (which) and the provider (not now). */
export interface Dispatcher {
  /** Lets tasks go out, as far as the provider admits them. */
  open(): void;
  /** Lets nothing more go out until `open`; what the provider asked to wait runs on. */
  hold(): void;
  /** What the provider admits may have changed. */
  reconsider(): void;
  /** How many tasks may be in flight; feeds the lane as well. */
  setLimit(limit: number): void;
  /** Keeps about twice the limit in the lane: in flight and next in line. */
  feed(): void;
  /** A task goes back to its place in the queue after an attempt, at once (null) or after a backoff. */
  putBack(task: HeldTask, ended: EndedAttempt, delayMs: number | null, place: Place): void;
  /** Whether nothing waits any more, neither for a slot nor for its backoff. */
  isEmpty(): boolean;
  /** `requested`: the limit that the user asked for. */
  limitedBy(inFlight: number, requested: number): LimitedBy;
  /** Forgets all that waits; it is read from the store again when needed. */
  clear(): void;
}

export interface DispatcherParts {
  readonly backlog: Backlog;
  readonly gate: RateGate;
  readonly provider: Pick<Provider, 'admission' | 'takeProbe' | 'endProbe'>;
  readonly clock: RunClock;
  /** The clock of the provider. */
  readonly monotonicMs: () => number;
  readonly limit: number;
  /** Runs a task's next attempt to its end; `probe` is its number as a probe, or null. */
  readonly runTask: (task: HeldTask, probe: number | null) => Promise<void>;
  /** Told of what is thrown in a slot or when a wait is over, where nobody else would see it: the store may refuse. */
  readonly failed: (thrown: unknown) => void;
}

export function createDispatcher({ backlog, gate, provider, clock, monotonicMs, limit: startLimit, runTask, failed }: DispatcherParts): Dispatcher {
  const lane = createLane(startLimit, failed);
  let limit = startLimit;
  let isAllowed = false;
  /** Allowed by the run, and admitted by the provider. */
  let isOpen = false;

  const runNext = async (): Promise<void> => {
    const task = isOpen ? backlog.next() : null;
    if (task) await runTask(task, null);
  };
  const runProbe = async (): Promise<void> => {
    if (!isAllowed || !backlog.hasReady()) return;
    const probe = provider.takeProbe();
    if (probe === null) return;
    try {
      const task = backlog.nextForProbe();
      if (task) await runTask(task, probe);
    } finally {
      provider.endProbe(probe);
    }
  };
  const fillLane = (): void => {
    if (!isOpen) return;
    while (lane.waiting() < limit && backlog.hasReady()) {
      lane.add(runNext);
    }
  };
  const reconsider = (): void => {
    if (!isAllowed) return;
    const admission = provider.admission();
    if (admission.kind === 'open') {
      gate.open();
      alarm.clear();
      isOpen = true;
      lane.open();
      fillLane();
      return;
    }
    isOpen = false;
    lane.hold();
    gate.close();
    if (admission.kind === 'held') {
      alarm.set(admission.untilMs);
      return;
    }
    if (admission.probeAtMs > monotonicMs()) {
      alarm.set(admission.probeAtMs);
      return;
    }
    // A probe is due. It goes through the lane, alone, so that it takes a slot like any other.
    lane.clear();
    lane.add(runProbe);
    lane.open();
  };
  const guarded = (action: () => void) => (): void => {
    try {
      action();
    } catch (error) {
      failed(error);
    }
  };
  const alarm = createAlarm(monotonicMs, guarded(reconsider));
  const feed = (): void => {
    if (isOpen) fillLane();
    else reconsider();
  };
  return {
    open() {
      isAllowed = true;
      reconsider();
    },
    hold() {
      isAllowed = false;
      isOpen = false;
      lane.hold();
      alarm.clear();
    },
    reconsider,
    setLimit(next) {
      if (next !== limit) lane.setConcurrency(next);
      limit = next;
      feed();
    },
    feed,
    putBack(task, ended, delayMs, place) {
      const next: HeldTask = { ...task, backoffMs: delayMs ?? 0, readySinceMs: ended.finishedMs + (delayMs ?? 0), gateMsAtReady: gate.closedMs() };
      if (delayMs === null) {
        backlog.putBack(next, place);
        return;
      }
      const ready = guarded(() => {
        next.gateMsAtReady = gate.closedMs();
        next.readySinceMs = Math.min(next.readySinceMs, clock.nowMs());
        feed();
      });
      backlog.putBackLater(next, delayMs, place, ready);
    },
    isEmpty: () => backlog.waitingForBackoff() === 0 && !backlog.hasReady(),
    limitedBy(inFlight, requested) {
      const admission = provider.admission();
      switch (admission.kind) {
        case 'held':
          return 'rate_limit';
        case 'paused':
          return 'provider';
        case 'open':
          if (inFlight >= limit || backlog.hasReady()) return limit < requested ? 'rate_limit' : 'setting';
          return backlog.waitingForBackoff() > 0 ? 'backoff' : 'few_tasks';
        default:
          return assertNever(admission);
      }
    },
    clear() {
      isAllowed = false;
      isOpen = false;
      backlog.clear();
      lane.clear();
      alarm.clear();
      gate.open();
    },
  };
}
