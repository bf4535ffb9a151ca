import { constants } from 'node:fs';
import { access as mayAccess, stat } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import path from 'node:path';

import { TasklaneError, toErrorInfo } from '../../shared/errors.ts';
import { dataDirOf } from '../api/data-dir.ts';
import type { Tasklane } from '../api/types.ts';
import { escapeForTerminal, escapeLines } from './escape.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { Interrupted, watchInterrupts, type Interrupts } from './interrupts.ts';
import type { CliIo } from './io.ts';
import type { DataOptions } from './options.ts';
import { programVersion } from './version.ts';

/** A command that only reads also works while another program, such as the window, writes to the same store. */
export type Access = 'read' | 'write';

/** Absolute path of the data folder that the options, the environment and the system name. */
export function dataDirFor(options: DataOptions, io: Pick<CliIo, 'cwd' | 'env'>): string {
  return path.resolve(io.cwd, dataDirOf({ flag: options.dataDir ?? null, env: io.env, platform: platform(), home: homedir() }));
}

/** Throws `usage` when the data folder, or where it is to be made, is no writable folder. */
async function checkDataDir(dataDir: string): Promise<void> {
  let place = dataDir;
  for (;;) {
    const found = await stat(place).catch(() => null);
    if (found !== null) {
      const writable = found.isDirectory() && (await mayAccess(place, constants.W_OK).then(() => true, () => false));
      if (!writable) throw new TasklaneError('usage', `The data folder ${escapeForTerminal(dataDir)} cannot be used: ${escapeForTerminal(place)} is no folder that can be written to.`, 'Choose another with --data-dir or TASKLANE_DATA_DIR.');
      return;
    }
    const parent = path.dirname(place);
    if (parent === place) return;
    place = parent;
  }
}

/**
 * Opens Tasklane for one command and closes it afterwards, whatever comes. When the command was interrupted, what is
 * still in flight is aborted rather than waited for.
 */
export async function withTasklane<T>(io: CliIo, options: DataOptions, access: Access, work: (tasklane: Tasklane, interrupts: Interrupts) => Promise<T>): Promise<T> {
  const dataDir = dataDirFor(options, io);
  await checkDataDir(dataDir);
  const { interrupts, stop } = watchInterrupts(io);
  try {
    // Loaded only now: help and wrong usage need none of it.
    const { openTasklane } = await import('../api/open.ts');
    const tasklane = await openTasklane({ dataDir, host: 'terminal', version: programVersion(), readOnlyWhenLocked: access === 'read' });
    let result: T;
    try {
      await sayNotices(tasklane, io);
      result = await work(tasklane, interrupts);
    } catch (error) {
      await (error instanceof Interrupted ? tasklane.abort() : closeAfterFailure(tasklane, io));
      throw whileOpen(error);
    }
    try {
      await tasklane.close();
    } catch (error) {
      if (!(error instanceof TasklaneError)) throw error;
      throw new CommandFailure(EXIT.stopped, error, true);
    }
    return result;
  } finally {
    stop();
  }
}

/** What happened to the store when it was opened: an older or a damaged one, or a folder that may not keep it safe. */
async function sayNotices(tasklane: Tasklane, io: CliIo): Promise<void> {
  const { notices } = await tasklane.call('app.snapshot', {});
  for (const { message } of notices) io.stderr(`${escapeForTerminal(message)}\n`);
}

/** What the command failed with matters more; what closing could not keep is said beside it. */
async function closeAfterFailure(tasklane: Tasklane, io: CliIo): Promise<void> {
  try {
    await tasklane.close();
  } catch (error) {
    io.stderr(`${escapeLines(toErrorInfo(error).message)}\n`);
  }
}

/** A store that turns out to be damaged while it is in use stops the command; it is no wrong usage. */
function whileOpen(error: unknown): unknown {
  return error instanceof TasklaneError && error.code === 'store_corrupt' ? new CommandFailure(EXIT.stopped, error) : error;
}
