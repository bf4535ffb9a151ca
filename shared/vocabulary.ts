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
 * ended while the run was on; all others stopped the batch to save what is left of it.
 */
export type StopReason =
  | 'user'
  | 'interrupted'
  | 'auth'
  | 'quota'
  | 'tls'
  | 'model_not_found'
  | 'rate_limit'
  | 'identical_failures'
  | 'disk'
  | 'internal';

/** What holds throughput down at this moment: the "limited by" chip. */
export type LimitedBy = 'setting' | 'rate_limit' | 'backoff' | 'few_tasks' | 'nothing';

/** Allowed concurrency, tasks in flight. */
export const CONCURRENCY_MIN = 1;
export const CONCURRENCY_MAX = 1000;
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
  /** Run clock at the time of this header: active ms since the first start, without pauses, over all lives. */
  readonly activeMs: number;
  /** Run clock of the first send and of the last finish; null before. */
  readonly firstSentMs: number | null;
  readonly lastFinishedMs: number | null;
  /** Slots over time: from `atMs` (run clock) on the limit was `slots`. Ascending. */
  readonly slotSteps: readonly SlotStep[];
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
