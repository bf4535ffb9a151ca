import type { TaskPatch } from '../../shared/contract/columns.ts';
import { FAILURE_CLASSES, TASK_STATUSES } from '../../shared/vocabulary.ts';
import type { RowStatus } from './run-text.ts';

export type SortKey = 'input' | 'status' | 'attempts' | 'time' | 'tokens';

/**
 * Which rows are shown: those of a state, `flagged` ones, or `interrupted` ones: in flight when the program ended, and not
 * answered since.
 */
export type RowFilter = RowStatus | 'all' | 'flagged' | 'interrupted';

export interface TableView {
  readonly filter: RowFilter;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** Positions that a search found, ascending; null without a search. */
  readonly found: Uint32Array | null;
}

/** What stands first when sorted by status: what needs the eye. */
const STATUS_RANK: Readonly<Record<RowStatus, number>> = { failed: 0, running: 1, queued: 2, completed: 3, cancelled: 4, idle: 5 };

/** The status of a task's row; `idle` where no run has it. `tasks` holds the run's rows by position, null without a run. */
export function rowStatusAt(tasks: TaskPatch | null, index: number): RowStatus {
  if (tasks === null) return 'idle';
  const position = tasks.status[index];
  return position === undefined ? 'idle' : (TASK_STATUSES[position] ?? 'idle');
}

const INTERRUPTED = FAILURE_CLASSES.indexOf('interrupted') + 1;

function passes(tasks: TaskPatch | null, index: number, filter: RowFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'flagged':
      return (tasks?.flags[index] ?? 0) !== 0;
    case 'interrupted':
      return tasks?.failure[index] === INTERRUPTED && rowStatusAt(tasks, index) !== 'completed';
    default:
      return rowStatusAt(tasks, index) === filter;
  }
}

/** Whether the order is simply the input's, so that no list of positions is needed. */
export function isInputOrder(view: TableView): boolean {
  return view.filter === 'all' && view.sort === 'input' && !view.descending && view.found === null;
}

/** Whether rows could move or vanish while a run goes on, so that the order is frozen then. */
export function isMoving(view: TableView): boolean {
  return view.filter !== 'all' || view.sort !== 'input';
}

function keyOf(tasks: TaskPatch | null, sort: SortKey): (index: number) => number {
  switch (sort) {
    case 'status':
      return (index) => STATUS_RANK[rowStatusAt(tasks, index)];
    case 'attempts':
      return (index) => tasks?.attempts[index] ?? 0;
    case 'time':
      return (index) => tasks?.serviceMs[index] ?? Number.NaN;
    case 'tokens':
      return (index) => {
        const tokens = tasks?.outputTokens[index] ?? -1;
        return tokens < 0 ? Number.NaN : tokens;
      };
    default:
      return (index) => index;
  }
}

/**
 * The positions of the rows to show, in order; null means all `count` rows in input order. Equal rows keep the input's
 * order; rows without a value come last in both directions.
 */
export function orderRows(count: number, tasks: TaskPatch | null, view: TableView): Uint32Array | null {
  if (isInputOrder(view)) return null;
  const source = view.found ?? Uint32Array.from({ length: count }, (_, index) => index);
  const shown = source.filter((index) => index < count && passes(tasks, index, view.filter));
  if (view.sort === 'input') return view.descending ? shown.reverse() : shown;
  const key = keyOf(tasks, view.sort);
  const keys = new Float64Array(count);
  for (const index of shown) keys[index] = key(index);
  const sign = view.descending ? -1 : 1;
  return shown.sort((left, right) => {
    const a = keys[left] ?? Number.NaN;
    const b = keys[right] ?? Number.NaN;
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || left - right;
    return (a - b) * sign || left - right;
  });
}
