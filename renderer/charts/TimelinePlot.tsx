import { useCallback, useId } from 'react';
import { ComposedChart, XAxis, YAxis } from 'recharts';
import type { AttemptPatch } from '../../shared/contract/columns.ts';
import { CanvasLayer } from './CanvasLayer.tsx';
import type { LegendLayout } from './data/legend.ts';
import { textWidth } from './data/text-width.ts';
import { tickStep, timeTickLabel, timeTicks } from './data/ticks.ts';
import { HEAT_STEPS } from './data/timeline-heat.ts';
import type { TimelineView } from './data/timeline.ts';
import type { TimeRange } from './data/timeline-range.ts';
import type { AttemptCounts } from './data/timeline-words.ts';
import { AXIS_LINE, COLOUR, Hatch, LABEL_PX, SvgLegend, TICK, type LegendItem } from './marks.tsx';
import { barBox, TimelineBars } from './TimelineBars.tsx';
import { slotTicks, TIME_AXIS_PX, type TimelineGeometry } from './timeline-geometry.ts';
import { HEAT_OPACITY, paintHeat, paintSpans, type TimelinePalette } from './timeline-paint.ts';

export const FAIL_HATCH = 'timeline-fail';

/** What the marks on the screen mean; only what is there is explained. */
export function timelineLegend(counts: AttemptCounts, kind: TimelineView['kind']): readonly LegendItem[] {
  if (kind === 'heat') return [];
  const limited: readonly LegendItem[] = counts.rateLimited === 0 ? [] : [{ label: '429, rate limited', fill: COLOUR.warn, mark: 'triangle' }];
  return [
    ...(counts.streamed ? [{ label: 'Waiting for first token', fill: COLOUR.firstToken, mark: 'square' } as const] : []),
    { label: counts.streamed ? 'Streaming' : 'In flight', fill: COLOUR.stream, mark: 'square' },
    ...(counts.failed + counts.rateLimited === 0 ? [] : [{ label: 'Failed', fill: `url(#${FAIL_HATCH})`, mark: 'square', outline: COLOUR.fail } as const]),
    ...limited,
    ...(counts.retries === 0 ? [] : [{ label: 'Retry', fill: COLOUR.text, mark: kind === 'bars' ? 'smallDot' : 'bar' } as const]),
    ...(counts.cancelled === 0 ? [] : [{ label: 'Cancelled', fill: COLOUR.wait, mark: 'square' } as const]),
  ];
}

const LANE_PX = 18;
/** Between the lanes and the first slot. */
const LANES_GAP_PX = 8;

interface Lane {
  readonly name: string;
  readonly counts: Uint32Array;
  readonly colour: string;
}

/** The lanes that count something. */
function heatLanes(view: TimelineView): readonly Lane[] {
  if (view.kind !== 'heat') return [];
  const lanes = [
    { name: '429', counts: view.heat.rateLimited, colour: COLOUR.warn },
    { name: 'Failed', counts: view.heat.failures, colour: COLOUR.fail },
  ];
  return lanes.filter((lane) => lane.counts.some((count) => count > 0));
}

export function lanesHeight(view: TimelineView): number {
  const count = heatLanes(view).length;
  return count === 0 ? 0 : count * LANE_PX + LANES_GAP_PX;
}

/** Failures over time above the slots: the tallest bar is the worst moment, and a single one is 3 px tall. */
function HeatLanes({ lanes, geometry }: { readonly lanes: readonly Lane[]; readonly geometry: TimelineGeometry }) {
  return lanes.map((lane, index) => {
    const bottom = geometry.top - geometry.lanesPx + (index + 1) * LANE_PX - 4;
    const most = lane.counts.reduce((left, right) => Math.max(left, right), 1);
    const width = geometry.plotWidth / lane.counts.length;
    const bars = Array.from(lane.counts, (count, column) => (count === 0 ? '' : `M${(geometry.left + column * width).toFixed(1)},${bottom}v-${(3 + (10 * (count - 1)) / Math.max(1, most - 1)).toFixed(1)}h${Math.max(1, width - 0.5).toFixed(1)}V${bottom}z`)).join('');
    return (
      <g key={lane.name}>
        <text x={geometry.left - 8} y={bottom} textAnchor="end" fontSize={LABEL_PX} fill={COLOUR.secondary}>
          {lane.name}
        </text>
        <line x1={geometry.left} x2={geometry.left + geometry.plotWidth} y1={bottom + 0.5} y2={bottom + 0.5} stroke={COLOUR.border} />
        <path d={bars} fill={lane.colour} />
      </g>
    );
  });
}

const SHADE_PX = 10;
const SCALE_NAME = 'Slot busy 0%';
const SCALE_END = '100%';

/** Shades of the heat strip from idle to busy, right-aligned above the plot. */
function HeatScale({ right }: { readonly right: number }) {
  const shades = right - textWidth(SCALE_END, LABEL_PX) - 6 - HEAT_STEPS * SHADE_PX;
  return (
    <g>
      <text x={shades - 6} y={12} textAnchor="end" fontSize={LABEL_PX} fill={COLOUR.secondary}>
        {SCALE_NAME}
      </text>
      {Array.from({ length: HEAT_STEPS }, (_, step) => (
        <rect key={step} x={shades + step * SHADE_PX} y={3} width={SHADE_PX} height={10} fill={COLOUR.stream} fillOpacity={HEAT_OPACITY[step + 1]} />
      ))}
      <text x={right} y={12} textAnchor="end" fontSize={LABEL_PX} fill={COLOUR.secondary}>
        {SCALE_END}
      </text>
    </g>
  );
}

interface TimelinePlotProps {
  readonly attempts: AttemptPatch;
  /** Changes when the columns do, although they are the same arrays. */
  readonly version: number;
  readonly view: TimelineView;
  readonly range: TimeRange;
  /** Labels count from its start. */
  readonly full: TimeRange;
  readonly nowMs: number;
  readonly geometry: TimelineGeometry;
  readonly legend: LegendLayout<LegendItem>;
  /** Whether the run asks for streamed answers. */
  readonly streamed: boolean;
  /** Row of the attempt chosen with the keyboard or under the pointer, or -1. */
  readonly selected: number;
}

/** The drawing alone: axes by recharts, marks as SVG or on a canvas, legend inside the SVG. */
export function TimelinePlot({ attempts, version, view, range, full, nowMs, geometry, legend, streamed, selected }: TimelinePlotProps) {
  const hatch = `${FAIL_HATCH}${useId()}`;
  const paint = useCallback(
    (context: CanvasRenderingContext2D, palette: TimelinePalette) => {
      if (view.kind === 'heat') paintHeat(context, view.heat, geometry, palette);
      else paintSpans(context, { attempts, rows: view.rows, range, nowMs, geometry, streamed }, palette);
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the columns are written in place: `version` says when
    [attempts, version, view, range, nowMs, geometry, streamed],
  );
  const from = range.fromMs - full.fromMs;
  const to = range.toMs - full.fromMs;
  const ticks = timeTicks(from, to, Math.max(3, Math.floor(geometry.plotWidth / 84)));
  const step = tickStep(ticks);
  const box = view.kind !== 'heat' && view.rows.includes(selected) ? barBox(attempts, selected, range, nowMs, geometry) : null;
  return (
    <div data-plot className="pointer-events-none">
      <ComposedChart width={geometry.widthPx} height={geometry.heightPx} data={[{ slot: 0 }]} margin={{ top: geometry.top, right: geometry.widthPx - geometry.left - geometry.plotWidth, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <defs>
          <Hatch id={hatch} colour={COLOUR.fail} />
        </defs>
        <XAxis type="number" dataKey="at" domain={[from, to]} ticks={[...ticks]} interval={0} tickFormatter={(tick: number) => timeTickLabel(tick, step, to)} tick={TICK} tickLine={{ stroke: COLOUR.border }} axisLine={AXIS_LINE} height={TIME_AXIS_PX} allowDataOverflow />
        <YAxis type="number" dataKey="slot" reversed domain={[-0.5, view.slots - 0.5]} ticks={[...slotTicks(view.slots, geometry.rowHeight)]} interval={0} width={geometry.left} tickFormatter={(slot: number) => `Slot ${slot + 1}`} tick={TICK} tickLine={false} axisLine={false} />
        <rect x={geometry.left} y={geometry.top} width={geometry.plotWidth} height={geometry.plotHeight} fill={COLOUR.raised} fillOpacity={0.6} />
        {view.kind === 'bars' ? <TimelineBars attempts={attempts} rows={view.rows} range={range} nowMs={nowMs} geometry={geometry} hatch={hatch} streamed={streamed} /> : <CanvasLayer geometry={geometry} paint={paint} />}
        {box !== null && <rect x={box.left - 1.5} y={box.top - 1.5} width={box.width + 3} height={box.height + 3} rx={3} fill="none" stroke={COLOUR.text} strokeWidth={1.5} />}
        <SvgLegend layout={{ ...legend, items: legend.items.map((placed) => ({ ...placed, item: placed.item.fill === `url(#${FAIL_HATCH})` ? { ...placed.item, fill: `url(#${hatch})` } : placed.item })) }} />
        <HeatLanes lanes={heatLanes(view)} geometry={geometry} />
        {view.kind === 'heat' && <HeatScale right={geometry.left + geometry.plotWidth} />}
      </ComposedChart>
    </div>
  );
}
