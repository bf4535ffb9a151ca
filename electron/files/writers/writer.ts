import type { ResultRow } from './result-row.ts';

/** One format of result files; every writer is listed in write-results.ts. */
export interface ResultWriter {
  /** What stands before the rows. `columns` are the input's. */
  header(columns: readonly string[]): string;
  row(row: ResultRow, columns: readonly string[]): string;
}
