const RETRY_DELAY_MS = 1000;

/** Brings a run to its end exactly once: all of it on disk, or, where that fails, tried again every second. */
export interface RunEnding {
  begin(): void;
  hasBegun(): boolean;
  /** Stops trying: the program ends, and what is on disk is sorted out at the next start. */
  giveUp(): void;
}

export interface RunEndingSteps {
  /** Commits what waits. May throw a store error. */
  flush(): void;
  /** Writes down how it ended. May throw a store error; is then called again. */
  conclude(): void;
  /** A step failed (the disk refuses); told once. */
  refused(thrown: unknown): void;
  /** Called once, at the very end. */
  over(): void;
}

export function createRunEnding(steps: RunEndingSteps): RunEnding {
  let state: 'not begun' | 'trying' | 'refused' | 'over' = 'not begun';
  let givenUp = false;
  let timer: NodeJS.Timeout | null = null;

  const finish = (): void => {
    state = 'over';
    steps.over();
  };
  const fail = (error: unknown): void => {
    if (state === 'trying') steps.refused(error);
    state = 'refused';
    if (givenUp) finish();
    else timer = setTimeout(attempt, RETRY_DELAY_MS);
  };
  const attempt = (): void => {
    timer = null;
    try {
      steps.flush();
    } catch (error) {
      fail(error);
      return;
    }
    // Whoever waits for what was just committed comes first, so that it is counted.
    setImmediate(() => {
      try {
        steps.conclude();
      } catch (error) {
        fail(error);
        return;
      }
      finish();
    });
  };
  return {
    begin() {
      if (state !== 'not begun') return;
      state = 'trying';
      attempt();
    },
    hasBegun: () => state !== 'not begun',
    giveUp() {
      givenUp = true;
      if (!timer) return;
      clearTimeout(timer);
      timer = null;
      finish();
    },
  };
}
