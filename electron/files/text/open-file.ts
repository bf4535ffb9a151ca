import { constants } from 'node:fs';
import { open, stat, statfs, type FileHandle } from 'node:fs/promises';

import { TasklaneError } from '../../../shared/errors.ts';
import { systemCode } from '../system-code.ts';

/** Kernel file systems whose "files" have no end or no size: proc, sysfs, debugfs, tracefs, cgroup2. From linux/magic.h. */
const KERNEL_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x9fa0, 0x62656572, 0x64626720, 0x74726163, 0x63677270]);

export interface OpenFile {
  readonly handle: FileHandle;
  readonly path: string;
  /** The file's name as people know it; an upload lies under another path. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** Opens a regular file for reading. Throws `file_not_found` or `file_unreadable`; never blocks on a FIFO. */
export async function openFile(path: string, name: string): Promise<OpenFile> {
  try {
    refuseKind(await stat(path), name);
    if (process.platform === 'linux' && KERNEL_FILE_SYSTEMS.has((await statfs(path)).type)) {
      throw unreadable(name, 'is part of the system, not a document', 'Choose a file from your own folders.');
    }
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await describe(handle, path, name);
  } catch (error) {
    throw toReadError(error, name);
  }
}

async function describe(handle: FileHandle, path: string, name: string): Promise<OpenFile> {
  try {
    const found = await handle.stat();
    refuseKind(found, name);
    return { handle, path, name, sizeBytes: found.size, modifiedMs: found.mtimeMs };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Throws `file_unreadable` when the file is not the one that was opened any more: half of an old and half of a new file is nobody's data. */
export async function refuseIfChanged(file: OpenFile): Promise<void> {
  const now = await file.handle.stat();
  if (now.size === file.sizeBytes && now.mtimeMs === file.modifiedMs) return;
  const change = now.size < file.sizeBytes ? `shrank from ${file.sizeBytes} to ${now.size} bytes` : 'changed';
  throw unreadable(file.name, `${change} while it was read`, 'Wait until the other program has finished writing it, then add it again.');
}

/** The TasklaneError for whatever reading threw; errors of other kinds pass unchanged. */
export function toReadError(error: unknown, name: string): unknown {
  const code = systemCode(error);
  if (code === null) return error;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new TasklaneError('file_not_found', `There is no file "${name}".`, 'Check the name and the folder; it may have been moved or deleted.', { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new TasklaneError('file_unreadable', `"${name}" may not be read: permission denied (${code}).`, 'Give your user account permission to read the file, or copy it to a folder of yours.', { cause: error });
    case 'ELOOP':
      return new TasklaneError('file_unreadable', `"${name}" is a link that leads back to itself.`, 'Choose the file that the link was meant to lead to.', { cause: error });
    default:
      return new TasklaneError('file_unreadable', `"${name}" could not be read (${code}).`, 'Check that the disk or network folder is still there, then try again.', { cause: error });
  }
}

interface FileKind {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
}

function refuseKind(found: FileKind, name: string): void {
  if (found.isFile()) return;
  if (found.isDirectory()) throw unreadable(name, 'is a folder; a file was expected', 'Choose the files inside it.');
  if (found.isFIFO()) throw unreadable(name, 'is a pipe; a regular file was expected', 'Write its content to a file first, then choose that file.');
  throw unreadable(name, 'is a device or socket; a regular file was expected', 'Choose a CSV, TSV, JSONL or text file.');
}

function unreadable(name: string, what: string, hint: string): TasklaneError {
  return new TasklaneError('file_unreadable', `"${name}" ${what}.`, hint);
}
