import type { FileFormat, ReadOptions, Vars } from '../../../shared/contract/commands.ts';

/** The beginning of a file, decoded. */
export interface Head {
  readonly text: string;
  /** The head is the whole file. */
  readonly complete: boolean;
}

/** How a file is laid out, as given or as found out. */
export interface Layout {
  readonly format: FileFormat;
  /** CSV and TSV; null when there is only one column. */
  readonly delimiter: string | null;
  readonly header: boolean;
  /** In the order of the file; of JSONL those of the head, since every line may bring more. */
  readonly columns: readonly string[];
}

/** A row that becomes a task, or one that cannot and says why. */
export type ReadRow = { readonly line: number; readonly vars: Vars } | { readonly line: number; readonly reason: string };

export interface RowParser {
  /** Rows that are complete with this chunk of text. */
  push(text: string): readonly ReadRow[];
  /** What is left at the end of the file. */
  end(): readonly ReadRow[];
}

/** One file format; every reader is listed in registry.ts. */
export interface Reader {
  readonly format: FileFormat;
  /** Endings of file names, lower case, without the dot. */
  readonly endings: readonly string[];
  /** Finds the layout out, or null when the head is too short to tell. */
  inspect(head: Head, options: ReadOptions): Layout | null;
  createParser(layout: Layout): RowParser;
}
