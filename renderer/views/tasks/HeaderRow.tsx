import { ArrowDown, ArrowUp } from 'lucide-react';
import { classNames } from '../../components/class-names.ts';
import { useApp } from '../../store/use-store.ts';
import { CELL, TABLE_COLUMNS } from './columns.ts';

/** The titles; those that can be sorted by are buttons. */
export function HeaderRow() {
  const sort = useApp((state) => state.sort);
  const descending = useApp((state) => state.descending);
  const sortBy = useApp((state) => state.sortBy);
  const Arrow = descending ? ArrowDown : ArrowUp;
  return (
    <div role="rowgroup" className="sticky top-0 z-10">
      <div role="row" aria-rowindex={1} className="flex h-7 border-b border-border bg-background pr-2 pl-1 text-label text-muted select-none">
        <div role="columnheader" className="w-8 shrink-0">
          <span className="sr-only">Selected</span>
        </div>
        {TABLE_COLUMNS.map((column) => {
          const active = column.sort !== null && sort === column.sort && (column.sort !== 'input' || descending);
          return (
            <div key={column.key} role="columnheader" aria-sort={active ? (descending ? 'descending' : 'ascending') : undefined} className={classNames(CELL, 'font-normal', column.look)}>
              {column.sort === null ? (
                column.title
              ) : (
                <button type="button" title={`Sort by ${column.title.toLowerCase()}`} onClick={() => sortBy(column.sort)} className={classNames('inline-flex items-center gap-0.5 rounded whitespace-nowrap hover:text-text', active && 'font-medium text-text')}>
                  {column.title}
                  {active && <Arrow aria-hidden size={11} />}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
