import { memo } from 'react';
import type { MouseEvent } from 'react';
import { formatDuration } from '../../../shared/format/format.ts';
import { FlagMark } from '../../components/FlagBadges.tsx';
import { StatusLabel } from '../../components/StatusGlyph.tsx';
import { classNames } from '../../components/class-names.ts';
import { visibleText } from '../../components/visible-text.ts';
import type { RowStatus } from '../../store/run-text.ts';
import { CELL, ROW_PX, TABLE_COLUMNS } from './columns.ts';

export interface TaskRowProps {
  readonly index: number;
  /** Position in the order shown, from 0. */
  readonly position: number;
  readonly offsetPx: number;
  readonly status: RowStatus;
  readonly customId: string | null;
  readonly prompt: string | null;
  readonly answer: string;
  readonly error: string;
  readonly attempts: number;
  /** NaN while unknown. */
  readonly timeMs: number;
  /** Negative while unknown. */
  readonly tokens: number;
  /** Bits of TASK_FLAGS. */
  readonly flags: number;
  readonly selected: boolean;
  readonly open: boolean;
  /** The row under the keyboard's cursor; the grid itself holds the focus. */
  readonly active: boolean;
  readonly onPick: (index: number, event: MouseEvent) => void;
  readonly onToggle: (index: number) => void;
}

/** The DOM id of a task's row, by which the grid names its active one. */
export function rowId(index: number): string {
  return `task-row-${index}`;
}

function look(key: (typeof TABLE_COLUMNS)[number]['key']): string {
  return classNames(CELL, TABLE_COLUMNS.find((column) => column.key === key)?.look);
}

/**
 * One task as a row of 32 px. Not a `tr`: its cells inherit `vertical-align` from it by the browser's own style sheet, so that
 * moving it would style each of its cells anew.
 */
export const TaskRow = memo(function TaskRow(props: TaskRowProps) {
  const { index, position, status, customId, prompt, answer, error, attempts, timeMs, tokens, flags, selected, open, active, onPick, onToggle } = props;
  const failed = status === 'failed';
  return (
    <div
      role="row"
      aria-rowindex={position + 2}
      aria-selected={selected}
      id={rowId(index)}
      data-index={index}
      onClick={(event) => onPick(index, event)}
      onKeyDown={() => undefined}
      className={classNames('group absolute inset-x-0 flex contain-strict cursor-default border-b border-border/60 pr-2 pl-1 select-none', selected ? 'bg-accent/10' : open ? 'bg-raised' : 'hover:bg-raised/60', active && 'outline-accent group-focus-visible/grid:-outline-offset-2 group-focus-visible/grid:outline-2')}
      style={{ height: ROW_PX, transform: `translateY(${props.offsetPx}px)` }}
    >
      <div role="gridcell" className="flex w-8 shrink-0 items-center justify-center">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={`Select task ${customId ?? index + 1}`}
          checked={selected}
          onClick={(event) => event.stopPropagation()}
          onChange={() => onToggle(index)}
          className={classNames('size-3.5 accent-accent', !selected && !active && 'opacity-0 group-hover:opacity-100', !selected && active && 'opacity-0 group-hover:opacity-100 group-focus-visible/grid:opacity-100')}
        />
      </div>
      <div role="gridcell" className={look('state')}>
        <StatusLabel status={status} />
        <FlagMark flags={flags} />
      </div>
      <div role="gridcell" className={look('id')} title={customId ?? undefined}>
        <span className="truncate font-mono text-small text-secondary">{customId === null ? '' : visibleText(customId)}</span>
      </div>
      <div role="gridcell" className={look('prompt')}>
        <span className={prompt === null ? 'h-2 w-3/5 rounded-full bg-border/70' : 'truncate'}>{prompt === null ? '' : visibleText(prompt)}</span>
      </div>
      <div role="gridcell" className={look('answer')}>
        <span className={classNames('truncate', failed ? 'text-error' : 'text-secondary')}>{visibleText(failed ? error : answer)}</span>
      </div>
      <div role="gridcell" className={classNames(look('attempts'), attempts > 1 ? 'text-warn' : 'text-secondary')}>
        {attempts === 0 ? '' : attempts}
      </div>
      <div role="gridcell" className={classNames(look('time'), 'whitespace-nowrap text-secondary')}>
        {Number.isNaN(timeMs) ? '' : formatDuration(timeMs)}
      </div>
      <div role="gridcell" className={classNames(look('tokens'), 'text-secondary')}>
        {tokens < 0 ? '' : tokens}
      </div>
    </div>
  );
});
