import { TasklaneError } from '../../shared/errors.ts';

const SQLITE_READONLY = 8;

/** Whether something thrown is the store's or the disk's doing rather than a fault of ours. */
export function isStoreError(thrown: unknown): boolean {
  if (thrown instanceof TasklaneError) return thrown.code === 'store_failed';
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_SQLITE_ERROR';
}

/** SQLite's errors as errors for people; anything else as it is. */
export function toStoreError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof TasklaneError || !isStoreError(thrown)) return thrown;
  const code = 'errcode' in thrown ? Number(thrown.errcode) & 0xff : 0;
  if (code === SQLITE_READONLY) return readOnlyError(thrown);
  return new TasklaneError('store_failed', `The store can't be written: ${thrown.message}.`, 'Free some space or make the data folder writable, then resume the run. Nothing that was answered is lost while Tasklane is open.', { cause: thrown });
}

/** What a program that only reads answers to a command that writes. */
export function readOnlyError(cause?: unknown): TasklaneError {
  return new TasklaneError('store_locked', 'Another Tasklane writes to this data folder, so this one only reads.', 'Close the other one first, or choose another data folder with --data-dir.', { cause });
}
