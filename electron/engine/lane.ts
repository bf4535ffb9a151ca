import PQueue from 'p-queue';

/**
 * The gate in front of a run's tasks: at most `concurrency` jobs at once, in the order they were added. It holds only a
 * small window of the backlog.
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

/** `failed`: told of what a job throws, whose slot is then free again. */
export function createLane(concurrency: number, failed: (thrown: unknown) => void): Lane {
  const queue = new PQueue({ concurrency, autoStart: false });
  return {
    add(job) {
      // Outside of the job only p-queue itself rejects: the promises of jobs that `clear` forgets.
      queue.add(() => job().catch(failed)).catch(() => undefined);
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
