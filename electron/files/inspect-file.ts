import type { ReadOptions } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { decodeHead } from './text/decode-file.ts';
import { openFile, type OpenFile } from './text/open-file.ts';
import { MAX_RECORD_CHARACTERS } from './text/split-lines.ts';
import type { Layout, Reader } from './readers/reader.ts';
import { readerFor } from './readers/registry.ts';

export interface FileLayout extends Layout {
  /** `UTF-8` or `UTF-8 with BOM`. */
  readonly encoding: string;
  readonly sizeBytes: number;
}

/** How much of a file is looked at; the second try is for one whose first record is huge. */
const HEAD_BYTES = [1024 * 1024, 2 * MAX_RECORD_CHARACTERS] as const;

/**
 * How a file is laid out, from its beginning. `name` is what people call it (an upload lies under another path); its
 * ending decides on the format unless `options` do. Throws `file_not_found`, `file_unreadable`, `file_format`,
 * `unsupported`, `empty_input` and, for a delimiter that is none, `usage`.
 */
export async function inspectFile(path: string, name: string, options: ReadOptions): Promise<FileLayout> {
  const file = await openFile(path, name);
  try {
    return (await inspectOpenFile(file, options)).layout;
  } finally {
    await file.handle.close();
  }
}

export async function inspectOpenFile(file: OpenFile, options: ReadOptions): Promise<{ readonly layout: FileLayout; readonly reader: Reader }> {
  refuseDelimiter(options.delimiter);
  for (const maxBytes of HEAD_BYTES) {
    const { encoding, ...decoded } = await decodeHead(file, maxBytes);
    const head = maxBytes === HEAD_BYTES[0] ? decoded : { ...decoded, complete: true };
    if (head.complete && head.text.trim() === '') throw emptyInput(file.name, 'is empty');
    const reader = readerFor(file.name, head, options);
    const layout = reader.inspect(head, options);
    if (layout !== null) {
      refuseBinaryNames(layout, file.name);
      return { layout: { ...layout, encoding, sizeBytes: file.sizeBytes }, reader };
    }
  }
  throw emptyInput(file.name, 'has no row that can be told apart');
}

export function emptyInput(name: string, what: string): TasklaneError {
  return new TasklaneError('empty_input', `"${name}" ${what}; at least one row was expected.`, 'Add rows below the header, or choose another file.');
}

function refuseDelimiter(delimiter: string | null): void {
  if (delimiter === null || /^[^"\r\n]$/.test(delimiter)) return;
  throw new TasklaneError('usage', `A delimiter is one character other than a quote or a line end; ${JSON.stringify(delimiter)} came.`, 'Use a comma, semicolon, tab or vertical bar.');
}

function refuseBinaryNames(layout: Layout, name: string): void {
  if (!layout.columns.some((column) => column.includes('\0'))) return;
  throw new TasklaneError('file_format', `"${name}" is not a text file: its first line contains NUL characters.`, 'Save it as CSV, TSV, JSONL or plain text in UTF-8 and add that file.');
}
