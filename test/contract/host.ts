import type { RunSummary } from '../../shared/contract/summary.ts';
import type { ErrorInfo } from '../../shared/errors.ts';

/** A file and what to do with it, in words that every host understands. */
export interface RunRequest {
  readonly fileName: string;
  readonly content: string;
  /** Null takes what the host suggests. */
  readonly template: string | null;
  /** Base URL of the provider; null takes the simulated one. */
  readonly baseUrl: string | null;
  /** Null sends none. */
  readonly key: string | null;
  readonly concurrency: number;
  /** When this settles, the run is paused as a user would: Ctrl+C, or the button. */
  readonly pauseWhen?: Promise<void>;
}

/** A request was refused before anything was sent, or a run stands still or has ended. */
export type Outcome = { readonly refused: ErrorInfo } | { readonly summary: RunSummary };

/** A group of failed tasks, as every host shows it. */
export interface ShownGroup {
  readonly class: string;
  readonly code: string | null;
  readonly message: string;
  readonly count: number;
}

/** Which failures to send again or to give up, and how. */
export interface RedriveRequest {
  readonly runId: string;
  /** Null means all of them. */
  readonly failureClass: string | null;
  /** Absent keeps the model of the run. */
  readonly model?: string;
}

/** One of the three hosts, driven from outside as a user or a script drives it. */
export interface Host {
  run(request: RunRequest): Promise<Outcome>;
  /** Goes on with a paused run until it stands still again or has ended. */
  resume(runId: string): Promise<Outcome>;
  summary(runId: string): Promise<Outcome>;
  /** The failed tasks by what went wrong, the largest group first. */
  failures(runId: string): Promise<readonly ShownGroup[]>;
  /** Sends failed tasks again and stays until the run stands still or has ended. */
  retry(request: RedriveRequest): Promise<Outcome>;
  /** Gives failed tasks up; returns how many. */
  skip(request: RedriveRequest): Promise<number>;
  /** The results as a CSV file. */
  exportCsv(runId: string): Promise<string>;
  close(): Promise<void>;
}
