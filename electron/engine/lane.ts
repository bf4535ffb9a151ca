import PQueue from 'p-queue';

/**
 * The gate in front of a run's tasks: at most `concurrency` jobs at once, in the order they were added. It holds only a
 * small window of the backlog. Jobs must not reject.
 */
export interface Lane {
  add(job: () => Promise<void>): void;
  /** Jobs that wait for a slot. */
  waiting(): number;
  /** Takes effect at once when raised; when lowered, what is in flight drains. */
  setConcurrency(concurrency: number): void;
  /** Starts no further job until `open`. */
  hold(): void;
  open(): void;
  /** Forgets the jobs that wait. */
  clear(): void;
}

export function createLane(concurrency: number): Lane {
  const queue = new PQueue({ concurrency, autoStart: false });
  return {
    add(job) {
      // p-queue rejects the promises of jobs that `clear` forgets; nothing else can reject here.
      queue.add(job).catch(() => undefined);
    },
    waiting: () => queue.size,
    setConcurrency(limit) {
      queue.concurrency = limit;
    },
    hold() {
      queue.pause();
    },
    open() {
      queue.start();
    },
    clear() {
      queue.clear();
    },
  };
}
