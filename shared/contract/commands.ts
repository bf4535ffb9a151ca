import type { AttemptPatch, TaskPatch } from './columns.ts';
import type { RunSummary } from './summary.ts';
import type { AppSettings, Failure, FailureClass, Provider, RunHeader, TaskEdit, TaskStatus } from '../vocabulary.ts';

/** Which screen this is: the Electron window, a browser, or the terminal. */
export type HostKind = 'window' | 'browser' | 'terminal';

/** A file the user gave, named by an opaque id: the page never holds paths. */
export interface SourceRef {
  readonly sourceId: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/** A place the user chose to write to, named by an opaque id. */
export interface TargetRef {
  readonly targetId: string;
  readonly name: string;
}

export interface AppSnapshot {
  readonly seq: number;
  readonly version: string;
  readonly host: HostKind;
  /** For display in Settings. */
  readonly dataDir: string;
  /** Another Tasklane writes to the data folder: everything can be looked at, nothing changed. */
  readonly isReadOnly: boolean;
  /** That other Tasklane, e.g. "Tasklane's terminal (process 12)"; null when it has ended, and where this one writes. */
  readonly writer: string | null;
  /** What happened to the store when it was opened, for people; mostly empty. */
  readonly notices: readonly StoreNotice[];
  readonly settings: AppSettings;
  readonly batches: readonly BatchListItem[];
  readonly providers: readonly Provider[];
  readonly defaultProviderId: string;
}

/**
 * `damaged`: the store could not be read and was set aside; `upgraded`: its layout was updated, a copy of the old one
 * kept; `file_system`: its folder may be shared with programs whose locks don't reach this one.
 */
export interface StoreNotice {
  readonly kind: 'damaged' | 'upgraded' | 'file_system';
  /** One or two sentences that say what happened and where the old file and what could be read of it lie. */
  readonly message: string;
}

/** The failed tasks of a run that went wrong in the same way. */
export interface FailureGroup {
  readonly class: FailureClass;
  /** HTTP status of the answers, or null when none came. */
  readonly httpStatus: number | null;
  /** The provider's or system's own code; null when none. */
  readonly code: string | null;
  /** What the messages have in common: numbers, ids and quotations are replaced by signs. */
  readonly message: string;
  /** The first of them, as the provider said it. */
  readonly example: { readonly index: number; readonly customId: string; readonly message: string };
  /** Positions of the tasks, ascending. */
  readonly indices: Uint32Array;
  /** When the last of them was sent; wall clock, ISO 8601 UTC. Null when none was sent. */
  readonly lastAt: string | null;
}

export interface BatchListItem {
  readonly batchId: string;
  readonly name: string;
  readonly taskCount: number;
  readonly createdAt: string;
  /** The newest run, or null when none was started. */
  readonly latestRun: RunHeader | null;
}

/** What decides how a batch will run next; edited freely between runs. */
export interface BatchDraft {
  readonly template: string;
  readonly system: string;
  readonly providerId: string;
  readonly model: string;
  readonly concurrency: number;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly maxTokens: number | null;
  readonly temperature: number | null;
  readonly stream: boolean;
}

export interface BatchDetail {
  readonly batchId: string;
  readonly name: string;
  readonly taskCount: number;
  readonly createdAt: string;
  /** Names of the files it came from. */
  readonly files: readonly string[];
  /** Columns of the input, in order; template variables. */
  readonly columns: readonly string[];
  readonly draft: BatchDraft;
  /** Newest first. */
  readonly runs: readonly RunHeader[];
}

export type FileFormat = 'csv' | 'tsv' | 'jsonl' | 'text';

/** How to read a source; null means "find out". */
export interface ReadOptions {
  readonly format: FileFormat | null;
  /** One character for CSV and TSV. */
  readonly delimiter: string | null;
  /** Whether the first line holds column names (CSV and TSV). */
  readonly header: boolean | null;
}

/** Values of one row by column name; own properties only (build with Object.create(null) or Map). */
export type Vars = Readonly<Record<string, string>>;

export interface BadRow {
  readonly file: string;
  /** Line of the file on which the row begins, from 1. */
  readonly line: number;
  readonly reason: string;
}

export interface ImportPreview {
  readonly files: readonly { readonly name: string; readonly sizeBytes: number; readonly format: FileFormat; readonly encoding: string; readonly delimiter: string | null; readonly header: boolean }[];
  readonly columns: readonly string[];
  /** The first rows, at most 50. */
  readonly rows: readonly Vars[];
  /** Rows that can be imported, over all files. */
  readonly rowCount: number;
  /** The first bad rows, at most 200, and how many there are. */
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
  /** Rows whose content stands earlier too; imported all the same. */
  readonly duplicateCount: number;
  /** Column whose values name tasks, or null. */
  readonly suggestedIdColumn: string | null;
  readonly suggestedTemplate: string;
}

export interface TaskDigest {
  readonly index: number;
  readonly customId: string;
  /** First 200 characters of the rendered prompt (of the input when there is no run). */
  readonly prompt: string;
  /** First 200 characters of the answer; '' when there is none. */
  readonly answer: string;
  readonly error: string;
}

export interface AttemptDetail {
  readonly number: number;
  readonly startedAt: string;
  readonly state: 'sent' | 'completed' | 'failed' | 'cancelled' | 'interrupted';
  readonly slot: number;
  readonly queueWaitMs: number;
  readonly rateWaitMs: number;
  readonly backoffMs: number;
  readonly timeToFirstTokenMs: number | null;
  readonly generationMs: number | null;
  readonly serviceMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly requestId: string | null;
  readonly failure: Failure | null;
  /** Hash of input, template, model and parameters as they were sent; null for attempts of earlier versions. */
  readonly fingerprint: string | null;
  /** What was changed for it; null = the run's own settings. */
  readonly edit: TaskEdit | null;
}

export interface TaskDetail {
  readonly index: number;
  readonly customId: string;
  readonly status: TaskStatus;
  readonly vars: Vars;
  readonly prompt: string;
  readonly system: string;
  /** The answer, or what came of it before it failed; null when nothing did. */
  readonly output: string | null;
  readonly finishReason: string | null;
  /** Model that answered, as the provider named it. */
  readonly model: string | null;
  readonly failure: Failure | null;
  /** Bits of TASK_FLAGS. */
  readonly flags: number;
  /** What a person changed for this task; null = nothing. `prompt`, `system` and `curl` have it in them. */
  readonly edit: TaskEdit | null;
  readonly attempts: readonly AttemptDetail[];
  /** The request as a curl command, without the key. */
  readonly curl: string;
}

export interface RunSnapshot {
  readonly seq: number;
  readonly run: RunHeader;
  readonly tasks: TaskPatch;
  readonly attempts: AttemptPatch;
}

export interface ConnectionTest {
  readonly ok: boolean;
  /** One sentence: what answered, or what went wrong and what to do. */
  readonly message: string;
  readonly models: readonly string[];
  readonly latencyMs: number;
}

export type ResultFormat = 'csv' | 'jsonl';

type Empty = Record<string, never>;
interface Command<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** Every command: users' actions and questions, `noun.verb`. Each has a schema of the same name in schemas.ts. */
export interface Commands {
  'app.snapshot': Command<Empty, AppSnapshot>;
  'app.configure': Command<{ readonly settings: AppSettings }, AppSettings>;

  /** Rows pasted as text (TSV from a spreadsheet, CSV or plain lines) become a source. */
  'source.paste': Command<{ readonly text: string }, SourceRef>;
  /** The sample batch that ships with Tasklane. */
  'source.sample': Command<Empty, SourceRef>;
  'source.preview': Command<{ readonly sourceIds: readonly string[]; readonly options: ReadOptions }, ImportPreview>;

  'batch.create': Command<
    { readonly sourceIds: readonly string[]; readonly options: ReadOptions; readonly name: string | null; readonly idColumn: string | null; readonly template: string | null; readonly acceptBadRows: boolean },
    { readonly batchId: string; readonly taskCount: number; readonly skippedCount: number }
  >;
  'batch.get': Command<{ readonly batchId: string }, BatchDetail>;
  'batch.update': Command<{ readonly batchId: string; readonly name?: string; readonly draft?: BatchDraft }, BatchDetail>;
  'batch.remove': Command<{ readonly batchId: string }, Empty>;
  /** Input rows by position, for previews; at most 200 at once. */
  'batch.rows': Command<{ readonly batchId: string; readonly from: number; readonly count: number }, readonly { readonly index: number; readonly customId: string; readonly vars: Vars }[]>;

  /**
   * Starts the batch with its draft. `limit` makes a trial run of the first tasks. Where the newest run is a completed trial with
   * the same settings it goes on as the same run, so that what was paid for is not sent again.
   */
  'run.start': Command<{ readonly batchId: string; readonly limit: number | null }, { readonly runId: string }>;
  'run.pause': Command<{ readonly runId: string }, Empty>;
  'run.resume': Command<{ readonly runId: string }, Empty>;
  /** Aborts what is in flight; what is queued becomes cancelled. */
  'run.cancel': Command<{ readonly runId: string }, Empty>;
  'run.setConcurrency': Command<{ readonly runId: string; readonly concurrency: number }, Empty>;
  /**
   * Redrive: sends failed and cancelled tasks again, keeping earlier attempts; `indices` null means all failed ones.
   * `edit` changes what is sent for them from now on (null: as before), `concurrency` the run's setting (null: as it is).
   */
  'run.retry': Command<{ readonly runId: string; readonly indices: readonly number[] | null; readonly edit: TaskEdit | null; readonly concurrency: number | null }, { readonly count: number }>;
  /** Gives failed tasks up: they become cancelled, with their history kept. `indices` null means all failed ones. */
  'run.skip': Command<{ readonly runId: string; readonly indices: readonly number[] | null }, { readonly count: number }>;
  /** The dead letters by class, code and normalised message; the largest group first, equal ones by first task. */
  'failure.groups': Command<{ readonly runId: string }, readonly FailureGroup[]>;
  'run.remove': Command<{ readonly runId: string }, Empty>;
  'run.snapshot': Command<{ readonly runId: string }, RunSnapshot>;
  'run.summary': Command<{ readonly runId: string }, RunSummary>;
  /** Newest first. */
  'run.list': Command<Empty, readonly RunHeader[]>;

  /** Texts of the rows on screen; at most 200 at once. */
  'task.digests': Command<{ readonly batchId: string; readonly runId: string | null; readonly indices: readonly number[] }, readonly TaskDigest[]>;
  'task.detail': Command<{ readonly runId: string; readonly index: number }, TaskDetail>;
  /** Positions of the tasks whose input, id or answer contains the text (case-insensitive), ascending. */
  'task.find': Command<{ readonly batchId: string; readonly runId: string | null; readonly text: string }, { readonly indices: Uint32Array }>;
  'task.cancel': Command<{ readonly runId: string; readonly indices: readonly number[] }, Empty>;
  /** Streams `answer.extended` for these tasks until the watcher names others. */
  'task.watch': Command<{ readonly watcher: string; readonly runId: string; readonly indices: readonly number[] }, readonly { readonly index: number; readonly attempt: number; readonly text: string }[]>;

  /** Without `providerId` a new one. A key is bound to the origin of its base URL: a changed one drops it unless `key` comes along. */
  'provider.save': Command<{ readonly providerId: string | null; readonly name: string; readonly baseUrl: string; readonly model: string; readonly key: string | null; readonly makeDefault: boolean }, Provider>;
  'provider.remove': Command<{ readonly providerId: string }, Empty>;
  'provider.setDefault': Command<{ readonly providerId: string }, Empty>;
  /** Asks the endpoint for its models. `key` null uses the one in memory for that origin. */
  'provider.test': Command<{ readonly providerId: string | null; readonly baseUrl: string; readonly key: string | null }, ConnectionTest>;

  'export.results': Command<{ readonly runId: string; readonly targetId: string; readonly format: ResultFormat; readonly indices: readonly number[] | null }, { readonly rows: number; readonly sizeBytes: number }>;
  /** Dead letters as JSON lines: each failed task with its input, its settings and every attempt. `indices` null means all failed ones. */
  'export.failures': Command<{ readonly runId: string; readonly targetId: string; readonly indices: readonly number[] | null }, { readonly rows: number; readonly sizeBytes: number }>;
  /** A chart drawn by the page: SVG as text, PNG as base64. */
  'export.chart': Command<{ readonly targetId: string; readonly encoding: 'utf8' | 'base64'; readonly data: string }, { readonly sizeBytes: number }>;
}

export type CommandName = keyof Commands;
export type CommandInput<K extends CommandName> = Commands[K]['input'];
export type CommandOutput<K extends CommandName> = Commands[K]['output'];
