import { Circle, CircleCheck, CircleDashed, CircleSlash, CircleX, LoaderCircle } from 'lucide-react';
import { rowStatusText } from '../store/run-text.ts';
import type { RowStatus } from '../store/run-text.ts';
import { classNames } from './class-names.ts';

const GLYPHS = {
  idle: { icon: CircleDashed, tone: 'text-muted' },
  queued: { icon: Circle, tone: 'text-muted' },
  running: { icon: LoaderCircle, tone: 'text-accent spin' },
  completed: { icon: CircleCheck, tone: 'text-ok' },
  failed: { icon: CircleX, tone: 'text-error' },
  cancelled: { icon: CircleSlash, tone: 'text-muted' },
} as const satisfies Record<RowStatus, unknown>;

/** A task's state as a glyph, always to be shown with its word. */
export function StatusGlyph({ status, size = 14 }: { readonly status: RowStatus; readonly size?: number }) {
  const { icon: Icon, tone } = GLYPHS[status];
  return <Icon aria-hidden size={size} strokeWidth={1.9} className={classNames('shrink-0', tone)} />;
}

/** A task's state as glyph and word. */
export function StatusLabel({ status }: { readonly status: RowStatus }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <StatusGlyph status={status} />
      <span className={status === 'idle' || status === 'queued' || status === 'cancelled' ? 'text-secondary' : undefined}>{rowStatusText(status)}</span>
    </span>
  );
}
