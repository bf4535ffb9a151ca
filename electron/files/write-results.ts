import type { ResultFormat } from '../../shared/contract/commands.ts';
import { csvWriter } from './writers/csv-writer.ts';
import { jsonlWriter } from './writers/jsonl-writer.ts';
import type { ResultRow } from './writers/result-row.ts';
import { writePartsAtomic } from './writers/write-atomic.ts';
import type { ResultWriter } from './writers/writer.ts';

/** Every format that results can be written in. */
const WRITERS = { csv: csvWriter, jsonl: jsonlWriter } as const satisfies Record<ResultFormat, ResultWriter>;

export interface WriteResultsRequest {
  readonly path: string;
  readonly format: ResultFormat;
  /** Columns of the input, in order. */
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<ResultRow> | Iterable<ResultRow>;
  readonly signal?: AbortSignal;
}

/**
 * Writes results in the order given, in a stream and atomically: the file holds all of them or stays as it was.
 * Throws `target_unwritable`, the signal's reason, or what `rows` throws.
 */
export async function writeResults({ path, format, columns, rows, signal }: WriteResultsRequest): Promise<{ readonly rows: number; readonly sizeBytes: number }> {
  const writer = WRITERS[format];
  let count = 0;
  async function* parts(): AsyncGenerator<string, void, undefined> {
    yield writer.header(columns);
    for await (const row of rows) {
      yield writer.row(row, columns);
      count += 1;
    }
  }
  const sizeBytes = await writePartsAtomic(path, parts(), signal);
  return { rows: count, sizeBytes };
}
