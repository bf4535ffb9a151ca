import type { ReadOptions, Vars } from '../../../shared/contract/commands.ts';
import { textProblem } from '../text/check-text.ts';
import { numberedColumns, uniqueColumnNames } from '../text/column-names.ts';
import { declaredDelimiter, detectDelimiter, detectHeader, sampleRecords } from '../text/detect-dialect.ts';
import { createDelimitedParser, type DelimitedRecord } from '../text/parse-delimited.ts';
import type { Head, Layout, Reader, ReadRow, RowParser } from './reader.ts';

export const csvReader: Reader = {
  format: 'csv',
  endings: ['csv', 'psv'],
  inspect: (head, options) => inspect('csv', head, options, options.delimiter ?? detectDelimiter(head.text, head.complete)),
  createParser,
};

export const tsvReader: Reader = {
  format: 'tsv',
  endings: ['tsv', 'tab'],
  inspect(head, options) {
    const firstLine = /^[^\r\n]*/.exec(head.text)?.[0] ?? '';
    const detected = firstLine.includes('\t') ? '\t' : detectDelimiter(head.text, head.complete);
    return inspect('tsv', head, options, options.delimiter ?? detected);
  },
  createParser,
};

function inspect(format: 'csv' | 'tsv', head: Head, options: ReadOptions, found: string | null): Layout | null {
  const declared = declaredDelimiter(head.text);
  const delimiter = options.delimiter ?? declared ?? found;
  const all = sampleRecords(head.text, delimiter, head.complete);
  if (!head.complete && all.length < 2) return null;
  const records = declared === null ? all : all.slice(1);
  // A cell beyond the sample may leave its beginning as a broken record; names are read from sound ones.
  const readable = records.filter(({ problem }) => problem === null);
  const header = options.header ?? detectHeader(readable);
  const first = readable[0]?.fields ?? [];
  return { format, delimiter, header, columns: header ? uniqueColumnNames(withoutEmptyEnd(first, readable)) : numberedColumns(first.length) };
}

/** Spreadsheets export formatted but empty columns as delimiters at the end of every line. */
function withoutEmptyEnd(names: readonly string[], records: readonly DelimitedRecord[]): readonly string[] {
  const fitting = records.filter(({ fields }) => fields.length <= names.length);
  let length = names.length;
  while (length > 1 && fitting.every(({ fields }) => (fields[length - 1] ?? '').trim() === '')) length -= 1;
  return names.slice(0, length);
}

function createParser(layout: Layout): RowParser {
  const parser = createDelimitedParser(layout.delimiter);
  let headerPending = layout.header;
  let first = true;
  /** One look at each chunk saves one at each cell. (Text that was decoded from UTF-8 holds no half surrogate pairs.) */
  let nulSeen = false;

  function rowsOf(records: readonly DelimitedRecord[]): ReadRow[] {
    const rows: ReadRow[] = [];
    for (const record of records) {
      const declaration = first && isDeclaration(record, layout.delimiter);
      first = false;
      if (declaration) continue;
      if (headerPending && record.problem === null) {
        headerPending = false;
        continue;
      }
      const row = toRow(record, layout.columns, nulSeen);
      if (row !== null) rows.push(row);
    }
    return rows;
  }

  return {
    push(text) {
      nulSeen ||= text.includes('\0');
      return rowsOf(parser.push(text));
    },
    end: () => rowsOf(parser.end()),
  };
}

function isDeclaration({ fields }: DelimitedRecord, delimiter: string | null): boolean {
  return declaredDelimiter(fields.join(delimiter ?? '')) !== null;
}

/** The row, a bad row, or null for a row of empty cells only. */
function toRow({ line, fields, problem }: DelimitedRecord, columns: readonly string[], nulSeen: boolean): ReadRow | null {
  if (problem !== null) return { line, reason: problem };
  if (fields.length > 1 && fields.every((field) => field === '')) return null;
  if (fields.length !== columns.length) {
    const surplus = fields.slice(columns.length).some((field) => field !== '');
    if (fields.length < columns.length || surplus) return { line, reason: raggedReason(fields.length, columns.length) };
  }
  const vars = Object.create(null) as Record<string, string>;
  for (let i = 0; i < columns.length; i += 1) {
    const column = columns[i] ?? '';
    const value = fields[i] ?? '';
    if (nulSeen && value.includes('\0')) return { line, reason: textProblem(value, `column "${column}"`) };
    vars[column] = value;
  }
  return { line, vars: vars satisfies Vars };
}

function raggedReason(values: number, columns: number): string {
  const advice = values < columns ? 'values are missing, or a quoted value lacks its quotes' : 'a value that contains the delimiter must stand in quotes';
  return `${values} ${values === 1 ? 'value' : 'values'} where ${columns} ${columns === 1 ? 'column was' : 'columns were'} expected; ${advice}`;
}
