import type { BadRow, ReadOptions, Vars } from '../../shared/contract/commands.ts';
import { emptyInput, inspectOpenFile } from './inspect-file.ts';
import type { Reader, ReadRow } from './readers/reader.ts';
import { decodeFile } from './text/decode-file.ts';
import { openFile, type OpenFile } from './text/open-file.ts';
import type { FileLayout } from './inspect-file.ts';

const ROWS_PER_CHUNK = 1000;

export interface Row {
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
  readonly vars: Vars;
}

/** At most 1,000 rows, good and bad ones together, each in the order of the file. */
export interface RowChunk {
  readonly rows: readonly Row[];
  readonly bad: readonly BadRow[];
}

/**
 * Every row of a file, in a stream: memory does not grow with the file. A row that cannot be read never stops it.
 * Throws what `inspectFile` throws, `file_format` at the first byte that is not UTF-8, `file_unreadable` when the file
 * changed meanwhile (rows that came before are not to be kept then), and the signal's reason.
 */
export async function* readRows(path: string, name: string, options: ReadOptions, signal?: AbortSignal): AsyncGenerator<RowChunk, void, undefined> {
  const file = await openFile(path, name);
  try {
    signal?.throwIfAborted();
    const { layout, reader } = await inspectOpenFile(file, options);
    yield* readOpenFile(file, layout, reader, signal);
  } finally {
    await file.handle.close();
  }
}

export async function* readOpenFile(file: OpenFile, layout: FileLayout, reader: Reader, signal?: AbortSignal): AsyncGenerator<RowChunk, void, undefined> {
  const parser = reader.createParser(layout);
  let found = 0;
  for await (const text of decodeFile(file, signal)) {
    for (const chunk of chunksOf(parser.push(text), file.name)) {
      found += chunk.rows.length + chunk.bad.length;
      yield chunk;
      signal?.throwIfAborted();
    }
  }
  for (const chunk of chunksOf(parser.end(), file.name)) {
    found += chunk.rows.length + chunk.bad.length;
    yield chunk;
  }
  if (found === 0) throw emptyInput(file.name, layout.header ? 'has a header but no rows' : 'has no rows');
}

function* chunksOf(read: readonly ReadRow[], file: string): Generator<RowChunk, void, undefined> {
  for (let start = 0; start < read.length; start += ROWS_PER_CHUNK) {
    const rows: Row[] = [];
    const bad: BadRow[] = [];
    for (const row of read.slice(start, start + ROWS_PER_CHUNK)) {
      if ('vars' in row) rows.push(row);
      else bad.push({ file, line: row.line, reason: row.reason });
    }
    yield { rows, bad };
  }
}
