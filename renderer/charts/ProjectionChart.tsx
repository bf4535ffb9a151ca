import { Area, CartesianGrid, ComposedChart, Line, Tooltip, usePlotArea, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts';
import { formatDuration, formatSpeedup } from '../../shared/format/format.ts';
import type { RunProjection } from '../../shared/timing/run-projection.ts';
import { TooltipBox, tooltipRow, type TooltipState } from './ChartTooltip.tsx';
import { idealLine, projectionRows, type MeasuredPoint, type ProjectionRow } from './data/projection.ts';
import { textWidth } from './data/text-width.ts';
import { logTicks } from './data/ticks.ts';
import { AXIS_LINE, AxisName, COLOUR, LABEL_PX, legendLayout, SvgLegend, TICK, type LegendItem } from './marks.tsx';

const PLOT_PX = 196;
const AXIS_WIDTH_PX = 40;
const BAND_OPACITY = 0.3;

interface ProjectionChartProps {
  readonly projection: RunProjection;
  readonly measured: MeasuredPoint | null;
  readonly taskCount: number;
  /** Total / longest task. */
  readonly longestCeiling: number | null;
  readonly widthPx: number;
}

function isProjectionRow(value: unknown): value is ProjectionRow {
  return typeof value === 'object' && value !== null && 'concurrency' in value && 'wallMs' in value;
}

/** Room right of the last point for its label, px. */
const LABEL_ROOM_PX = 56;
const HALO = { stroke: COLOUR.surface, strokeWidth: 3, paintOrder: 'stroke', strokeLinejoin: 'round' } as const;

interface PlacedPoint {
  readonly row: ProjectionRow;
  readonly x: number;
  readonly y: number;
  /** Its wall time; '' where the label would touch the one before: the tooltip and the table still have it. */
  readonly label: string;
}

/** Where the projected points stand; the one that the measured point covers is left out. */
function placePoints(rows: readonly ProjectionRow[], xOf: (concurrency: number) => number, yOf: (speedup: number) => number, measuredX: number | null): readonly PlacedPoint[] {
  const placed: PlacedPoint[] = [];
  let labelEnd = -Infinity;
  for (const row of rows) {
    const x = xOf(row.concurrency);
    if (measuredX !== null && Math.abs(x - measuredX) < 6) continue;
    const text = formatDuration(row.wallMs);
    const fits = x - 3 > labelEnd + 6;
    if (fits) labelEnd = x - 3 + textWidth(text, LABEL_PX);
    placed.push({ row, x, y: yOf(row.speedup), label: fits ? text : '' });
  }
  return placed;
}

/** Projected points, hollow, with their wall times under them; the measured one solid. */
function Points({ rows, measured }: { readonly rows: readonly ProjectionRow[]; readonly measured: MeasuredPoint | null }) {
  const plot = usePlotArea();
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (plot === undefined || x === undefined || y === undefined) return null;
  const xOf = (concurrency: number): number => x(concurrency) ?? plot.x;
  const yOf = (speedup: number): number => y(speedup) ?? plot.y;
  const own = measured === null ? null : { x: xOf(measured.concurrency), y: yOf(measured.speedup) };
  return (
    <g>
      {placePoints(rows, xOf, yOf, own?.x ?? null).map((point) => (
        <g key={point.row.concurrency}>
          <circle cx={point.x} cy={point.y} r={4} fill={COLOUR.surface} stroke={point.row.extrapolated ? COLOUR.control : COLOUR.stream} strokeWidth={1.75} {...(point.row.extrapolated ? { strokeDasharray: '2 1.5' } : {})} />
          {point.label !== '' && (
            <text x={point.x - 3} y={point.y + 19} fontSize={LABEL_PX} fill={COLOUR.secondary} {...HALO}>
              {point.label}
            </text>
          )}
        </g>
      ))}
      {measured !== null && own !== null && (
        <g>
          <circle cx={own.x} cy={own.y} r={5.5} fill={COLOUR.text} stroke={COLOUR.surface} strokeWidth={1.5} />
          <text x={own.x - 8} y={own.y - 9} textAnchor={own.x - plot.x < 80 ? 'start' : 'end'} fontSize={LABEL_PX} fontWeight={600} fill={COLOUR.text} {...HALO}>
            {formatDuration(measured.wallMs)}
          </text>
        </g>
      )}
    </g>
  );
}

/** What nothing can exceed: min(c, n), and total / longest task. */
function Limits({ last, taskCount, longestCeiling, top }: { readonly last: number; readonly taskCount: number; readonly longestCeiling: number | null; readonly top: number }) {
  const plot = usePlotArea();
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (plot === undefined || x === undefined || y === undefined) return null;
  const drawn = idealLine(last, taskCount)
    .filter((point) => point.speedup <= top)
    .map((point) => `${(x(point.concurrency) ?? plot.x).toFixed(1)},${(y(point.speedup) ?? plot.y).toFixed(1)}`);
  const ceilingY = longestCeiling !== null && longestCeiling <= top ? y(longestCeiling) : undefined;
  return (
    <g>
      <polyline points={drawn.join(' ')} fill="none" stroke={COLOUR.control} strokeWidth={1.25} strokeDasharray="1.5 2.5" />
      {ceilingY !== undefined && <line x1={plot.x} x2={plot.x + plot.width} y1={ceilingY} y2={ceilingY} stroke={COLOUR.text} strokeWidth={1.25} strokeDasharray="5 3" />}
    </g>
  );
}

function ProjectionTooltip(state: TooltipState) {
  const row = tooltipRow(state, isProjectionRow);
  return row === null ? null : (
    <TooltipBox>
      At {row.concurrency}: about {formatDuration(row.wallMs)}, {formatSpeedup(row.speedup)}
      {row.extrapolated ? ', extrapolated' : ''}
    </TooltipBox>
  );
}

function legendOf(rows: readonly ProjectionRow[], longestCeiling: number | null): readonly LegendItem[] {
  return [
    { label: 'This run', fill: COLOUR.text, mark: 'dot' },
    { label: 'Projected', fill: COLOUR.stream, mark: 'ring' },
    ...(rows.some((row) => row.extrapolated) ? [{ label: 'Extrapolated', fill: COLOUR.control, mark: 'ring' } as const] : []),
    ...(rows.some((row) => row.band !== null) ? [{ label: '90% interval', fill: COLOUR.stream, mark: 'square', opacity: BAND_OPACITY } as const] : []),
    { label: 'Ideal', fill: COLOUR.control, mark: 'dashed' },
    ...(longestCeiling === null ? [] : [{ label: 'Longest task', fill: COLOUR.text, mark: 'dashed' } as const]),
  ];
}

/** Speedup against concurrency, both logarithmic so that the ideal is a straight line; wall times as labels. Measured solid, projected hollow and dashed. */
export function ProjectionChart({ projection, measured, taskCount, longestCeiling, widthPx }: ProjectionChartProps) {
  const rows = projectionRows(projection.points);
  const last = rows.at(-1)!.concurrency;
  const highest = Math.max(1.5, measured?.speedup ?? 1, ...rows.map((row) => Math.max(row.speedup, row.band?.[1] ?? 0)));
  const lowest = Math.min(1, measured?.speedup ?? 1, ...rows.map((row) => row.band?.[0] ?? row.speedup));
  const ceiling = longestCeiling !== null && longestCeiling <= highest * 1.6 ? longestCeiling : null;
  const top = Math.max(highest, ceiling ?? 0) * 1.08;
  const legend = legendLayout(legendOf(rows, ceiling), widthPx);
  return (
    <div data-plot>
      <ComposedChart width={widthPx} height={legend.heightPx + 22 + PLOT_PX + 42} data={[...rows]} margin={{ top: legend.heightPx + 22, right: 14, bottom: 16, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke={COLOUR.border} />
        <XAxis type="number" dataKey="concurrency" scale="log" domain={[1, last]} ticks={rows.map((row) => row.concurrency)} interval="preserveStartEnd" minTickGap={4} tick={TICK} tickLine={{ stroke: COLOUR.control }} axisLine={AXIS_LINE} height={26} padding={{ left: 10, right: LABEL_ROOM_PX }} allowDataOverflow />
        <YAxis type="number" scale="log" domain={[lowest, top]} padding={{ bottom: 26, top: 4 }} ticks={[...logTicks(1, top, 9)]} interval={0} width={AXIS_WIDTH_PX} tickFormatter={(tick: number) => `${tick}x`} tick={TICK} tickLine={false} axisLine={false} allowDataOverflow />
        <Area dataKey="band" stroke="none" fill={COLOUR.stream} fillOpacity={BAND_OPACITY} isAnimationActive={false} activeDot={false} type="linear" />
        <Limits last={last} taskCount={taskCount} longestCeiling={ceiling} top={top} />
        <Line dataKey="within" stroke={COLOUR.stream} strokeWidth={2} strokeDasharray="6 4" dot={false} activeDot={false} isAnimationActive={false} type="linear" />
        <Line dataKey="beyond" stroke={COLOUR.control} strokeWidth={1.5} strokeDasharray="2 3" dot={false} activeDot={false} isAnimationActive={false} type="linear" />
        <Points rows={rows} measured={measured} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: COLOUR.control }}
          content={ProjectionTooltip}
        />
        <SvgLegend layout={legend} />
        <AxisName axis="y" name="estimated speedup" x={2} />
        <AxisName axis="x" name="tasks at once (both axes logarithmic)" />
      </ComposedChart>
    </div>
  );
}
