import { CartesianGrid, ComposedChart, Line, Tooltip, XAxis, YAxis } from 'recharts';
import type { Percentiles } from '../../shared/contract/summary.ts';
import { formatDuration } from '../../shared/format/format.ts';
import { TooltipBox, tooltipRow, type TooltipState } from './ChartTooltip.tsx';
import type { CurvePoint } from './data/latency.ts';
import { logTicks, tickStep, timeTickLabel, timeTicks } from './data/ticks.ts';
import { layoutMarkedLines, MarkedLines } from './MarkedLines.tsx';
import { AXIS_LINE, AxisName, COLOUR, TICK } from './marks.tsx';

const HEIGHT_PX = 300;
const AXIS_WIDTH_PX = 56;
const RIGHT_PX = 14;
/** Slowest to median ratio from which the axis of times is logarithmic. */
const LOG_FROM_RATIO = 8;

function isCurvePoint(value: unknown): value is CurvePoint {
  return typeof value === 'object' && value !== null && 'nines' in value && 'serviceMs' in value;
}

/** `p99.9` for a fraction of 0.999, with as many digits as it needs. */
function percentileName(fraction: number): string {
  const digits = Math.max(0, Math.ceil(-Math.log10(1 - fraction) - 1e-6) - 2);
  return `p${(fraction * 100).toFixed(fraction < 0.99 ? 0 : digits)}`;
}

function CurveTooltip(state: TooltipState) {
  const point = tooltipRow(state, isCurvePoint);
  return point === null ? null : (
    <TooltipBox>
      {percentileName(point.fraction)}: {formatDuration(point.serviceMs)}
    </TooltipBox>
  );
}

/** Every percentile up to the slowest request; each step to the right is ten times rarer. */
export function LatencyCurve({ points, percentiles, widthPx }: { readonly points: readonly CurvePoint[]; readonly percentiles: Percentiles; readonly widthPx: number }) {
  const last = points.at(-1)!;
  const lowest = points[0]!.serviceMs;
  const middle = percentiles.p50 ?? lowest;
  const scale = lowest > 0 && last.serviceMs > LOG_FROM_RATIO * middle ? 'log' : 'linear';
  const from = scale === 'log' ? lowest * 0.9 : 0;
  const to = last.serviceMs * 1.04;
  const times = scale === 'log' ? logTicks(from, to, 6) : timeTicks(from, to, 6);
  const step = tickStep(times);
  const nines = [Math.log10(2), ...Array.from({ length: Math.floor(last.nines + 1e-9) }, (_, index) => index + 1)];
  const marked: readonly (readonly [string, number, number | null])[] = [
    ['p50', Math.log10(2), percentiles.p50],
    ['p90', 1, percentiles.p90],
    ['p99', 2, percentiles.p99],
  ];
  const plot = { from: AXIS_WIDTH_PX, to: widthPx - RIGHT_PX };
  const layout = layoutMarkedLines(
    marked.flatMap(([key, value, ms]) => (ms === null ? [] : [{ key, x: plot.from + (value / last.nines) * (plot.to - plot.from), label: `${key} ${formatDuration(ms)}`, dashes: '1.5 2.5', strong: false }])),
    plot,
  );
  return (
    <div data-plot>
      <ComposedChart width={widthPx} height={HEIGHT_PX} data={[...points]} margin={{ top: layout.heightPx + 6, right: RIGHT_PX, bottom: 16, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke={COLOUR.border} />
        <XAxis type="number" dataKey="nines" domain={[0, last.nines]} ticks={nines} interval={0} tickFormatter={(tick: number) => percentileName(1 - 10 ** -tick)} tick={TICK} tickLine={{ stroke: COLOUR.control }} axisLine={AXIS_LINE} height={26} allowDataOverflow />
        <YAxis type="number" scale={scale} domain={[from, to]} ticks={[...times]} interval={0} width={AXIS_WIDTH_PX} tickFormatter={(tick: number) => (scale === 'log' ? formatDuration(tick).replace('.0 s', ' s') : timeTickLabel(tick, step, to))} tick={TICK} tickLine={false} axisLine={false} allowDataOverflow />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: COLOUR.control }}
          content={CurveTooltip}
        />
        <Line dataKey="serviceMs" stroke={COLOUR.stream} strokeWidth={2} dot={false} activeDot={{ r: 4, fill: COLOUR.stream, stroke: COLOUR.surface }} isAnimationActive={false} type="linear" />
        <MarkedLines layout={layout} />
        <AxisName axis="x" name={scale === 'log' ? 'share of requests (time on a log scale)' : 'share of requests at most this slow'} />
      </ComposedChart>
    </div>
  );
}
