import { ComposedChart, usePlotArea, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts';
import { formatDuration } from '../../shared/format/format.ts';
import type { LatencyDot } from './data/latency.ts';
import { tickStep, timeTickLabel, timeTicks } from './data/ticks.ts';
import { AXIS_LINE, COLOUR, LABEL_PX, TICK } from './marks.tsx';

/** Few samples get more room, many still fit. */
const PLOT_PX = 240;
const MIN_ROW_PX = 26;
const MAX_ROW_PX = 56;
const AXIS_WIDTH_PX = 64;

/** A stem from zero makes lengths comparable; the dot is the sample. */
function Dots({ dots }: { readonly dots: readonly LatencyDot[] }) {
  const plot = usePlotArea();
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (plot === undefined || x === undefined || y === undefined) return null;
  return dots.map((dot, row) => {
    const at = x(dot.serviceMs) ?? plot.x;
    const middle = y(row) ?? plot.y;
    return (
      <g key={dot.taskIndex}>
        <line x1={plot.x} x2={at} y1={middle} y2={middle} stroke={COLOUR.stream} strokeWidth={1.5} />
        <circle cx={at} cy={middle} r={5} fill={COLOUR.stream} />
        <text x={at + 9} y={middle + 4} fontSize={LABEL_PX} fill={COLOUR.text}>
          {formatDuration(dot.serviceMs)}
        </text>
      </g>
    );
  });
}

/** Few samples, each shown as it is. */
export function LatencyDots({ dots, widthPx }: { readonly dots: readonly LatencyDot[]; readonly widthPx: number }) {
  const end = Math.max(...dots.map((dot) => dot.serviceMs)) * 1.02;
  const ticks = timeTicks(0, end, Math.max(3, Math.floor((widthPx - AXIS_WIDTH_PX) / 48)));
  const step = tickStep(ticks);
  const rowPx = Math.min(MAX_ROW_PX, Math.max(MIN_ROW_PX, PLOT_PX / dots.length));
  return (
    <div data-plot>
      <ComposedChart width={widthPx} height={dots.length * rowPx + 36} data={[{ row: 0 }]} margin={{ top: 4, right: 56, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <XAxis type="number" dataKey="at" domain={[0, end]} ticks={[...ticks]} interval={0} tickFormatter={(tick: number) => timeTickLabel(tick, step, end)} tick={TICK} tickLine={false} axisLine={AXIS_LINE} height={26} allowDataOverflow />
        <YAxis type="number" dataKey="row" reversed domain={[-0.5, dots.length - 0.5]} ticks={dots.map((_, row) => row)} interval={0} width={AXIS_WIDTH_PX} tickFormatter={(row: number) => `Task ${dots[row]!.taskIndex + 1}`} tick={TICK} tickLine={false} axisLine={false} />
        <Dots dots={dots} />
      </ComposedChart>
    </div>
  );
}
