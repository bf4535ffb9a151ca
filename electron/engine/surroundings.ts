import type { Executor } from '../executors/executor.ts';
import type { Store } from '../store/open.ts';
import type { EngineListener } from './listener.ts';

/** What a run needs from outside; clock and randomness are passed in. */
export interface RunSurroundings {
  readonly store: Store;
  readonly executor: Executor;
  readonly listener: EngineListener;
  readonly monotonicMs: () => number;
  readonly wallClock: () => Date;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}
