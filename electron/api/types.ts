import type { CommandInput, CommandName, CommandOutput, HostKind, SourceRef, TargetRef } from '../../shared/contract/commands.ts';
import type { EventBatch } from '../../shared/contract/events.ts';
import type { Reply } from '../../shared/errors.ts';
import type { RunSettings } from '../../shared/vocabulary.ts';
import type { Redrivable } from '../store/dead-letters.ts';

export interface TasklaneOptions {
  /** Folder for the store; created when missing. */
  readonly dataDir: string;
  readonly host: HostKind;
  readonly version: string;
  /** Base URL of a simulated provider that runs already; by default one is started in this process when first needed. */
  readonly simulatedBaseUrl?: string;
  /** Where another program writes to the folder: read only, instead of refusing. Commands that write then throw `store_locked`. */
  readonly readOnlyWhenLocked?: boolean;
}

/** Commands in, events out; the same for every host. */
export interface Tasklane {
  /** For our own code. Throws TasklaneError. */
  call<K extends CommandName>(name: K, input: CommandInput<K>): Promise<CommandOutput<K>>;
  /** For a page: looks the command up, parses the input, calls; never throws. */
  handle(name: unknown, input: unknown): Promise<Reply<unknown>>;
  /** A listener that throws cannot harm the run. Returns the way to unsubscribe. */
  subscribe(listener: (batch: EventBatch) => void): () => void;
  /** Makes a file or folder known. Throws `file_not_found` or `file_unreadable`. */
  addSource(path: string): Promise<SourceRef>;
  /** An empty temporary file of ours that a host fills by streaming (uploads), then knows as a source. */
  addUpload(name: string, content: AsyncIterable<Uint8Array>): Promise<SourceRef>;
  /** Makes a place to write known; it is written atomically. */
  addTarget(path: string): TargetRef;
  /** A temporary file for a download; `takeDownload` hands out its path once it was written, `dropDownload` deletes it. */
  addDownload(name: string): TargetRef;
  takeDownload(targetId: string): { readonly path: string; readonly name: string } | null;
  dropDownload(targetId: string): Promise<void>;
  /** Holds a key in memory for the origin of a base URL; null forgets it. */
  setKey(baseUrl: string, key: string | null): void;
  /** For the terminal: starts a batch with settings that no provider record holds. */
  startRun(batchId: string, settings: RunSettings, limit: number | null): Promise<string>;
  /** For the terminal: resumes with the run's settings changed, e.g. another concurrency. */
  resumeRun(runId: string, change: Partial<Pick<RunSettings, 'concurrency' | 'maxAttempts' | 'timeoutMs'>>): Promise<void>;
  /** For the terminal, where people name tasks by their ids: every failed and cancelled task of a run, in input order. */
  redrivable(runId: string): Promise<readonly Redrivable[]>;
  /** Runs that are on now. */
  activeRunIds(): readonly string[];
  /** Aborts nothing: pauses every run, waits for what is in flight, closes the store. Idempotent. */
  close(): Promise<void>;
  /** Like close, but aborts what is in flight; those attempts are kept as interrupted. */
  abort(): Promise<void>;
}
