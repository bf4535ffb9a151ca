import type { QueuedTask, RunTasks } from '../store/run-tasks.ts';
import { TIMER_MAX_MS } from './alarm.ts';
import { countTries, type Tries } from './retry-policy.ts';

/** A task in memory: about to be sent, in flight, or waiting for its next attempt. */
export interface HeldTask extends QueuedTask {
  /** When it could be sent first (run clock), or since its backoff ended. */
  readySinceMs: number;
  /** Reading of the rate gate's total at that time, so that the part of the wait that was the provider's is known. */
  gateMsAtReady: number;
  /** Backoff before the next attempt, ms. */
  backoffMs: number;
  /** 429s in a row that this task got since the run was started or resumed, and the provider's successes at the latest. */
  refusals: number;
  successesAtRefusal: number;
  /** How its attempts that count failed. */
  tries: Tries;
}

export interface BacklogRun {
  readonly runId: string;
  readonly batchId: string;
  readonly total: number;
  /** Since when untouched tasks could be sent (run clock): the start, or the extension of a trial run. */
  readonly untouchedSinceMs: number;
  readonly untouchedGateMs: number;
  /** Since when tasks queued again could be sent (run clock), and the rate gate's total at that time. */
  requeuedSinceMs: number;
  requeuedGateMs: number;
}

/** Where in the queue a task is put back: before all that wait, or behind them. */
export type Place = 'head' | 'end';

/**
 * The order in which tasks go out: those ready for another attempt first, then tasks queued again, then untouched ones
 * in input order, then those put to the end. It reads the store page by page, so that a million tasks cost disk, not memory.
 */
export interface Backlog {
  /** The next task, or null when none is ready now. */
  next(): HeldTask | null;
  /** A task for a probe: one that was not tried yet, so that no task uses up its attempts on a provider in trouble. */
  nextForProbe(): HeldTask | null;
  /** Whether `next` would give a task. */
  hasReady(): boolean;
  /** Whether tasks are left that this backlog never gave out. */
  isFreshLeft(): boolean;
  /** Ready at once. */
  putBack(task: HeldTask, place: Place): void;
  /** Ready again after `delayMs`; then `ready` is called. */
  putBackLater(task: HeldTask, delayMs: number, place: Place, ready: () => void): void;
  release(index: number): void;
  isHeld(index: number): boolean;
  waitingForBackoff(): number;
  /** Looks for tasks queued again from the start (after a retry or an extension). */
  rewind(): void;
  /** Drops a task that is not in flight; true when it was there. */
  drop(index: number): boolean;
  /** Forgets all that is not in flight, timers included. */
  clear(): void;
}

const PAGE = 200;
/** Beyond this many tasks in backoff no untouched ones are begun, so that a failing provider can't fill the memory. */
const BACKOFF_LIMIT = 2000;

export function createBacklog(run: BacklogRun, tasks: RunTasks): Backlog {
  const held = new Set<number>();
  const again: HeldTask[] = [];
  const last: HeldTask[] = [];
  let page: QueuedTask[] = [];
  const timers = new Map<number, NodeJS.Timeout>();
  let requeuedAfter = -1;
  let untouchedAfter = -1;
  let requeuedLeft = true;
  let untouchedLeft = true;

  const fill = (): void => {
    while (page.length === 0 && requeuedLeft) {
      const rows = tasks.requeued(run.runId, run.batchId, requeuedAfter, PAGE);
      requeuedLeft = rows.length === PAGE;
      requeuedAfter = rows.at(-1)?.index ?? requeuedAfter;
      page = rows.filter((task) => !held.has(task.index)).reverse();
    }
    while (page.length === 0 && untouchedLeft && timers.size < BACKOFF_LIMIT) {
      const rows = tasks.untouched(run.runId, run.batchId, run.total, untouchedAfter, PAGE);
      untouchedAfter = rows.at(-1)?.index ?? untouchedAfter;
      page = rows.filter((task) => !held.has(task.index)).reverse();
      untouchedLeft = rows.length === PAGE;
    }
  };
  const nextFresh = (): HeldTask | null => {
    if (page.length === 0) fill();
    const task = page.pop();
    if (!task) return null;
    held.add(task.index);
    const [readySinceMs, gateMsAtReady] = task.isTouched ? [run.requeuedSinceMs, run.requeuedGateMs] : [run.untouchedSinceMs, run.untouchedGateMs];
    // The store knows how many there were; all of them count as what the latest was.
    const { failure, spent } = task.standing;
    const tries = failure ? countTries({}, failure, spent) : {};
    return { ...task, readySinceMs, gateMsAtReady, backoffMs: 0, refusals: 0, successesAtRefusal: 0, tries };
  };
  return {
    next: () => again.shift() ?? nextFresh() ?? last.shift() ?? null,
    nextForProbe: () => nextFresh() ?? again.shift() ?? last.shift() ?? null,
    hasReady() {
      if (again.length === 0 && page.length === 0) fill();
      return again.length > 0 || page.length > 0 || last.length > 0;
    },
    isFreshLeft() {
      if (page.length === 0) fill();
      return page.length > 0 || untouchedLeft;
    },
    putBack(task, place) {
      if (place === 'head') again.unshift(task);
      else last.push(task);
    },
    putBackLater(task, delayMs, place, ready) {
      const timer = setTimeout(
        () => {
          timers.delete(task.index);
          (place === 'head' ? again : last).push(task);
          ready();
        },
        Math.min(delayMs, TIMER_MAX_MS),
      );
      timers.set(task.index, timer);
    },
    release(index) {
      held.delete(index);
    },
    isHeld: (index) => held.has(index),
    waitingForBackoff: () => timers.size,
    rewind() {
      requeuedAfter = -1;
      requeuedLeft = true;
    },
    drop(index) {
      const timer = timers.get(index);
      if (timer) clearTimeout(timer);
      timers.delete(index);
      let there = timer !== undefined;
      for (const list of [again, page, last]) {
        const position = list.findIndex((task) => task.index === index);
        if (position < 0) continue;
        list.splice(position, 1);
        there = true;
      }
      if (there) held.delete(index);
      return there;
    },
    clear() {
      for (const [index, timer] of timers) {
        clearTimeout(timer);
        held.delete(index);
      }
      timers.clear();
      for (const task of [...again.splice(0), ...last.splice(0)]) held.delete(task.index);
      page = [];
      requeuedAfter = -1;
      untouchedAfter = -1;
      requeuedLeft = true;
      untouchedLeft = true;
    },
  };
}
