import { CartesianGrid, ComposedChart, Line, usePlotArea, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts';
import { formatDuration } from '../../shared/format/format.ts';
import type { Drift, DriftPoint } from './data/drift.ts';
import { logTicks, tickStep, timeTickLabel, timeTicks } from './data/ticks.ts';
import { AXIS_LINE, AxisName, COLOUR, legendLayout, SvgLegend, TICK, type LegendItem } from './marks.tsx';

const PLOT_PX = 200;
const AXIS_WIDTH_PX = 60;
const RIGHT_PX = 20;
/** Slowest to typical ratio from which the axis of times is logarithmic. */
const LOG_FROM_RATIO = 8;

/** All dots as one mark: strokes without length and with round ends. */
function Dots({ points }: { readonly points: readonly DriftPoint[] }) {
  const plot = usePlotArea();
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (plot === undefined || x === undefined || y === undefined) return null;
  const path = points.map((point) => `M${(x(point.atMs) ?? 0).toFixed(1)},${(y(point.serviceMs) ?? 0).toFixed(1)}h0`).join('');
  return <path d={path} fill="none" stroke={COLOUR.stream} strokeWidth={points.length > 300 ? 3.5 : 5} strokeLinecap="round" />;
}

function legendOf({ thinned, trend }: Drift): readonly LegendItem[] {
  return [
    { label: thinned ? 'Fastest and slowest request of each moment' : 'Request', fill: COLOUR.stream, mark: 'smallDot' },
    ...(trend.length === 0
      ? []
      : [
          { label: 'Median', fill: COLOUR.text, mark: 'line' } as const,
          { label: 'p90', fill: COLOUR.text, mark: 'dashed' } as const,
        ]),
  ];
}

/** Service time against the time of sending. */
export function DriftChart({ drift, widthPx }: { readonly drift: Drift; readonly widthPx: number }) {
  const times = drift.points.map((point) => point.serviceMs);
  const highest = Math.max(...times);
  const lowest = Math.min(...times);
  const scale = lowest > 0 && highest > LOG_FROM_RATIO * (drift.quarters?.[0] ?? highest) ? 'log' : 'linear';
  const from = scale === 'log' ? lowest * 0.9 : 0;
  const to = highest * 1.05;
  const values = scale === 'log' ? logTicks(from, to, 7) : timeTicks(from, to, 6);
  const ticks = timeTicks(0, drift.endMs, Math.max(3, Math.floor((widthPx - AXIS_WIDTH_PX) / 84)));
  const step = tickStep(ticks);
  const valueStep = tickStep(values);
  const legend = legendLayout(legendOf(drift), widthPx);
  const top = legend.heightPx + 20;
  return (
    <div data-plot>
      <ComposedChart width={widthPx} height={top + PLOT_PX + 42} data={[...drift.trend]} margin={{ top, right: RIGHT_PX, bottom: 16, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke={COLOUR.border} />
        <XAxis type="number" dataKey="atMs" domain={[0, drift.endMs]} ticks={[...ticks]} interval={0} tickFormatter={(tick: number) => timeTickLabel(tick, step, drift.endMs)} tick={TICK} tickLine={{ stroke: COLOUR.control }} axisLine={AXIS_LINE} height={26} allowDataOverflow />
        <YAxis type="number" scale={scale} domain={[from, to]} ticks={[...values]} interval={0} width={AXIS_WIDTH_PX} tickFormatter={(tick: number) => (scale === 'log' ? formatDuration(tick).replace('.0 s', ' s') : timeTickLabel(tick, valueStep, to))} tick={TICK} tickLine={false} axisLine={false} allowDataOverflow />
        <Dots points={drift.points} />
        <Line dataKey="p90" stroke={COLOUR.text} strokeWidth={1.25} strokeDasharray="5 3" dot={false} activeDot={false} isAnimationActive={false} type="linear" />
        <Line dataKey="p50" stroke={COLOUR.text} strokeWidth={2} dot={false} activeDot={false} isAnimationActive={false} type="linear" />
        <SvgLegend layout={legend} />
        <AxisName axis="y" name={scale === 'log' ? 'service time, log scale' : 'service time'} x={2} />
        <AxisName axis="x" name="time of sending" />
      </ComposedChart>
    </div>
  );
}
