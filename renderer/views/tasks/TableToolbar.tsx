import { RefreshCw, RotateCcw, Search, Square, X } from 'lucide-react';
import { Button, IconButton } from '../../components/Button.tsx';
import { INPUT_LOOK } from '../../components/fields.tsx';
import { formatCount } from '../../../shared/format/format.ts';
import { rowStatusText } from '../../store/run-text.ts';
import type { RowStatus } from '../../store/run-text.ts';
import { useApp, useBlocked } from '../../store/use-store.ts';
import { rowStatusAt } from '../../store/table-order.ts';
import type { RowFilter } from '../../store/table-order.ts';

const FILTERS: readonly RowStatus[] = ['queued', 'running', 'completed', 'failed', 'cancelled'];

function SelectionActions() {
  const selected = useApp((state) => state.selected);
  const tasks = useApp((state) => state.runState?.tasks ?? null);
  const blocked = useBlocked();
  const retry = useApp((state) => state.retry);
  const cancelTasks = useApp((state) => state.cancelTasks);
  const clearSelection = useApp((state) => state.clearSelection);
  const chosen = [...selected];
  const retryable = chosen.filter((index) => ['failed', 'cancelled'].includes(rowStatusAt(tasks, index)));
  const cancellable = chosen.filter((index) => ['queued', 'running'].includes(rowStatusAt(tasks, index)));
  return (
    <fieldset aria-label="Selected tasks" className="flex items-center gap-2">
      <span className="whitespace-nowrap text-secondary">{`${formatCount(selected.size)} selected`}</span>
      <Button small icon={RotateCcw} disabled={retryable.length === 0 || blocked} onClick={() => void retry(retryable)}>
        {retryable.length === 0 ? 'Retry' : `Retry ${formatCount(retryable.length)}`}
      </Button>
      <Button small icon={Square} disabled={cancellable.length === 0 || blocked} aria-label="Cancel selected" onClick={() => void cancelTasks(cancellable)}>
        {cancellable.length === 0 ? 'Cancel' : `Cancel ${formatCount(cancellable.length)}`}
      </Button>
      <IconButton icon={X} label="Clear selection" keys="Esc" onClick={clearSelection} />
    </fieldset>
  );
}

/** Search and filter, or what can be done with the selected tasks. */
export function TableToolbar() {
  const search = useApp((state) => state.search);
  const setSearch = useApp((state) => state.setSearch);
  const filter = useApp((state) => state.filter);
  const setFilter = useApp((state) => state.setFilter);
  const frozen = useApp((state) => state.orderFrozen);
  const updateOrder = useApp((state) => state.updateOrder);
  const shown = useApp((state) => state.order?.length ?? state.detail?.taskCount ?? 0);
  const total = useApp((state) => state.detail?.taskCount ?? 0);
  const selecting = useApp((state) => state.selected.size > 0);
  return (
    <div className="flex h-10 shrink-0 items-center gap-2 border-b border-border px-4 select-none">
      <div className="relative w-60 shrink">
        <Search aria-hidden size={13} className="pointer-events-none absolute top-[7px] left-2 text-muted" />
        <input
          data-search
          type="text"
          role="searchbox"
          aria-label="Search tasks"
          placeholder="Search prompts, answers"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setSearch('');
            if (event.key === 'ArrowDown') document.querySelector<HTMLElement>('table[role=grid]')?.focus({ preventScroll: true });
          }}
          className={`${INPUT_LOOK} h-7 w-full pl-7`}
        />
      </div>
      <select aria-label="Filter by state" value={filter} onChange={(event) => setFilter(event.target.value as RowFilter)} className={`${INPUT_LOOK} h-7 w-30 pr-1 pl-1.5`}>
        <option value="all">All states</option>
        {FILTERS.map((status) => (
          <option key={status} value={status}>
            {rowStatusText(status)}
          </option>
        ))}
        <hr />
        <option value="interrupted">Interrupted</option>
        <option value="flagged">Flagged</option>
      </select>
      {shown !== total && <span className="whitespace-nowrap text-small text-secondary">{`${formatCount(shown)} of ${formatCount(total)}`}</span>}
      {frozen && (
        <Button small look="ghost" icon={RefreshCw} title="Rows stay where they are while the run goes on" onClick={updateOrder}>
          Update list
        </Button>
      )}
      <span className="flex-1" />
      {selecting && <SelectionActions />}
    </div>
  );
}
