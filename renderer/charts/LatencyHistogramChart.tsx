import { Bar, CartesianGrid, ComposedChart, Tooltip, useXAxisScale, XAxis, YAxis, type BarShapeProps } from 'recharts';
import type { Percentiles } from '../../shared/contract/summary.ts';
import { formatCount, formatCounted, formatDuration } from '../../shared/format/format.ts';
import { TooltipBox, tooltipRow, type TooltipState } from './ChartTooltip.tsx';
import type { LatencyHistogram } from './data/latency.ts';
import { logTicks, numberTicks, tickStep, timeTickLabel, timeTicks } from './data/ticks.ts';
import { layoutMarkedLines, MarkedLines, type MarkedLine } from './MarkedLines.tsx';
import { AXIS_LINE, AxisName, COLOUR, TICK } from './marks.tsx';

const HEIGHT_PX = 300;
const AXIS_WIDTH_PX = 44;
const RIGHT_PX = 12;

interface BinRow {
  readonly middle: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

function isBinRow(value: unknown): value is BinRow {
  return typeof value === 'object' && value !== null && 'fromMs' in value && 'toMs' in value && 'count' in value;
}

/** Lines for the percentiles that there are enough samples for. */
function percentileLines({ p50, p90, p99 }: Percentiles, xOf: (ms: number) => number): readonly MarkedLine[] {
  const lines = [
    { key: 'p50', ms: p50, dashes: '' },
    { key: 'p90', ms: p90, dashes: '5 3' },
    { key: 'p99', ms: p99, dashes: '1.5 2.5' },
  ];
  return lines.flatMap(({ key, ms, dashes }) => (ms === null ? [] : [{ key, x: xOf(ms), label: `${key} ${formatDuration(ms)}`, dashes, strong: true }]));
}

/** A bar from edge to edge of its bin, whatever the scale. */
function BinShape({ y, height, payload }: BarShapeProps) {
  const scale = useXAxisScale();
  if (scale === undefined || !isBinRow(payload)) return null;
  const left = scale(payload.fromMs) ?? 0;
  const right = scale(payload.toMs) ?? left;
  return <rect x={left + 0.5} y={y} width={Math.max(1, right - left - 1)} height={height} fill={COLOUR.stream} />;
}

function BinTooltip(state: TooltipState) {
  const bin = tooltipRow(state, isBinRow);
  return bin === null ? null : (
    <TooltipBox>
      {formatDuration(bin.fromMs)} to {formatDuration(bin.toMs)}: {formatCounted(bin.count, 'request')}
    </TooltipBox>
  );
}

/** How many requests took how long, with the percentiles that the sample count allows. */
export function LatencyHistogramChart({ histogram, percentiles, widthPx }: { readonly histogram: LatencyHistogram; readonly percentiles: Percentiles; readonly widthPx: number }) {
  const { bins, scale } = histogram;
  const from = bins[0]!.fromMs;
  const to = bins.at(-1)!.toMs;
  const most = Math.max(...bins.map((bin) => bin.count));
  const rows: readonly BinRow[] = bins.map((bin) => ({ ...bin, middle: scale === 'log' ? Math.sqrt(bin.fromMs * bin.toMs) : (bin.fromMs + bin.toMs) / 2 }));
  const maxTicks = Math.max(3, Math.floor((widthPx - AXIS_WIDTH_PX) / 48));
  const ticks = scale === 'log' ? logTicks(from, to, maxTicks) : timeTicks(from, to, maxTicks);
  const step = tickStep(ticks);
  const plot = { from: AXIS_WIDTH_PX, to: widthPx - RIGHT_PX };
  const share = (ms: number): number => (scale === 'log' ? Math.log(ms / from) / Math.log(to / from) : (ms - from) / (to - from));
  const layout = layoutMarkedLines(
    percentileLines(percentiles, (ms) => plot.from + share(ms) * (plot.to - plot.from)),
    plot,
  );
  return (
    <div data-plot>
      <ComposedChart width={widthPx} height={HEIGHT_PX} data={[...rows]} margin={{ top: layout.heightPx + 18, right: RIGHT_PX, bottom: 16, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke={COLOUR.border} />
        <XAxis type="number" dataKey="middle" scale={scale} domain={[from, to]} ticks={[...ticks]} interval={0} tickFormatter={(tick: number) => (scale === 'log' ? formatDuration(tick).replace('.0 s', ' s') : timeTickLabel(tick, step, to))} tick={TICK} tickLine={{ stroke: COLOUR.control }} axisLine={AXIS_LINE} height={26} allowDataOverflow />
        <YAxis type="number" domain={[0, most]} ticks={[...numberTicks(0, most, 5, 1)]} interval={0} width={AXIS_WIDTH_PX} tickFormatter={formatCount} tick={TICK} tickLine={false} axisLine={false} allowDataOverflow />
        <Tooltip
          isAnimationActive={false}
          cursor={false}
          content={BinTooltip}
        />
        <Bar dataKey="count" isAnimationActive={false} shape={BinShape} />
        <MarkedLines layout={layout} />
        <AxisName axis="y" name="requests" x={2} />
        <AxisName axis="x" name={scale === 'log' ? 'service time, log scale' : 'service time'} />
      </ComposedChart>
    </div>
  );
}
