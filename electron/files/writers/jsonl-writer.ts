import type { Vars } from '../../../shared/contract/commands.ts';
import { RESULT_COLUMNS, resultCells } from './result-row.ts';
import type { ResultWriter } from './writer.ts';

/** One JSON object a line with the names of the CSV columns; the input's own columns are under `vars`. */
export const jsonlWriter: ResultWriter = {
  header: () => '',
  row(row, columns) {
    const cells = resultCells(row);
    const members = RESULT_COLUMNS.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(cells[i])}`);
    return `{${members.join(',')},"vars":${JSON.stringify(varsOf(row.vars, columns))}}\n`;
  },
};

/** Null-prototype, so that a column `__proto__` stays a member. */
function varsOf(vars: Vars, columns: readonly string[]): Record<string, string | null> {
  const own = Object.create(null) as Record<string, string | null>;
  for (const column of columns) own[column] = Object.hasOwn(vars, column) ? (vars[column] ?? null) : null;
  return own;
}
