import { formatCount } from '../../shared/format/format.ts';
import type { ChartTable } from './data/table.ts';

interface ChartTableViewProps {
  /** What the table shows, for a screen reader. */
  readonly caption: string;
  readonly table: ChartTable;
  readonly onOpenTask: (index: number) => void;
}

/** The numbers behind a chart as a real table. */
export function ChartTableView({ caption, table, onOpenTask }: ChartTableViewProps) {
  return (
    <div className="max-h-[320px] min-w-0 overflow-auto rounded-md border border-border">
      <table className="w-full border-collapse text-[12px]/[18px] tabular-nums">
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 bg-raised text-secondary">
          <tr>
            {table.columns.map((column) => (
              <th key={column.label} scope="col" className={`px-3 py-1 font-medium whitespace-nowrap ${column.numeric ? 'text-right' : 'text-left'}`}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="text-text">
          {table.rows.map((row) => (
            <tr key={row.key} className="border-t border-border">
              {row.cells.map((cell, index) => {
                const column = table.columns[index]!;
                const task = index === 0 ? row.taskIndex : null;
                return (
                  <td key={column.label} className={`px-3 py-1 ${column.numeric ? 'text-right whitespace-nowrap' : 'text-left'}`}>
                    {task === null ? (
                      cell
                    ) : (
                      <button type="button" className="text-accent underline-offset-2 hover:underline focus-visible:outline-2 focus-visible:outline-accent" onClick={() => onOpenTask(task)}>
                        {cell}
                      </button>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {table.total > table.rows.length && (
        <p className="m-0 border-t border-border px-3 py-1 text-[12px] text-secondary">
          The first {formatCount(table.rows.length)} of {formatCount(table.total)} rows. Export the results for all of them.
        </p>
      )}
    </div>
  );
}
