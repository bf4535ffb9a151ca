import type { TaskDigest } from '../../shared/contract/commands.ts';
import { isLive } from './run-text.ts';
import { debounce } from './services.ts';
import type { Services } from './services.ts';
import type { GetState, SetState } from './state.ts';
import { isMoving, orderRows } from './table-order.ts';
import type { RowFilter, SortKey, TableView } from './table-order.ts';

const SEARCH_MS = 200;
const DIGEST_MS = 40;
/** Most texts that one command asks for. */
const DIGESTS_AT_ONCE = 200;
const DIGESTS_KEPT = 2000;

/** A row's texts and the state of the row that they belong to. */
interface KeptDigest {
  readonly digest: TaskDigest;
  readonly signature: string;
}

export interface TableSlice extends TableView {
  readonly search: string;
  /** Positions of the rows to show; null = all in input order. */
  readonly order: Uint32Array | null;
  /** True while the order is kept still because the run goes on and rows could move. */
  readonly orderFrozen: boolean;
  readonly selected: ReadonlySet<number>;
  /** Where a range selection begins, a task's position. */
  readonly anchor: number | null;
  readonly digests: ReadonlyMap<number, KeptDigest>;
  readonly setFilter: (filter: RowFilter) => void;
  /** Sorts by a column; by the same one again turns the direction, a third time goes back to input order. */
  readonly sortBy: (sort: SortKey) => void;
  readonly setSearch: (text: string) => void;
  /** Brings a frozen order up to date. */
  readonly updateOrder: () => void;
  /** After rows changed: the order follows unless it is frozen. */
  readonly refreshOrder: () => void;
  readonly select: (indices: Iterable<number>, anchor: number | null) => void;
  readonly toggleSelected: (index: number) => void;
  /** Selects from the anchor to this row in the order shown. */
  readonly extendSelection: (index: number) => void;
  readonly selectAll: () => void;
  readonly clearSelection: () => void;
  /** Rows on screen; their texts are fetched and kept fresh. */
  readonly setVisible: (indices: readonly number[]) => void;
  readonly refreshDigests: () => void;
  readonly resetTable: () => void;
  /** All rows of the batch on screen. */
  readonly rowCount: () => number;
}

const FRESH = { filter: 'all', sort: 'input', descending: false, found: null, search: '', order: null, orderFrozen: false, selected: new Set<number>(), anchor: null, digests: new Map<number, KeptDigest>() } as const;

export function createTableSlice(set: SetState, get: GetState, services: Services): TableSlice {
  const { client } = services;
  const searching = debounce(SEARCH_MS);
  const fetching = debounce(DIGEST_MS);
  let visible: readonly number[] = [];
  let asking = false;

  /** Changes whenever the row's texts may have changed. */
  const signatureOf = (index: number): string => {
    const { runState } = get();
    if (runState === null) return 'input';
    return `${runState.run.runId} ${runState.tasks.status[index] ?? 'idle'} ${runState.tasks.attempts[index] ?? 0}`;
  };
  const reorder = (): void => {
    const state = get();
    set({ order: orderRows(state.rowCount(), state.runState?.tasks ?? null, state), orderFrozen: false });
  };
  const applyView = (view: Partial<TableView>): void => {
    set(view);
    reorder();
  };
  const find = async (text: string): Promise<void> => {
    const { batchId, runState } = get();
    if (batchId === null) return;
    const { indices } = await client.call('task.find', { batchId, runId: runState?.run.runId ?? null, text });
    if (get().search.trim() === text && get().batchId === batchId) applyView({ found: indices });
  };
  const keep = (fetched: readonly TaskDigest[], signatures: ReadonlyMap<number, string>): void => {
    const next = new Map(get().digests);
    for (const digest of fetched) {
      next.delete(digest.index);
      next.set(digest.index, { digest, signature: signatures.get(digest.index) ?? '' });
    }
    for (const index of next.keys()) {
      if (next.size <= DIGESTS_KEPT) break;
      next.delete(index);
    }
    set({ digests: next });
  };
  const fetchDigests = async (): Promise<void> => {
    const { batchId, runState, digests } = get();
    if (batchId === null || asking) return;
    const stale = visible.filter((index) => digests.get(index)?.signature !== signatureOf(index)).slice(0, DIGESTS_AT_ONCE);
    if (stale.length === 0) return;
    const signatures = new Map(stale.map((index) => [index, signatureOf(index)]));
    asking = true;
    try {
      const fetched = await client.call('task.digests', { batchId, runId: runState?.run.runId ?? null, indices: stale });
      if (get().batchId === batchId) keep(fetched, signatures);
    } catch (thrown) {
      get().report(thrown);
      return;
    } finally {
      asking = false;
    }
    get().refreshDigests();
  };

  return {
    ...FRESH,
    setFilter: (filter) => applyView({ filter }),
    sortBy(sort) {
      const { sort: current, descending } = get();
      if (sort !== current || sort === 'input') applyView({ sort, descending: sort === 'time' || sort === 'tokens' || sort === 'attempts' });
      else if (descending === (sort !== 'status')) applyView({ descending: !descending });
      else applyView({ sort: 'input', descending: false });
    },
    setSearch(text) {
      set({ search: text });
      const wanted = text.trim();
      if (wanted === '') {
        searching.cancel();
        applyView({ found: null });
      } else searching.call(() => void get().attempt(() => find(wanted)));
    },
    updateOrder: reorder,
    refreshOrder() {
      const state = get();
      if (!isMoving(state)) {
        if (state.orderFrozen) set({ orderFrozen: false });
      } else if (!isLive(state.runState?.run ?? null)) reorder();
      else if (!state.orderFrozen) set({ orderFrozen: true });
    },
    select: (indices, anchor) => set({ selected: new Set(indices), anchor }),
    toggleSelected(index) {
      const next = new Set(get().selected);
      if (!next.delete(index)) next.add(index);
      set({ selected: next, anchor: index });
    },
    extendSelection(index) {
      const { anchor, order } = get();
      const positionOf = (task: number): number => (order === null ? task : order.indexOf(task));
      const from = anchor === null ? -1 : positionOf(anchor);
      const to = positionOf(index);
      if (from === -1 || to === -1) return get().select([index], index);
      const first = Math.min(from, to);
      const range = Array.from({ length: Math.abs(to - from) + 1 }, (_, offset) => order?.[first + offset] ?? first + offset);
      set({ selected: new Set(range) });
    },
    selectAll() {
      const { order } = get();
      get().select(order ?? Array.from({ length: get().rowCount() }, (_, index) => index), null);
    },
    clearSelection: () => set({ selected: FRESH.selected, anchor: null }),
    setVisible(indices) {
      visible = indices;
      get().refreshDigests();
    },
    refreshDigests() {
      const { digests } = get();
      if (visible.some((index) => digests.get(index)?.signature !== signatureOf(index))) fetching.call(() => void fetchDigests());
    },
    resetTable() {
      searching.cancel();
      fetching.cancel();
      visible = [];
      set(FRESH);
    },
    rowCount: () => get().detail?.taskCount ?? 0,
  };
}
