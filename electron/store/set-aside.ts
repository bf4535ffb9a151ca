import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';

import type { StoreNotice } from '../../shared/contract/commands.ts';
import { formatCounted } from '../../shared/format/format.ts';
import { salvage } from './salvage.ts';
import { writeSalvagedResults } from './salvaged-results.ts';
import { reasonOf } from './store-error.ts';
import { syncToDisk } from './sync.ts';
import { timeName } from './time-name.ts';

export const DAMAGED_FOLDER = 'damaged';
export const SALVAGED_FILE = 'results.jsonl';
const ENDINGS = ['', '-wal', '-shm', '-journal'] as const;

/**
 * Moves the files of a damaged store to a folder of their own, unchanged, and writes down there what can still be read.
 * Throws what the system says where they can't be moved; then nothing was changed.
 */
export function setAside(storeFile: string, why: string, now: Date): StoreNotice {
  const folder = newFolder(storeFile, now);
  // The store's own file first: were this cut short, a log without its store is known for what it is at the next start.
  for (const ending of ENDINGS) {
    if (existsSync(`${storeFile}${ending}`)) renameSync(`${storeFile}${ending}`, path.join(folder, `${path.basename(storeFile)}${ending}`));
  }
  syncToDisk(folder, 'folder');
  syncToDisk(path.dirname(storeFile), 'folder');
  return { kind: 'damaged', message: `The store could not be read (${why}). Its files were set aside in ${folder}. ${exportReadable(path.join(folder, path.basename(storeFile)))} Tasklane started with an empty store.` };
}

/** Keeps a copy of a store whose log is broken in the middle, before SQLite takes what comes before as all there is. */
export function copyAside(storeFile: string, lostCommits: number, now: Date): StoreNotice {
  const folder = newFolder(storeFile, now);
  for (const ending of ['', '-wal']) {
    const copy = path.join(folder, `${path.basename(storeFile)}${ending}`);
    copyFileSync(`${storeFile}${ending}`, copy);
    syncToDisk(copy, 'file');
  }
  return { kind: 'damaged', message: `The store's log is damaged: at least ${formatCounted(lostCommits, 'change')} could not be read, so the newest answers may be missing, and their tasks are sent again when their run is resumed. All before them is there. A copy of the damaged files lies in ${folder}.` };
}

function newFolder(storeFile: string, now: Date): string {
  const folder = path.join(path.dirname(storeFile), DAMAGED_FOLDER, timeName(now));
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** One sentence for people. What can't be exported, on a full disk say, must not keep the program from starting. */
function exportReadable(damagedFile: string): string {
  const results = path.join(path.dirname(damagedFile), SALVAGED_FILE);
  try {
    const rescued = salvage(damagedFile);
    try {
      const { taskCount, answerCount } = writeSalvagedResults(rescued, results);
      return `${formatCounted(taskCount, 'task')}, ${answerCount} of them with an answer, could still be read and are in ${results}.`;
    } finally {
      rescued.close();
    }
  } catch (error) {
    return `What can still be read could not be written to ${results}: ${reasonOf(error)}.`;
  }
}
