import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import { rowStatusAt } from '../../store/table-order.ts';
import { useApp, useAppStore } from '../../store/use-store.ts';
import { EmptyTab } from '../EmptyTab.tsx';
import { HEADER_PX, ROW_PX } from './columns.ts';
import { HeaderRow } from './HeaderRow.tsx';
import { performRowKey, rowKeyAction } from './row-keys.ts';
import { rowId, TaskRow } from './TaskRow.tsx';

/** Rows drawn beyond each edge of what is seen. */
const OVERSCAN = 3;

/** All tasks: virtual rows, one tab stop whose active row the arrows move, nothing jumps while the run is on. */
export function TaskTable() {
  const store = useAppStore();
  const order = useApp((state) => state.order);
  const count = useApp((state) => state.order?.length ?? state.detail?.taskCount ?? 0);
  const filtered = useApp((state) => state.filter !== 'all' || state.found !== null);
  const runState = useApp((state) => state.runState);
  const digests = useApp((state) => state.digests);
  const selected = useApp((state) => state.selected);
  const openIndex = useApp((state) => state.taskIndex);
  const setVisible = useApp((state) => state.setVisible);
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);

  // The virtualizer returns functions that must not be memoised; nothing here memoises them.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: OVERSCAN, scrollMargin: HEADER_PX, scrollPaddingStart: HEADER_PX });
  const items = virtual.getVirtualItems();
  const taskAt = useCallback((position: number): number => order?.[position] ?? position, [order]);
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  const runId = runState?.run.runId;
  useEffect(() => {
    setVisible(Array.from({ length: last - first + 1 }, (_, offset) => taskAt(first + offset)));
  }, [first, last, taskAt, setVisible, runId]);

  const moveTo = (position: number): void => {
    virtual.scrollToIndex(position);
    setActive(taskAt(position));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement && event.key === ' ') return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW_PX) / ROW_PX) - 2);
    const action = rowKeyAction(event, page);
    if (action === null || count === 0) return;
    event.preventDefault();
    if (action.type !== 'move') return performRowKey(store, action.type, active);
    const position = order === null ? active : order.indexOf(active);
    const next = Math.min(Math.max(0, position + action.rows), count - 1);
    const state = store.getState();
    if (action.extend) {
      if (state.anchor === null) state.select([active], active);
      state.extendSelection(taskAt(next));
    }
    moveTo(next);
    if (openIndex !== null) state.openTask(taskAt(next));
  };
  const onPick = useCallback(
    (index: number, event: MouseEvent): void => {
      const state = store.getState();
      setActive(index);
      if (event.shiftKey) state.extendSelection(index);
      else if (event.ctrlKey || event.metaKey) state.toggleSelected(index);
      else {
        state.select([], index);
        state.openTask(index);
      }
    },
    [store],
  );
  const onToggle = useCallback((index: number) => store.getState().toggleSelected(index), [store]);
  const tasks = runState?.tasks ?? null;
  const clockMs = runState?.run.activeMs ?? 0;
  const drawn = items.some((item) => taskAt(item.index) === active);
  // Rows that leave at one end come back at the other as the same elements, which keep their place among their siblings:
  // new texts in old elements cost a tenth of new or moved ones. `aria-rowindex` tells the true order.
  const mostDrawn = Math.ceil((virtual.scrollRect?.height ?? 0) / ROW_PX) + 1 + 2 * OVERSCAN;
  const recycled = Math.max(items.length, mostDrawn);
  const drawnRows = items.toSorted((one, other) => (one.index % recycled) - (other.index % recycled));

  return (
    <div ref={scroller} className="@container min-h-0 flex-1 overflow-auto">
      {/* https://www.w3.org/WAI/ARIA/apg/patterns/grid/ */}
      <div role="grid" tabIndex={0} aria-label="Tasks" aria-rowcount={count + 1} aria-multiselectable aria-activedescendant={drawn ? rowId(active) : undefined} className="group/grid outline-none" onKeyDown={onKeyDown}>
        <HeaderRow />
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {drawnRows.map((item) => {
            const index = taskAt(item.index);
            const status = rowStatusAt(tasks, index);
            const digest = digests.get(index)?.digest ?? null;
            const startedMs = tasks?.startedMs[index] ?? Number.NaN;
            return (
              <TaskRow
                key={item.index % recycled}
                index={index}
                position={item.index}
                offsetPx={item.start - HEADER_PX}
                status={status}
                customId={digest?.customId ?? null}
                prompt={digest?.prompt ?? null}
                answer={digest?.answer ?? ''}
                error={digest?.error ?? ''}
                attempts={tasks?.attempts[index] ?? 0}
                timeMs={status === 'running' ? Math.max(0, clockMs - startedMs) : tasks?.serviceMs[index] || Number.NaN}
                tokens={tasks?.outputTokens[index] ?? -1}
                flags={tasks?.flags[index] ?? 0}
                selected={selected.has(index)}
                open={openIndex === index}
                active={index === active}
                onPick={onPick}
                onToggle={onToggle}
              />
            );
          })}
        </div>
      </div>
      {count === 0 && <EmptyTab title={filtered ? 'No task matches' : 'No tasks'} sentence={filtered ? 'Change the search or the filter to see more.' : 'This batch is empty.'} />}
    </div>
  );
}
