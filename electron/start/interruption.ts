/** How often to look whether the parent process is still there. */
const PARENT_POLL_MS = 1000;
/** npm hands Ctrl+C on to a program that the terminal has told already: two within this time are one. */
const SAME_PRESS_MS = 300;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /** Ctrl+C, a polite kill, a closed pipe or a vanished parent process. Returns the way to stop listening. */
  on(listener: () => void): () => void;
}

/** Listens to this process's signals and parent while anyone listens; else signals do what they do by default. */
export function processInterruption(): Interruption {
  const listeners = new Set<() => void>();
  const parent = process.ppid;
  let lastMs = Number.NEGATIVE_INFINITY;
  let poll: NodeJS.Timeout | undefined;

  const interrupt = (): void => {
    const nowMs = performance.now();
    if (nowMs - lastMs < SAME_PRESS_MS) return;
    lastMs = nowMs;
    for (const listener of listeners) listener();
  };
  const watchParent = (): void => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    interrupt();
  };
  const begin = (): void => {
    for (const signal of SIGNALS) process.on(signal, interrupt);
    poll = setInterval(watchParent, PARENT_POLL_MS);
    poll.unref();
  };
  const end = (): void => {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    clearInterval(poll);
  };

  // Whoever read our output has gone (`tasklane … | head`): nobody waits for the rest, and writing on is no crash.
  process.stdout.on('error', interrupt);
  process.stderr.on('error', interrupt);
  return {
    on(listener) {
      if (listeners.size === 0) begin();
      listeners.add(listener);
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) end();
      };
    },
  };
}
