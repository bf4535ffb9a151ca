import { Minus, Plus, RotateCcw } from 'lucide-react';
import { memo, useMemo, useRef, useState, type ReactNode } from 'react';
import { ChartCard, type CardContext } from './ChartCard.tsx';
import { isLive, runNowMs } from './data/columns.ts';
import type { RunData } from './data/chart-model.ts';
import { shareText } from './data/sentence.ts';
import { fullRange, type TimeRange } from './data/timeline-range.ts';
import { timelineView, usedSlots, visibleRows } from './data/timeline.ts';
import { attemptWords, countAttempts, heatWords, timelineSentence, timelineTable } from './data/timeline-words.ts';
import { STRIP_TASKS } from './data/strips.ts';
import { LEGEND_ROW_PX } from './data/legend.ts';
import { legendLayout } from './marks.tsx';
import { lanesHeight, TimelinePlot, timelineLegend } from './TimelinePlot.tsx';
import type { NumberCardProps } from './NumberCards.tsx';
import { LEFT_PX, RIGHT_PX, timelineGeometry } from './timeline-geometry.ts';
import { TimelineSurface } from './TimelineSurface.tsx';
import { useTimelineZoom, type TimelineZoom } from './use-timeline-zoom.ts';

const ZOOM_STEP = 1.6;
const TITLE = 'What ran when?';

function ZoomButton({ label, disabled, onClick, children }: { readonly label: string; readonly disabled: boolean; readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <button type="button" title={label} aria-label={label} disabled={disabled} onClick={onClick} className="inline-flex size-[26px] items-center justify-center rounded-md text-secondary hover:bg-raised hover:text-text focus-visible:outline-2 focus-visible:outline-offset-1 focus-visible:outline-accent disabled:opacity-40">
      {children}
    </button>
  );
}

function ZoomControls({ zoom }: { readonly zoom: TimelineZoom }) {
  return (
    <fieldset className="m-0 flex min-w-0 items-center gap-0.5 border-0 border-r border-border p-0 pr-2" aria-label="Zoom">
      <ZoomButton label="Zoom out" disabled={!zoom.zoomed} onClick={() => zoom.zoom(1 / ZOOM_STEP)}>
        <Minus size={14} aria-hidden />
      </ZoomButton>
      <ZoomButton label="Zoom in" disabled={false} onClick={() => zoom.zoom(ZOOM_STEP)}>
        <Plus size={14} aria-hidden />
      </ZoomButton>
      <ZoomButton label="Show the whole run" disabled={!zoom.zoomed} onClick={zoom.reset}>
        <RotateCcw size={14} aria-hidden />
      </ZoomButton>
    </fieldset>
  );
}

/** The timeline, one row a slot. Nothing is drawn before the first request was sent. */
export const TimelineCard = memo(function TimelineCard({ numbers, context }: NumberCardProps) {
  const { data, version } = numbers;
  const nowMs = runNowMs(data.run);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the columns are written in place: `version` says when
  const full = useMemo(() => fullRange(data.attempts, nowMs), [data, version, nowMs]);
  if (full !== null) return <SentTimeline data={data} version={version} context={context} full={full} nowMs={nowMs} />;
  return (
    <div className="min-w-0 @3xl:col-span-2">
      <ChartCard name="timeline" title={TITLE} sentence={['Nothing was sent yet.']} context={context} table={() => ({ columns: [], rows: [], total: 0 })}>
        {null}
      </ChartCard>
    </div>
  );
});
TimelineCard.displayName = 'TimelineCard';

interface SentTimelineProps {
  readonly data: RunData;
  readonly version: number;
  readonly context: CardContext;
  readonly full: TimeRange;
  readonly nowMs: number;
}

function SentTimeline({ data, version, context, full, nowMs }: SentTimelineProps) {
  const zoom = useTimelineZoom(full);
  const { run, attempts } = data;
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the columns are written in place: `version` says when
  const facts = useMemo(() => ({ counts: countAttempts(attempts), slots: usedSlots(attempts) }), [data, version]);
  return (
    <div className="min-w-0 @3xl:col-span-2">
      <ChartCard
        name="timeline"
        title={TITLE}
        sentence={timelineSentence(facts.counts, facts.slots, full, isLive(run))}
        context={context}
        table={() => timelineTable(attempts, visibleRows(attempts, zoom.range, nowMs), full, nowMs)}
        controls={<ZoomControls zoom={zoom} />}
      >
        {(widthPx) => <TimelineBody data={data} version={version} full={full} nowMs={nowMs} zoom={zoom} widthPx={widthPx} onOpenTask={context.onOpenTask} />}
      </ChartCard>
    </div>
  );
}

interface TimelineBodyProps {
  readonly data: RunData;
  readonly version: number;
  readonly full: TimeRange;
  readonly nowMs: number;
  readonly zoom: TimelineZoom;
  readonly widthPx: number;
  readonly onOpenTask: (index: number) => void;
}

function TimelineBody({ data, version, full, nowMs, zoom, widthPx, onOpenTask }: TimelineBodyProps) {
  const { run, attempts } = data;
  const { fromMs, toMs } = zoom.range;
  const [selected, setSelected] = useState(-1);
  const hoverCell = useRef(-1);
  const [words, setWords] = useState('');
  const drawing = useMemo(() => {
    const range = { fromMs, toMs };
    const view = timelineView({ attempts, range, nowMs, widthPx: widthPx - LEFT_PX - RIGHT_PX, live: isLive(run) });
    const legend = legendLayout(timelineLegend(countAttempts(attempts), view.kind), widthPx);
    const legendPx = Math.max(LEGEND_ROW_PX, legend.heightPx);
    return { range, view, legend, geometry: timelineGeometry({ widthPx, slots: view.slots, legendPx, lanesPx: lanesHeight(view), fewTasks: run.total <= STRIP_TASKS }) };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the columns are written in place: `version` says when
  }, [data, version, fromMs, toMs, nowMs, widthPx]);

  const describe = (row: number): void => {
    hoverCell.current = -1;
    setSelected(row);
    setWords(row < 0 ? '' : attemptWords(attempts, row, full, nowMs));
  };
  const describeCell = (cell: number): void => {
    if (drawing.view.kind !== 'heat' || hoverCell.current === cell) return;
    hoverCell.current = cell;
    setSelected(-1);
    setWords(cell < 0 ? '' : heatWords(drawing.view.heat, cell, drawing.view.slots, drawing.range, full, shareText));
  };
  return (
    <TimelineSurface attempts={attempts} view={drawing.view} geometry={drawing.geometry} zoom={zoom} nowMs={nowMs} selected={selected} words={words} onSelect={describe} onCell={describeCell} onOpenTask={onOpenTask}>
      <TimelinePlot attempts={attempts} version={version} view={drawing.view} range={drawing.range} full={full} nowMs={nowMs} geometry={drawing.geometry} legend={drawing.legend} streamed={run.settings.stream} selected={selected} />
    </TimelineSurface>
  );
}
