/** The words of the project, as types. See README "Vocabulary". */

/** Order is part of the wire format: a status travels as its position here. */
export const TASK_STATUSES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export type RunStatus = 'ready' | 'running' | 'pausing' | 'paused' | 'completed' | 'cancelled';

/** Order is part of the wire format: a class travels as its position here plus one, 0 meaning none. */
export const FAILURE_CLASSES = [
  'auth',
  'quota',
  'rate_limit',
  'server',
  'network',
  'timeout',
  'tls',
  'redirect',
  'bad_request',
  'context_length',
  'invalid_response',
  'stream_cut',
  'schema',
  'interrupted',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/**
 * Why a run is paused. `user` is the only one that a person caused on purpose; `interrupted` means that the program
 * ended while the run was on; all others stopped the batch to save what is left of it. `offline`: no connection comes
 * about; `provider_down`: it answers with nothing but errors of its own.
 */
export type StopReason =
  | 'user'
  | 'interrupted'
  | 'auth'
  | 'quota'
  | 'tls'
  | 'model_not_found'
  | 'rate_limit'
  | 'offline'
  | 'provider_down'
  | 'identical_failures'
  | 'disk'
  | 'internal';

/**
 * What holds throughput down at this moment: the "limited by" chip. `provider`: it failed several times in a row, so only
 * a probe goes out now and then.
 */
export type LimitedBy = 'setting' | 'rate_limit' | 'provider' | 'backoff' | 'few_tasks' | 'nothing';

/** Allowed concurrency, tasks in flight. */
export const CONCURRENCY_MIN = 1;
export const CONCURRENCY_MAX = 1000;
/** Highest `maxTokens` that may be asked for, tokens. */
export const MAX_TOKENS_LIMIT = 10_000_000;
/** Stops of the concurrency slider. */
export const CONCURRENCY_STOPS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128] as const;

export const DEFAULTS = {
  concurrency: 4,
  maxAttempts: 5,
  timeoutMs: 120_000,
  repeats: 5,
} as const;

/** Everything that decides what is sent, fixed when a run starts. */
export interface RunSettings {
  /** Prompt template with `{{column}}` placeholders. */
  readonly template: string;
  /** System prompt template; '' sends none. */
  readonly system: string;
  /** Id of a known provider, or null for one that was given by base URL only (terminal). */
  readonly providerId: string | null;
  readonly providerName: string;
  /** Base URL including the version path, e.g. `https://api.openai.com/v1`; '' for the simulated provider. */
  readonly baseUrl: string;
  readonly simulated: boolean;
  readonly model: string;
  /** Tasks in flight at most, 1 to 1000. */
  readonly concurrency: number;
  /** Attempts per task at most, 1 to 100; rate-limited attempts do not count. */
  readonly maxAttempts: number;
  /** Time allowed for one attempt, 1 to 2^31-1 ms. */
  readonly timeoutMs: number;
  /** `max_tokens` of the request; null sends none. */
  readonly maxTokens: number | null;
  /** 0 to 2; null sends none. */
  readonly temperature: number | null;
  readonly stream: boolean;
}

/**
 * What a person changed for a failed task before it is sent again; null leaves the run's own. Each attempt keeps the
 * edit it was sent with, so that a changed setting never silently mixes with older answers.
 */
export interface TaskEdit {
  /** The whole prompt as it is sent, in place of the rendered template; for one task only. */
  readonly prompt: string | null;
  readonly template: string | null;
  readonly system: string | null;
  readonly model: string | null;
  readonly maxTokens: number | null;
  readonly temperature: number | null;
  readonly timeoutMs: number | null;
}

/** Bits of a task's `flags`: what someone who uses the answer should know. */
export const TASK_FLAGS = {
  /** Sent again after an attempt of which no answer came though bytes had left. */
  maybeBilledTwice: 1,
  /** Its last attempt was sent with changed settings. */
  edited: 2,
  /** The answer was cut at the token limit (finish_reason `length`). */
  cutShort: 4,
  /** The provider's filter took something away (finish_reason `content_filter`). */
  filtered: 8,
  /** The text looks complete, but the provider named no finish_reason. */
  unconfirmed: 16,
} as const;
export type TaskFlag = keyof typeof TASK_FLAGS;

/** What holds for all batches of a data folder. */
export interface AppSettings {
  /**
   * What becomes of a task that was in flight when the program ended: `once` sends it again when the run is resumed
   * (flagged, at most once), `ask` parks it with the failures, to be retried by hand.
   */
  readonly resendInterrupted: 'once' | 'ask';
}

/**
 * A stretch in which time did not pass as usual: the machine `slept`, the program was `stopped` (SIGSTOP, a debugger, a
 * machine without breath), or the wall `clock` was set.
 */
export interface ClockGap {
  readonly kind: 'slept' | 'stopped' | 'clock';
  /** Its length, ms; for `clock` how far the clock was set, negative when back. */
  readonly durationMs: number;
  /** Wall clock at the end of it, ISO 8601 UTC. */
  readonly at: string;
}

/** How a run was found at the start of the program after it had ended without a goodbye. */
export interface RunInterruption {
  /** Tasks that were in flight and may have been billed. */
  readonly inFlight: number;
  /** How many of them are parked with the failures: interrupted a second time, or the setting says ask. */
  readonly parked: number;
}

export interface Provider {
  readonly id: string;
  readonly name: string;
  /** '' for the simulated provider, whose port changes with every start. */
  readonly baseUrl: string;
  readonly model: string;
  readonly simulated: boolean;
  /** Last four characters of the key held in memory, or null when none is. */
  readonly keyHint: string | null;
}

/** A run as a list shows it and as events carry it: absolute values, so that the latest one wins. */
export interface RunHeader {
  readonly runId: string;
  readonly batchId: string;
  readonly batchName: string;
  readonly status: RunStatus;
  readonly stopReason: StopReason | null;
  /** One sentence for people on why the run stopped and what to do; null unless paused by something. */
  readonly stopMessage: string | null;
  readonly settings: RunSettings;
  /** Tasks in this run; fewer than the batch's in a trial run. */
  readonly total: number;
  readonly queued: number;
  readonly running: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly attempts: number;
  readonly retries: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Limit that the engine applies now, tasks in flight. */
  readonly effectiveConcurrency: number;
  readonly peakInFlight: number;
  readonly limitedBy: LimitedBy;
  /** While `limitedBy` is `provider`: what it failed with last, for people; else null. */
  readonly trouble: string | null;
  /** Run clock at the time of this header: active ms since the first start, without pauses, over all lives. */
  readonly activeMs: number;
  /** Run clock of the first send and of the last finish; null before. */
  readonly firstSentMs: number | null;
  readonly lastFinishedMs: number | null;
  /** Slots over time: from `atMs` (run clock) on the limit was `slots`. Ascending. */
  readonly slotSteps: readonly SlotStep[];
  /** The latest interruption, until the run is resumed; null when there is none. */
  readonly interruption: RunInterruption | null;
  /** Wall clock, ISO 8601 UTC, for labels only. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export interface SlotStep {
  readonly atMs: number;
  readonly slots: number;
}

/** What a task failed with, as shown to people and kept in the store. */
export interface Failure {
  readonly class: FailureClass;
  /** HTTP status, or null when no answer came. */
  readonly httpStatus: number | null;
  /** The provider's or system's own code, e.g. `insufficient_quota` or `ECONNREFUSED`; null when none. */
  readonly code: string | null;
  /** One or two sentences, keys redacted, at most 2,000 characters. */
  readonly message: string;
  /** True when bytes may have reached the provider, so that the attempt may have been billed. */
  readonly maybeBilled: boolean;
  /** What the provider asked to wait, in ms; null when it did not say. */
  readonly retryAfterMs: number | null;
  /** Provider's word on retrying (`x-should-retry`); null when it did not say. */
  readonly shouldRetry: boolean | null;
}
