import type { FileFormat, ReadOptions } from '../../../shared/contract/commands.ts';
import { TasklaneError } from '../../../shared/errors.ts';
import { declaredDelimiter, detectDelimiter } from '../text/detect-dialect.ts';
import { jsonMembers } from '../text/json-members.ts';
import { csvReader, tsvReader } from './delimited-reader.ts';
import { jsonlReader } from './jsonl-reader.ts';
import type { Head, Reader } from './reader.ts';
import { textReader } from './text-reader.ts';

/** Every format that can be read. */
const READERS = { csv: csvReader, tsv: tsvReader, jsonl: jsonlReader, text: textReader } as const satisfies Record<FileFormat, Reader>;

/** Endings that are known but cannot be read, with what to do; read as plain text they would become wrong tasks. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  json: 'Write one JSON object per line and name the file .jsonl.',
  xlsx: 'In the spreadsheet program, save the sheet as "CSV UTF-8" and add that file.',
  xls: 'In the spreadsheet program, save the sheet as "CSV UTF-8" and add that file.',
  ods: 'In the spreadsheet program, save the sheet as CSV with UTF-8 and add that file.',
  numbers: 'Export the sheet as CSV with UTF-8 and add that file.',
  md: 'Write one task per line and name the file .txt.',
  markdown: 'Write one task per line and name the file .txt.',
  parquet: 'Convert it to CSV or JSONL and add that file.',
};

/** Endings of the files that can be read, without the dot, for open dialogs and messages. */
export const READABLE_ENDINGS: readonly string[] = Object.values(READERS).flatMap(({ endings }) => endings);

/** The reader for a file: as told, else by the ending of its name, else by its content. Throws `unsupported`. */
export function readerFor(name: string, head: Head, options: ReadOptions): Reader {
  if (options.format !== null) return READERS[options.format];
  const ending = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const advice = Object.hasOwn(UNSUPPORTED, ending) ? UNSUPPORTED[ending] : undefined;
  if (advice !== undefined) throw new TasklaneError('unsupported', `"${name}" is a .${ending} file; these can be read: ${READABLE_ENDINGS.map((known) => `.${known}`).join(', ')}.`, advice);
  return Object.values(READERS).find(({ endings }) => endings.includes(ending)) ?? readerByContent(head);
}

function readerByContent(head: Head): Reader {
  const firstLine = /^\s*([^\r\n]*)/.exec(head.text)?.[1] ?? '';
  if (firstLine.startsWith('{') && typeof jsonMembers(firstLine) === 'object') return jsonlReader;
  const delimiter = declaredDelimiter(head.text) ?? detectDelimiter(head.text, head.complete);
  if (delimiter === '\t') return tsvReader;
  return delimiter !== null && isTable(head, delimiter) ? csvReader : textReader;
}

/** Sentences have commas too: a table has the same number of delimiters in each of its first lines, two lines at least. */
function isTable(head: Head, delimiter: string): boolean {
  const lines = head.text.split(/\r\n|\n|\r/, 20).filter((line) => line.trim() !== '');
  if (lines.length < 2) return false;
  const counts = new Set((head.complete ? lines : lines.slice(0, -1)).map((line) => line.split(delimiter).length));
  return counts.size === 1;
}
