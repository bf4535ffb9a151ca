import type { Executor } from '../executors/executor.ts';
import type { Store } from '../store/open.ts';
import type { EngineListener } from './listener.ts';
import type { Provider } from './providers.ts';

/** What a run needs from outside; clock and randomness are passed in. */
export interface RunSurroundings {
  readonly store: Store;
  /** What all runs share that send to the same place. */
  readonly provider: Provider;
  /** Nothing is sent before it is there. */
  readonly executor: Promise<Executor>;
  readonly listener: EngineListener;
  readonly monotonicMs: () => number;
  readonly wallClock: () => Date;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** What a run that goes on has to know beyond what is stored. */
export interface EarlierLife {
  /** Since when untouched tasks could be sent (run clock); later than 0 for an extended trial run. */
  readonly untouchedSinceMs: number;
  /** How long the rate gate was closed so far. */
  readonly gateClosedMs: number;
}
