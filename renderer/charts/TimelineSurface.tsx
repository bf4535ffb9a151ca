import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { AttemptPatch } from '../../shared/contract/columns.ts';
import { attemptAt, type TimelineView } from './data/timeline.ts';
import type { TimelineGeometry } from './timeline-geometry.ts';
import type { TimelineZoom } from './use-timeline-zoom.ts';

const ZOOM_STEP = 1.6;
const CELL_ZOOM = 6;
const PAN_STEP = 0.2;
/** A press that moves less than this is a click. */
const DRAG_PX = 4;
/** How far beside a very short bar a pointer still means it. */
const REACH_PX = 3;
const HINT = 'Drag across a stretch to zoom in; Ctrl + wheel, + and - zoom, arrow keys move, 0 shows the whole run.';

interface TimelineSurfaceProps {
  readonly attempts: AttemptPatch;
  readonly view: TimelineView;
  readonly geometry: TimelineGeometry;
  readonly zoom: TimelineZoom;
  readonly nowMs: number;
  readonly selected: number;
  /** What is under the pointer or chosen with the keyboard. */
  readonly words: string;
  readonly onSelect: (row: number) => void;
  readonly onCell: (cell: number) => void;
  readonly onOpenTask: (index: number) => void;
  readonly children: ReactNode;
}

interface Drag {
  readonly startX: number;
  readonly x: number;
}

/** Pointer, wheel and keyboard on the timeline. The drawing below it takes no events. */
export function TimelineSurface({ attempts, view, geometry, zoom, nowMs, selected, words, onSelect, onCell, onOpenTask, children }: TimelineSurfaceProps) {
  const surface = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const msPerPx = (zoom.range.toMs - zoom.range.fromMs) / geometry.plotWidth;
  const timeAt = (x: number): number => zoom.range.fromMs + (Math.min(geometry.left + geometry.plotWidth, Math.max(geometry.left, x)) - geometry.left) * msPerPx;
  const pointIn = (event: { readonly clientX: number; readonly clientY: number }): { readonly x: number; readonly y: number } => {
    const box = surface.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const rowAt = (y: number): number => Math.floor((y - geometry.top) / geometry.rowHeight);
  const isInside = (x: number, y: number): boolean => x >= geometry.left && x <= geometry.left + geometry.plotWidth && y >= geometry.top && y < geometry.top + geometry.plotHeight;
  const under = (x: number, y: number): number => (isInside(x, y) && view.kind !== 'heat' ? attemptAt(attempts, rowAt(y), timeAt(x), nowMs, REACH_PX * msPerPx) : -1);
  const cellUnder = (x: number, y: number): number => {
    if (view.kind !== 'heat' || !isInside(x, y)) return -1;
    const column = Math.min(view.heat.columns - 1, Math.floor(((x - geometry.left) / geometry.plotWidth) * view.heat.columns));
    return Math.min(view.heat.rows - 1, Math.floor(((y - geometry.top) / geometry.plotHeight) * view.heat.rows)) * view.heat.columns + column;
  };

  const latest = useRef({ zoom, timeAt, pointIn });
  useEffect(() => {
    latest.current = { zoom, timeAt, pointIn };
  });
  useEffect(() => {
    const target = surface.current;
    if (target === null) return;
    // Not passive, unlike React's own: the page must not scroll while the wheel zooms.
    const onWheel = (event: WheelEvent): void => {
      const focused = target.contains(document.activeElement);
      if (!event.ctrlKey && !event.metaKey && !focused) return;
      event.preventDefault();
      const { zoom: current, timeAt: at, pointIn: inside } = latest.current;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) current.pan(Math.sign(event.deltaX) * 0.08);
      else current.zoom(Math.exp(-Math.max(-240, Math.min(240, event.deltaY)) / 300), at(inside(event).x));
    };
    target.addEventListener('wheel', onWheel, { passive: false });
    return () => target.removeEventListener('wheel', onWheel);
  }, []);

  const onPointerMove = (event: PointerEvent): void => {
    const { x, y } = pointIn(event);
    if (drag !== null) return setDrag({ ...drag, x });
    if (view.kind === 'heat') onCell(cellUnder(x, y));
    else onSelect(under(x, y));
  };
  const onPointerDown = (event: PointerEvent): void => {
    const { x, y } = pointIn(event);
    if (event.button !== 0 || !isInside(x, y)) return;
    surface.current?.setPointerCapture(event.pointerId);
    setDrag({ startX: x, x });
  };
  const onPointerUp = (event: PointerEvent): void => {
    if (drag === null) return;
    setDrag(null);
    const { x, y } = pointIn(event);
    if (Math.abs(x - drag.startX) >= DRAG_PX) return zoom.select(timeAt(drag.startX), timeAt(x));
    if (view.kind === 'heat') return zoom.zoom(CELL_ZOOM, timeAt(x));
    const row = under(x, y);
    if (row >= 0) onOpenTask(attempts.taskIndex[row]!);
  };
  const step = (by: 1 | -1): void => {
    if (view.kind === 'heat' || view.rows.length === 0) return;
    const position = view.rows.indexOf(selected);
    onSelect(view.rows[position === -1 ? (by === 1 ? 0 : view.rows.length - 1) : Math.min(view.rows.length - 1, Math.max(0, position + by))]!);
  };
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => zoom.pan(-PAN_STEP),
    ArrowRight: () => zoom.pan(PAN_STEP),
    ArrowUp: () => step(-1),
    ArrowDown: () => step(1),
    '+': () => zoom.zoom(ZOOM_STEP),
    '=': () => zoom.zoom(ZOOM_STEP),
    '-': () => zoom.zoom(1 / ZOOM_STEP),
    '0': zoom.reset,
    Enter: () => {
      if (view.kind !== 'heat' && view.rows.includes(selected)) onOpenTask(attempts.taskIndex[selected]!);
    },
    Escape: () => onSelect(-1),
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application widget: it handles its own keys and pointer */}
      <div
        ref={surface}
        role="application"
        aria-label={`Timeline. ${HINT} Up and down choose a request, Enter opens its task.`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above: it has to be reached with the keyboard
        tabIndex={0}
        data-testid="timeline-surface"
        data-kind={view.kind}
        className={`relative rounded-md select-none focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent ${selected >= 0 ? 'cursor-pointer' : 'cursor-crosshair'}`}
        onPointerMove={onPointerMove}
        onPointerDown={onPointerDown}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => (view.kind === 'heat' ? onCell(-1) : onSelect(-1))}
        onKeyDown={onKeyDown}
      >
        {children}
        {drag !== null && Math.abs(drag.x - drag.startX) >= DRAG_PX && <div className="pointer-events-none absolute border-x border-accent bg-accent/15" style={{ left: Math.max(geometry.left, Math.min(drag.startX, drag.x)), width: Math.abs(drag.x - drag.startX), top: geometry.top, height: geometry.plotHeight }} />}
      </div>
      <output className="mt-2 block min-h-[18px] truncate text-[12px]/[18px] text-secondary tabular-nums">
        {words === '' ? <span className="text-muted">{HINT}</span> : words}
      </output>
    </>
  );
}
