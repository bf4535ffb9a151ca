import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

import type { ResultFormat } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { escapeForTerminal } from './escape.ts';

/** A result file that was asked for with `--out`. */
export interface Out {
  /** As the user wrote it, for messages. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly format: ResultFormat;
}

const FORMATS: Readonly<Record<string, ResultFormat>> = { '.csv': 'csv', '.jsonl': 'jsonl' };
/** Longest first, so that `.trace.json` is not taken for `.json`. */
const ENDINGS_NOT_BUILT_YET = ['.excel.csv', '.trace.json', '.xlsx', '.html', '.json', '.svg', '.png', '.md'] as const;

/** Format by the ending of a file name, any case. Throws `unsupported` for an ending to come, `usage` for an unknown one. */
export function formatOfEnding(name: string): ResultFormat {
  const lower = name.toLowerCase();
  const later = ENDINGS_NOT_BUILT_YET.find((ending) => lower.endsWith(ending));
  const known = 'Use a name that ends in .csv or .jsonl.';
  if (later !== undefined) throw new TasklaneError('unsupported', `--out ${escapeForTerminal(name)}: ${later} is not built yet.`, known);
  const format = FORMATS[path.extname(lower)];
  if (format === undefined) throw new TasklaneError('usage', `--out ${escapeForTerminal(name)}: the ending says no known format.`, known);
  return format;
}

/**
 * Checks every result file before anything is sent: known ending, folder there and writable, no folder or input file
 * in its place, none named twice. Throws `usage`, `unsupported` or `target_unwritable`.
 * @param inputs absolute paths that must not be overwritten.
 */
export async function checkOuts(names: readonly string[], cwd: string, inputs: readonly string[]): Promise<readonly Out[]> {
  const taken = new Set(await Promise.all(inputs.map(canonical)));
  const outs: Out[] = [];
  for (const name of names) {
    const out = { name, path: path.resolve(cwd, name), format: formatOfEnding(name) };
    await checkPlace(out);
    const place = await canonical(out.path);
    if (taken.has(place)) throw new TasklaneError('usage', `--out ${escapeForTerminal(name)} is an input file or was named twice; writing it would destroy the other.`, 'Choose another name.');
    taken.add(place);
    outs.push(out);
  }
  return outs;
}

/** The path behind symbolic links, also where the file itself does not exist yet. */
async function canonical(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    // Not there yet: its folder decides.
    return path.join(await realpath(path.dirname(file)), path.basename(file));
  }
}

async function checkPlace(out: Out): Promise<void> {
  const name = escapeForTerminal(out.name);
  const folder = path.dirname(out.path);
  const folderThere = await stat(folder).then((found) => found.isDirectory(), () => false);
  if (!folderThere) throw new TasklaneError('target_unwritable', `--out ${name}: the folder ${escapeForTerminal(folder)} is not there.`, 'Create it first, or choose another place.');
  await writable(folder, `--out ${name}: the folder ${escapeForTerminal(folder)} cannot be written to.`);
  const there = await stat(out.path).catch(() => null);
  if (there === null) return;
  if (!there.isFile()) throw new TasklaneError('target_unwritable', `--out ${name}: there is something else than a file of that name.`, 'Choose another name.');
  await writable(out.path, `--out ${name}: the file is there and cannot be written to.`);
}

async function writable(place: string, message: string): Promise<void> {
  try {
    await access(place, constants.W_OK);
  } catch (error) {
    throw new TasklaneError('target_unwritable', message, 'Change its permissions, or choose another place.', { cause: error });
  }
}
