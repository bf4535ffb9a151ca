import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes a file, or the entries of a folder, survive a power cut. */
export function syncToDisk(place: string, what: 'file' | 'folder'): void {
  // Windows can't sync folders, and syncs files only where they are open for writing.
  const isWindows = process.platform === 'win32';
  if (isWindows && what === 'folder') return;
  const handle = openSync(place, isWindows ? 'r+' : 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
