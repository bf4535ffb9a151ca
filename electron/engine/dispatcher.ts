import type { LimitedBy } from '../../shared/vocabulary.ts';
import type { EndedAttempt } from './attempts.ts';
import type { Backlog, HeldTask } from './backlog.ts';
import { createLane } from './lane.ts';
import type { RateGate } from './rate-gate.ts';
import type { RunClock } from './run-clock.ts';

/** Decides what goes out next and when: the lane (how many at once), the backlog (which) and the rate gate (not now). */
export interface Dispatcher {
  /** Lets tasks go out, unless the rate gate is closed. */
  open(): void;
  /** Lets nothing more go out until `open`; what the provider asked to wait runs on. */
  hold(): void;
  /** Lets nothing go out for this long, because the provider asked for it. */
  holdFor(delayMs: number): void;
  setConcurrency(concurrency: number): void;
  /** Keeps about twice the concurrency in the lane: in flight and next in line. */
  feed(): void;
  /** A task goes to the head of the queue after an attempt, at once (null) or after a backoff. */
  putBack(task: HeldTask, ended: EndedAttempt, delayMs: number | null): void;
  /** Whether nothing waits any more, neither for a slot nor for its backoff. */
  isEmpty(): boolean;
  limitedBy(inFlight: number): LimitedBy;
  /** Forgets all that waits; it is read from the store again when needed. */
  clear(): void;
}

export interface DispatcherParts {
  readonly backlog: Backlog;
  readonly gate: RateGate;
  readonly clock: RunClock;
  readonly concurrency: number;
  /** Runs a task's next attempt to its end; must not reject. */
  readonly runTask: (task: HeldTask) => Promise<void>;
}

export function createDispatcher({ backlog, gate, clock, concurrency, runTask }: DispatcherParts): Dispatcher {
  const lane = createLane(concurrency);
  let limit = concurrency;
  let isOpen = false;

  const runNext = async (): Promise<void> => {
    const task = isOpen ? backlog.next() : null;
    if (task) await runTask(task);
  };
  const feed = (): void => {
    if (!isOpen) return;
    while (lane.waiting() < limit && backlog.hasReady()) {
      lane.add(runNext);
    }
  };
  const holdLane = (): void => {
    isOpen = false;
    lane.hold();
  };
  return {
    open() {
      if (gate.isClosed()) return;
      isOpen = true;
      lane.open();
      feed();
    },
    hold: holdLane,
    holdFor(delayMs) {
      holdLane();
      gate.close(clock.nowMs() + delayMs);
    },
    setConcurrency(next) {
      limit = next;
      lane.setConcurrency(next);
      feed();
    },
    feed,
    putBack(task, ended, delayMs) {
      const next: HeldTask = { ...task, backoffMs: delayMs ?? 0, readySinceMs: ended.finishedMs + (delayMs ?? 0), gateMsAtReady: gate.closedMs() };
      if (delayMs === null) {
        backlog.putBack(next);
        return;
      }
      backlog.putBackLater(next, delayMs, () => {
        next.gateMsAtReady = gate.closedMs();
        next.readySinceMs = Math.min(next.readySinceMs, clock.nowMs());
        feed();
      });
    },
    isEmpty: () => backlog.waitingForBackoff() === 0 && !backlog.hasReady(),
    limitedBy(inFlight) {
      if (gate.isClosed()) return 'rate_limit';
      if (inFlight >= limit || backlog.hasReady()) return 'setting';
      return backlog.waitingForBackoff() > 0 ? 'backoff' : 'few_tasks';
    },
    clear() {
      backlog.clear();
      lane.clear();
      gate.reset();
    },
  };
}
