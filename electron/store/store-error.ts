import { TasklaneError } from '../../shared/errors.ts';
import { storeDamageText } from '../../shared/format/store-damage.ts';

// Primary result codes, https://www.sqlite.org/rescode.html
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/** Whether something thrown is the store's or the disk's doing rather than a fault of ours. */
export function isStoreError(thrown: unknown): boolean {
  if (thrown instanceof TasklaneError) return thrown.code === 'store_failed' || thrown.code === 'store_corrupt';
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_SQLITE_ERROR';
}

/** Whether the store's file is broken, which no second try mends. */
export function isDamage(thrown: unknown): boolean {
  if (thrown instanceof TasklaneError) return thrown.code === 'store_corrupt';
  const code = primaryCode(thrown);
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** SQLite's errors as errors for people; anything else as it is. */
export function toStoreError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof TasklaneError || !isStoreError(thrown)) return thrown;
  if (isDamage(thrown)) return damageError(thrown);
  return new TasklaneError('store_failed', `The store can't be written: ${reasonOf(thrown)}.`, 'Free some space or make the data folder writable, then resume the run. Nothing that was answered is lost while Tasklane is open.', { cause: thrown });
}

/** For damage that shows while the store is open. */
export function damageError(cause: Error): TasklaneError {
  return new TasklaneError('store_corrupt', storeDamageText(cause.message), 'Close Tasklane and start it again: it then sets the damaged store aside and writes down what can be read of it.', { cause });
}

/** Why a run stops where the store turns out to be damaged, and what to do; undefined for any other refusal. */
export function damageSentence(thrown: unknown): string | undefined {
  const error = isDamage(thrown) ? toStoreError(thrown) : null;
  return error instanceof TasklaneError ? `${error.message} ${error.hint}` : undefined;
}

/** What a program that only reads answers to a command that writes. */
export function readOnlyError(cause?: unknown): TasklaneError {
  return new TasklaneError('store_locked', 'Another Tasklane writes to this data folder, so this one only reads.', 'Close the other one first, or choose another data folder with --data-dir.', { cause });
}

/** Why SQLite or the system refused, as part of a sentence, without a full stop. */
export function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  switch (primaryCode(thrown)) {
    case SQLITE_READONLY:
      return 'the data folder or its disk is read-only';
    case SQLITE_FULL:
      return 'the disk is full';
    case SQLITE_IOERR:
      return `the disk refuses (${message})`;
    default:
      return message;
  }
}

function primaryCode(thrown: unknown): number {
  return thrown instanceof Error && 'errcode' in thrown ? Number(thrown.errcode) & 0xff : 0;
}
