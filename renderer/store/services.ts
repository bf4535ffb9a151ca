import type { TasklaneClient } from '../client/client.ts';

/** What the store needs of its surroundings, passed in so that it runs without a browser. */
export interface Services {
  readonly client: TasklaneClient;
  /** Monotonic clock, ms. */
  readonly nowMs: () => number;
  /** Runs once, before the next paint (soon, where nothing is painted). */
  readonly onFrame: (run: () => void) => void;
  readonly copyText: (text: string) => Promise<void>;
  /** Small settings of this screen that survive a reload. */
  readonly preferences: { get(key: string): string | null; set(key: string, value: string): void };
  /** Prefix for names of watchers, different for each page. */
  readonly pageId: string;
}

/** Runs the latest of several calls once `waitMs` have passed without a new one; `flush` runs it at once. */
export interface Debounced {
  readonly call: (run: () => void) => void;
  readonly flush: () => void;
  readonly cancel: () => void;
}

export function debounce(waitMs: number): Debounced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pending: (() => void) | null = null;
  const flush = (): void => {
    clearTimeout(timer);
    const run = pending;
    pending = null;
    run?.();
  };
  return {
    call(run) {
      clearTimeout(timer);
      pending = run;
      timer = setTimeout(flush, waitMs);
    },
    flush,
    cancel() {
      clearTimeout(timer);
      pending = null;
    },
  };
}
