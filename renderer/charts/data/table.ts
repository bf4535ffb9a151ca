/** What "view as table" shows. */
export interface ChartTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** Rows there are in all; more than `rows` holds when the table was cut. */
  readonly total: number;
}

export interface TableColumn {
  readonly label: string;
  readonly numeric: boolean;
}

export interface TableRow {
  readonly key: string;
  readonly cells: readonly string[];
  /** Task to open from this row, or null. */
  readonly taskIndex: number | null;
}

/** A table of many thousand rows helps nobody on a screen; results are exported in full elsewhere. */
export const TABLE_ROWS = 200;
