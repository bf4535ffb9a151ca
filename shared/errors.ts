/** Stable codes of everything that can go wrong on the user's side or the machine's. Branch on these, never on text. */
export type ErrorCode =
  | 'usage'
  | 'unsupported'
  | 'file_not_found'
  | 'file_unreadable'
  | 'file_format'
  | 'row_invalid'
  | 'empty_input'
  | 'template_variable_missing'
  | 'template_syntax'
  | 'batch_not_found'
  | 'run_not_found'
  | 'task_not_found'
  | 'provider_not_found'
  | 'provider_url'
  | 'provider_unreachable'
  | 'key_rejected'
  | 'key_needed'
  | 'model_needed'
  | 'run_state'
  | 'source_unknown'
  | 'target_unknown'
  | 'target_unwritable'
  | 'port_taken'
  | 'store_locked'
  | 'store_corrupt'
  | 'store_newer'
  | 'store_network'
  | 'settings_changed'
  | 'store_failed'
  | 'command_unknown'
  | 'command_invalid'
  | 'forbidden'
  | 'internal';

/** What crosses a border instead of a thrown error, which would lose all but its message on the way. */
export interface ErrorInfo {
  readonly code: ErrorCode;
  /** What was expected and what came. */
  readonly message: string;
  /** What to do about it; '' when nothing can be done. */
  readonly hint: string;
}

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorInfo };

/** An error for people: says what was expected, what came, and what to do. */
export class TasklaneError extends Error implements ErrorInfo {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint = '', options?: ErrorOptions) {
    super(message, options);
    this.name = 'TasklaneError';
    this.code = code;
    this.hint = hint;
  }
}

/** The plain form of any thrown value; what is not a TasklaneError is a bug and becomes `internal`. */
export function toErrorInfo(thrown: unknown): ErrorInfo {
  if (thrown instanceof TasklaneError) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'internal', message, hint: 'This is a fault of Tasklane itself. Your data is kept; please report it with this message.' };
}

/** Ends a `switch` over a union: a compile error where a variant was forgotten. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected variant: ${JSON.stringify(value)}`);
}
