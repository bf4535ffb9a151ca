import type { RunSummary } from '../../shared/contract/summary.ts';
import { assertNever, type ErrorCode, type TasklaneError } from '../../shared/errors.ts';

/** Exit codes of the terminal contract; scripts branch on them. */
export const EXIT = {
  /** All tasks completed, or the command did what it was asked. */
  ok: 0,
  /** Some tasks failed or were cancelled. */
  tasksFailed: 1,
  /** Wrong usage or input. */
  usage: 2,
  /** Stopped to save the rest: key rejected, quota, disk. The run can be resumed. */
  stopped: 3,
  /** A fault of Tasklane itself. */
  internal: 70,
  /** Ctrl+C. The run can be resumed. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error whose exit code is not that of its error code: what went wrong is known, and so is how far the command came. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  readonly error: TasklaneError;
  /** The command's result was printed before it failed: under --json there must be no second object. */
  readonly isAnswered: boolean;

  constructor(exitCode: ExitCode, error: TasklaneError, isAnswered = false) {
    super(error.message, { cause: error });
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
    this.error = error;
    this.isAnswered = isAnswered;
  }
}

/** What running or resuming a run exits with. */
export function exitCodeOfRun(run: Pick<RunSummary, 'status' | 'stopReason' | 'completed' | 'total'>): ExitCode {
  switch (run.status) {
    case 'completed':
    case 'cancelled':
      return run.completed === run.total ? EXIT.ok : EXIT.tasksFailed;
    case 'ready':
    case 'running':
    case 'pausing':
    case 'paused':
      return run.stopReason === null || run.stopReason === 'user' || run.stopReason === 'interrupted' ? EXIT.interrupted : EXIT.stopped;
    default:
      return assertNever(run.status);
  }
}

/** What a command that failed with this error exits with. */
export function exitCodeOfError(code: ErrorCode): ExitCode {
  switch (code) {
    case 'internal':
    case 'command_unknown':
    case 'command_invalid':
    case 'forbidden':
    case 'source_unknown':
    case 'target_unknown':
      return EXIT.internal;
    case 'key_rejected':
    case 'provider_unreachable':
    case 'store_failed':
      return EXIT.stopped;
    case 'usage':
    case 'unsupported':
    case 'file_not_found':
    case 'file_unreadable':
    case 'file_format':
    case 'row_invalid':
    case 'empty_input':
    case 'template_variable_missing':
    case 'template_syntax':
    case 'batch_not_found':
    case 'run_not_found':
    case 'task_not_found':
    case 'provider_not_found':
    case 'provider_url':
    case 'key_needed':
    case 'model_needed':
    case 'run_state':
    case 'target_unwritable':
    case 'port_taken':
    case 'store_locked':
    case 'store_corrupt':
    case 'store_newer':
    case 'store_network':
    case 'settings_changed':
      return EXIT.usage;
    default:
      return assertNever(code);
  }
}
