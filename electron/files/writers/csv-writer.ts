import { RESULT_COLUMNS, resultCells } from './result-row.ts';
import type { ResultWriter } from './writer.ts';

/** RFC 4180 with CRLF, UTF-8 without BOM; values as they are, so that reading the file back gives the same data. */
export const csvWriter: ResultWriter = {
  header: (columns) => lineOf([...RESULT_COLUMNS, ...columns.map((column) => `var.${column}`)]),
  row: (row, columns) => lineOf([...resultCells(row).map(textOf), ...columns.map((column) => (Object.hasOwn(row.vars, column) ? (row.vars[column] ?? '') : ''))]),
};

function lineOf(values: readonly string[]): string {
  return `${values.map(quoteWhereNeeded).join(',')}\r\n`;
}

function quoteWhereNeeded(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function textOf(cell: string | number | null): string {
  if (cell === null) return '';
  return typeof cell === 'number' ? plainNumber(cell) : cell;
}

/** Without an exponent, which not every spreadsheet reads: 0.0000004, not 4e-7. */
function plainNumber(value: number): string {
  const text = String(value);
  return text.includes('e-') ? value.toFixed(12).replace(/0+$/, '') : text;
}
