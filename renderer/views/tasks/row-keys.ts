import { assertNever } from '../../../shared/errors.ts';
import type { AppStore } from '../../store/store.ts';
import { rowStatusAt } from '../../store/table-order.ts';

export type RowKeyAction =
  | { readonly type: 'move'; readonly rows: number; readonly extend: boolean }
  | { readonly type: 'open' | 'toggle' | 'retry' | 'copy' | 'selectAll' | 'clear' };

/** What of a key press the table needs. */
export interface RowKeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const MOVES: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, J: 1, ArrowUp: -1, k: -1, K: -1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY };
const DEEDS: Readonly<Record<string, Exclude<RowKeyAction['type'], 'move'>>> = { Enter: 'open', x: 'toggle', X: 'toggle', ' ': 'toggle', r: 'retry', c: 'copy', Escape: 'clear' };

/** What a key does in the table, or null; `pageRows` is what PageUp and PageDown move by. */
export function rowKeyAction(press: RowKeyPress, pageRows: number): RowKeyAction | null {
  const modifier = press.ctrlKey || press.metaKey;
  if (modifier) return press.key.toLowerCase() === 'a' ? { type: 'selectAll' } : null;
  if (press.altKey) return null;
  if (press.key === 'PageDown' || press.key === 'PageUp') return { type: 'move', rows: press.key === 'PageDown' ? pageRows : -pageRows, extend: press.shiftKey };
  const rows = Object.hasOwn(MOVES, press.key) ? MOVES[press.key] : undefined;
  if (rows !== undefined) return { type: 'move', rows, extend: press.shiftKey };
  const deed = Object.hasOwn(DEEDS, press.key) ? DEEDS[press.key] : undefined;
  return deed === undefined ? null : { type: deed };
}

type Deed = Exclude<RowKeyAction['type'], 'move'>;

function retry(store: AppStore, index: number): void {
  const state = store.getState();
  const chosen = state.selected.size > 0 ? [...state.selected] : [index];
  const indices = chosen.filter((task) => ['failed', 'cancelled'].includes(rowStatusAt(state.runState?.tasks ?? null, task)));
  if (indices.length === 0) state.notify('Only failed and cancelled tasks can be sent again.');
  else void state.retry(indices);
}

/** Does to the row under the cursor what a key asks for; retrying and copying take all selected rows. */
export function performRowKey(store: AppStore, deed: Deed, index: number): void {
  const state = store.getState();
  switch (deed) {
    case 'open':
      return state.openTask(index);
    case 'toggle':
      return state.toggleSelected(index);
    case 'retry':
      return retry(store, index);
    case 'copy':
      return void state.copyAnswer(index);
    case 'selectAll':
      return state.selectAll();
    case 'clear':
      return state.selected.size > 0 ? state.clearSelection() : state.closeTask();
    default:
      return assertNever(deed);
  }
}
