import { statfsSync } from 'node:fs';
import { win32 } from 'node:path';

import { TasklaneError } from '../../shared/errors.ts';

/** What is known of the file system under a folder: `network` no store may be on, `shared` only with a warning. */
export type FileSystemKind =
  | { readonly kind: 'local' }
  | { readonly kind: 'network'; readonly name: string }
  | { readonly kind: 'shared'; readonly name: string };

/**
 * Magic numbers of file systems that other machines may have mounted as well: their locks and shared memory do not
 * reach from machine to machine, so SQLite's WAL is not safe there (https://www.sqlite.org/wal.html, "all processes
 * using a database must be on the same host computer").
 * Sources: linux/magic.h, statfs(2), and for Lustre, GPFS, BeeGFS, GFS2 and PanFS src/stat.c of GNU coreutils.
 */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x7461636f, 'OCFS2'],
  [0x01161970, 'GFS2'],
  [0xaad7aaea, 'PanFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
]);

/**
 * 9p is how WSL shows the disks of Windows, and all that gVisor's containers have: WAL works there for programs on the
 * same side (https://github.com/colbymchenry/codegraph/issues/995), but not between the two sides.
 */
const NINE_P = 0x01021997;

/** By the `type` of statfs. FUSE says nothing of what is behind it, and is taken as local, as is what is unknown. */
export function kindOfMagic(type: number): FileSystemKind {
  const magic = type >>> 0;
  if (magic === NINE_P) return { kind: 'shared', name: '9p' };
  const name = NETWORK_FILE_SYSTEMS.get(magic);
  return name === undefined ? { kind: 'local' } : { kind: 'network', name };
}

/** By the form of a Windows path: `\\server\share` is a network folder, `\\?\C:\` and `\\.\` are not. */
export function kindOfWindowsPath(folder: string): FileSystemKind {
  const root = win32.parse(win32.normalize(folder)).root;
  const isUnc = /^\\\\(?:\?\\UNC\\|(?![?.]\\))/i.test(root);
  return isUnc ? { kind: 'network', name: 'Windows network share' } : { kind: 'local' };
}

/**
 * Of an existing folder. On macOS, and behind a drive letter of Windows, network folders are not recognised: neither
 * system names them where Node could ask.
 */
export function fileSystemOf(folder: string): FileSystemKind {
  if (process.platform === 'win32') return kindOfWindowsPath(folder);
  if (process.platform !== 'linux') return { kind: 'local' };
  return kindOfMagic(statfsSync(folder).type);
}

/** What to warn of; null where the store is safe. Throws `store_network` where it is not. */
export function checkFileSystem(dataDir: string, found: FileSystemKind): string | null {
  switch (found.kind) {
    case 'local':
      return null;
    case 'shared':
      return `The data folder ${dataDir} is on a ${found.name} file system, which may be shared with programs outside of this system. Use it from this side only, or choose a folder of this system with --data-dir or TASKLANE_DATA_DIR.`;
    case 'network':
      throw new TasklaneError(
        'store_network',
        `The data folder ${dataDir} is on a network file system (${found.name}), where a power cut or a second machine can destroy the store.`,
        'Choose a folder on a disk of this machine with --data-dir or TASKLANE_DATA_DIR.',
      );
  }
}

/** Whether an error is what SQLite says where shared memory or locks don't work: SQLITE_IOERR or SQLITE_PROTOCOL. */
export function isLogRefusal(error: unknown): boolean {
  const cause = error instanceof TasklaneError ? error.cause : error;
  return cause instanceof Error && 'errcode' in cause && [10, 15].includes(Number(cause.errcode) & 0xff);
}

/** Where a file system that may do turns out not to. */
export function noLogError(dataDir: string, cause: unknown): TasklaneError {
  return new TasklaneError('store_network', `The file system of the data folder ${dataDir} does not offer the shared memory and locks that the store needs.`, 'Choose a folder on a disk of this system with --data-dir or TASKLANE_DATA_DIR.', { cause });
}
