/**
 * Rows as columns of text, two spaces apart; nothing is cut. Cells must be escaped already.
 * @param align one letter a column: `l` or `r`.
 */
export function formatTable(rows: readonly (readonly string[])[], align: string): string {
  const columns = align.split('');
  const widths = columns.map((_, column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    columns
      .map((side, column) => {
        const cell = row[column] ?? '';
        return side === 'r' ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
      })
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}
