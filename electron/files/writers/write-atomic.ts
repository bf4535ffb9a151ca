import { randomBytes } from 'node:crypto';
import { open, realpath, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { TasklaneError } from '../../../shared/errors.ts';
import { systemCode } from '../system-code.ts';

/** Bytes gathered before a write. */
const BUFFER_CHARACTERS = 256 * 1024;

/**
 * Writes a file so that its place holds either the old content or all of the new one, even after a power cut: a
 * temporary file in the same folder, flushed to disk, renamed. A link's target is replaced, not the link; a file that
 * is replaced keeps its permissions. Returns the size. Throws `target_unwritable`, the signal's reason, or what `parts`
 * throws; the temporary file is gone then.
 */
export async function writePartsAtomic(path: string, parts: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>, signal?: AbortSignal): Promise<number> {
  signal?.throwIfAborted();
  const target = await attempt(path, () => placeToWrite(path));
  const temporaryPath = join(dirname(target.path), `.tasklane-${randomBytes(6).toString('hex')}.tmp`);
  const handle = await attempt(path, () => open(temporaryPath, 'wx', target.mode));
  try {
    const sizeBytes = await fill(path, handle, parts, signal);
    await attempt(path, async () => {
      if (target.exists) await handle.chmod(target.mode);
      await handle.sync();
      await handle.close();
      await rename(temporaryPath, target.path);
      await syncFolder(dirname(target.path));
    });
    return sizeBytes;
  } catch (error) {
    await discard(handle, temporaryPath);
    throw error;
  }
}

/** Writes a chart or another whole content as `writePartsAtomic` does. */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<{ readonly sizeBytes: number }> {
  return { sizeBytes: await writePartsAtomic(path, [content]) };
}

interface Place {
  readonly path: string;
  readonly exists: boolean;
  /** Permission bits for the new file. */
  readonly mode: number;
}

async function placeToWrite(path: string): Promise<Place> {
  let found;
  try {
    found = await stat(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return { path, exists: false, mode: 0o666 };
  }
  if (found.isDirectory()) throw new TasklaneError('target_unwritable', `"${path}" is a folder; a file name was expected.`, 'Name a file inside the folder.');
  if (!found.isFile()) throw new TasklaneError('target_unwritable', `"${path}" is not a regular file, so it cannot be replaced safely.`, 'Name a file in one of your folders.');
  return { path: await realpath(path), exists: true, mode: found.mode & 0o777 };
}

async function fill(path: string, handle: FileHandle, parts: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>, signal?: AbortSignal): Promise<number> {
  let sizeBytes = 0;
  let text = '';
  const flush = async (bytes: Uint8Array): Promise<void> => {
    sizeBytes += bytes.length;
    await attempt(path, () => handle.writeFile(bytes));
  };
  for await (const part of parts) {
    signal?.throwIfAborted();
    if (typeof part === 'string') {
      text += part;
      if (text.length < BUFFER_CHARACTERS) continue;
    }
    if (text !== '') await flush(Buffer.from(text));
    text = '';
    if (typeof part !== 'string') await flush(part);
  }
  if (text !== '') await flush(Buffer.from(text));
  signal?.throwIfAborted();
  return sizeBytes;
}

/** A rename is only safe from a power cut once its folder is on disk. Windows cannot open folders and needs no such step. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Best effort: the error that led here matters more than one while cleaning up. */
async function discard(handle: FileHandle, temporaryPath: string): Promise<void> {
  await Promise.allSettled([handle.close()]);
  await Promise.allSettled([unlink(temporaryPath)]);
}

async function attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw toWriteError(error, path);
  }
}

/** The TasklaneError `target_unwritable` for a system error; errors of other kinds pass unchanged. */
export function toWriteError(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === null) return error;
  const [why, hint] = explain(code, path);
  return new TasklaneError('target_unwritable', `"${path}" could not be written: ${why} (${code}).`, hint, { cause: error });
}

function explain(code: string, path: string): readonly [why: string, hint: string] {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return [`the folder "${dirname(path)}" does not exist`, 'Create the folder first, or choose another one.'];
    case 'EACCES':
    case 'EPERM':
      return ['permission denied', 'Choose a folder in which you may write; where the file is open in another program, close it there.'];
    case 'EROFS':
      return ['the disk is read-only', 'Choose a folder on another disk.'];
    case 'ENOSPC':
    case 'EDQUOT':
      return ['the disk is full', 'Free some space or choose another disk, then export again; the results themselves are safe.'];
    case 'EFBIG':
      return ['the file is larger than this disk or account allows', 'Choose another disk, or export fewer tasks.'];
    case 'EBUSY':
    case 'ETXTBSY':
      return ['it is in use', 'Close it in the other program, then export again.'];
    case 'ENAMETOOLONG':
      return [`the name "${basename(path).slice(0, 40)}…" is too long`, 'Choose a shorter name.'];
    case 'ELOOP':
      return ['it is a link that leads back to itself', 'Choose another name.'];
    default:
      return ['the system reported an error', 'Choose another folder, then export again.'];
  }
}
