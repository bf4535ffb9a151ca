import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import type { ImportPreview, ReadOptions, SourceRef } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { formatBytes, formatCount, formatCounted } from '../../shared/format/format.ts';
import type { Tasklane } from '../api/types.ts';
import { escapeForTerminal } from './escape.ts';
import type { CliIo } from './io.ts';

export const READ_OPTIONS: ReadOptions = { format: null, delimiter: null, header: null };

/** A template file is read whole, bytes. */
const TEMPLATE_FILE_BYTES_MAX = 10_000_000;
const BAD_ROWS_IN_MESSAGE = 5;
/** From here on reading takes a moment, and says so. */
const LARGE_INPUT_BYTES = 20_000_000;

async function fileAt(name: string, cwd: string): Promise<string> {
  const file = path.resolve(cwd, name);
  const found = await stat(file).catch((error: unknown) => {
    throw new TasklaneError('file_not_found', `${escapeForTerminal(name)} cannot be found${error instanceof Error && 'code' in error && error.code === 'EACCES' ? ' or may not be looked at' : ''}.`, `Paths start from ${escapeForTerminal(cwd)}.`, { cause: error });
  });
  if (found.isDirectory()) throw new TasklaneError('unsupported', `${escapeForTerminal(name)} is a folder; folders as input are not built yet.`, 'Name the files themselves.');
  if (!found.isFile()) throw new TasklaneError('file_unreadable', `${escapeForTerminal(name)} is not a regular file.`, 'Name a regular file; save a stream or pipe to a file first.');
  return file;
}

/** Absolute paths of the input files. Throws `file_not_found`, `file_unreadable`, or `unsupported` for a folder. */
export async function checkInputs(names: readonly string[], cwd: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of names) files.push(await fileAt(name, cwd));
  return files;
}

/** The given template or that of the given file; null when neither was given. One line break at the end of a file is not part of it. */
export async function readTemplate(options: { readonly template?: string; readonly templateFile?: string }, cwd: string): Promise<string | null> {
  if (options.templateFile === undefined) return options.template ?? null;
  const file = await fileAt(options.templateFile, cwd);
  const { size } = await stat(file);
  if (size > TEMPLATE_FILE_BYTES_MAX) throw new TasklaneError('usage', `--template-file ${escapeForTerminal(options.templateFile)} has ${formatCount(size)} bytes; a template has at most ${formatCount(TEMPLATE_FILE_BYTES_MAX)}.`);
  const bytes = await readFile(file);
  const text = decode(bytes, options.templateFile).replace(/\r?\n$/, '');
  if (text.trim() === '') throw new TasklaneError('usage', `--template-file ${escapeForTerminal(options.templateFile)} is empty.`);
  return text;
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new TasklaneError('file_format', `--template-file ${escapeForTerminal(name)} is not UTF-8 text.`, 'Save it as UTF-8.', { cause: error });
  }
}

/**
 * Reads the input files and looks for what would be lost: rows that cannot be read are listed by line on stderr, and stop
 * the command unless `skipBadRows`. Throws `row_invalid`, `empty_input` and whatever reading throws.
 */
export async function previewInputs(tasklane: Tasklane, files: readonly string[], skipBadRows: boolean, io: CliIo): Promise<{ readonly sourceIds: readonly string[]; readonly preview: ImportPreview }> {
  const sources: SourceRef[] = [];
  for (const file of files) sources.push(await tasklane.addSource(file));
  const sourceIds = sources.map((source) => source.sourceId);
  const sizeBytes = sources.reduce((sum, source) => sum + source.sizeBytes, 0);
  if (sizeBytes > LARGE_INPUT_BYTES) io.stderr(`Reading ${formatBytes(sizeBytes)}…\n`);
  const preview = await tasklane.call('source.preview', { sourceIds, options: READ_OPTIONS });
  if (preview.badRowCount > 0) {
    // A few are named by the error itself.
    if (skipBadRows || preview.badRowCount > BAD_ROWS_IN_MESSAGE) listBadRows(preview, io);
    if (!skipBadRows) throw badRowsError(preview);
    io.stderr(`Going on without ${formatCounted(preview.badRowCount, 'bad row')}.\n`);
  }
  if (preview.rowCount === 0) {
    throw new TasklaneError('empty_input', `There are no tasks in ${preview.files.map((file) => file.name).join(', ')}.`, 'A file needs at least one row besides its header.');
  }
  return { sourceIds, preview };
}

function badRowText(row: ImportPreview['badRows'][number]): string {
  return `${escapeForTerminal(row.file)}, line ${row.line}: ${escapeForTerminal(row.reason)}`;
}

function listBadRows(preview: ImportPreview, io: CliIo): void {
  for (const row of preview.badRows) io.stderr(`${badRowText(row)}\n`);
  const unlisted = preview.badRowCount - preview.badRows.length;
  if (unlisted > 0) io.stderr(`and ${formatCounted(unlisted, 'more bad row')}\n`);
}

function badRowsError(preview: ImportPreview): TasklaneError {
  const first = preview.badRows.slice(0, BAD_ROWS_IN_MESSAGE).map(badRowText).join('; ');
  const more = preview.badRowCount > BAD_ROWS_IN_MESSAGE ? `; and ${formatCount(preview.badRowCount - BAD_ROWS_IN_MESSAGE)} more` : '';
  return new TasklaneError(
    'row_invalid',
    `${formatCounted(preview.badRowCount, 'row')} cannot be read, ${formatCount(preview.rowCount)} can: ${first}${more}. Nothing was sent.`,
    'Mend the file, or go on without these rows with --skip-bad-rows.',
  );
}
