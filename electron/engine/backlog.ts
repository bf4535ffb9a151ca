import type { QueuedTask, RunTasks } from '../store/run-tasks.ts';

/** A task in memory: about to be sent, in flight, or waiting for its next attempt. */
export interface HeldTask extends QueuedTask {
  /** When it could be sent first (run clock), or since its backoff ended. */
  readySinceMs: number;
  /** Reading of the rate gate's total at that time, so that the part of the wait that was the provider's is known. */
  gateMsAtReady: number;
  /** Backoff before the next attempt, ms. */
  backoffMs: number;
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

/**
 * The order in which tasks go out: those ready for another attempt first, then tasks queued again, then untouched ones
 * in input order. It reads the store page by page, so that a million tasks cost disk, not memory.
 */
export interface Backlog {
  /** The next task, or null when none is ready now. */
  next(): HeldTask | null;
  /** Whether `next` would give a task. */
  hasReady(): boolean;
  /** To the head of the queue, ready at once. */
  putBack(task: HeldTask): void;
  /** Ready again after `delayMs`; then `ready` is called. */
  putBackLater(task: HeldTask, delayMs: number, ready: () => void): void;
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
  let page: QueuedTask[] = [];
  const timers = new Map<number, NodeJS.Timeout>();
  let requeuedAfter = -1;
  let untouchedAfter = -1;
  let requeuedLeft = true;

  const fill = (): void => {
    while (page.length === 0 && requeuedLeft) {
      const rows = tasks.requeued(run.runId, run.batchId, requeuedAfter, PAGE);
      requeuedLeft = rows.length === PAGE;
      requeuedAfter = rows.at(-1)?.index ?? requeuedAfter;
      page = rows.filter((task) => !held.has(task.index)).reverse();
    }
    while (page.length === 0 && timers.size < BACKOFF_LIMIT) {
      const rows = tasks.untouched(run.runId, run.batchId, run.total, untouchedAfter, PAGE);
      untouchedAfter = rows.at(-1)?.index ?? untouchedAfter;
      page = rows.filter((task) => !held.has(task.index)).reverse();
      if (rows.length < PAGE) break;
    }
  };
  return {
    next() {
      const ready = again.shift();
      if (ready) return ready;
      if (page.length === 0) fill();
      const task = page.pop();
      if (!task) return null;
      held.add(task.index);
      const [readySinceMs, gateMsAtReady] = task.isTouched ? [run.requeuedSinceMs, run.requeuedGateMs] : [run.untouchedSinceMs, run.untouchedGateMs];
      return { ...task, readySinceMs, gateMsAtReady, backoffMs: 0 };
    },
    hasReady() {
      if (again.length === 0 && page.length === 0) fill();
      return again.length > 0 || page.length > 0;
    },
    putBack(task) {
      again.unshift(task);
    },
    putBackLater(task, delayMs, ready) {
      const timer = setTimeout(() => {
        timers.delete(task.index);
        again.push(task);
        ready();
      }, delayMs);
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
      const position = again.findIndex((task) => task.index === index);
      if (position >= 0) again.splice(position, 1);
      const inPage = page.findIndex((task) => task.index === index);
      if (inPage >= 0) page.splice(inPage, 1);
      const there = timer !== undefined || position >= 0 || inPage >= 0;
      if (there) held.delete(index);
      return there;
    },
    clear() {
      for (const [index, timer] of timers) {
        clearTimeout(timer);
        held.delete(index);
      }
      timers.clear();
      for (const task of again.splice(0)) held.delete(task.index);
      page = [];
      requeuedAfter = -1;
      untouchedAfter = -1;
      requeuedLeft = true;
    },
  };
}
