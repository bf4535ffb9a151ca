import type { ServerCount } from '../mock/protocol.ts';

export const CONTENDER_NAMES = ['tasklane', 'undici-pool', 'openai-p-queue', 'journal-on', 'journal-in-memory', 'journal-off', 'tasklane-stream', 'openai-stream', 'undici-stream'] as const;
export type ContenderName = (typeof CONTENDER_NAMES)[number];

/** What a contender is to do, in a process of its own. */
export interface ContenderPlan {
  readonly contender: ContenderName;
  readonly baseUrl: string;
  /** Tasks of one run. */
  readonly count: number;
  readonly concurrency: number;
  /** Runs on end in the same process: the first one is cold, the later ones find warm code and open connections. */
  readonly runs: number;
  /** The tasks as a file, for those that import. */
  readonly taskFile: string;
  /** An empty folder, for those that keep something. */
  readonly dataDir: string;
  /** Tokens of each answer, for those that stream; each is the mock server's `TOKEN`. */
  readonly tokens?: number;
  /** Whether the delay of the event loop is measured: a timer of 1 ms, which costs. Default no. */
  readonly watchesLoop?: boolean;
}

export interface ContenderRun {
  /** Until the last answer is there; with us, until it is on disk and the run is marked as completed. */
  readonly wallMs: number;
  /** CPU time of the contender's process, all threads. */
  readonly cpuMs: number;
  /** 99th percentile of how long a timer of 1 ms took, ms: 1 would be no delay at all. null where it was not watched. */
  readonly loopDelayP99Ms: number | null;
  readonly server: ServerCount;
}

export interface ContenderResult {
  readonly runs: readonly ContenderRun[];
  readonly peakRssMb: number;
}

export interface PreparedContender {
  /** Sends every task once; gives the number of answers. */
  run(): Promise<number>;
  /** Not measured. Throws where what was kept is not what was sent. */
  close(): Promise<void>;
}

/** Everything that is not measured: import of modules and files, opening of stores. */
export type PrepareContender = (plan: ContenderPlan) => Promise<PreparedContender>;
