import { Bar, BarChart, XAxis, YAxis, type BarShapeProps } from 'recharts';
import { formatSpeedup } from '../../shared/format/format.ts';
import { ceilings, type SpeedupFacts } from './data/speedup.ts';
import { numberTicks } from './data/ticks.ts';
import { layoutMarkedLines, MarkedLines } from './MarkedLines.tsx';
import { AXIS_LINE, COLOUR, LABEL_PX, TICK } from './marks.tsx';

export const NAME_WIDTH_PX = 96;
const RIGHT_PX = 12;
/** Slim above the strips, taller where the bars stand alone. */
const ROW_PX = { slim: 34, tall: 58 } as const;
const BAR_PX = { slim: 12, tall: 24 } as const;
/** A ceiling beyond this many times what else is drawn is left to the sentence and the table: it would squeeze the bars. */
const FAR = 2.5;

interface SpeedRow {
  readonly name: string;
  readonly speedup: number;
  readonly colour: string;
  readonly label: string;
  readonly barPx: number;
}

function isSpeedRow(value: unknown): value is SpeedRow {
  return typeof value === 'object' && value !== null && 'barPx' in value && 'colour' in value;
}

/** A bar at the bottom of its row, its value over its start, where no reference line stands. */
function RowBar({ x, y, width, height, payload }: BarShapeProps) {
  if (!isSpeedRow(payload)) return null;
  const top = y + height - payload.barPx;
  return (
    <g>
      <text x={x} y={top - 4} fontSize={LABEL_PX} fontWeight={600} fill={COLOUR.text}>
        {payload.label}
      </text>
      <rect x={x} y={top} width={Math.max(1, width)} height={payload.barPx} rx={2} fill={payload.colour} />
    </g>
  );
}

/** One at a time against this run, with what nothing could exceed. */
export function SpeedupChart({ facts, widthPx, size }: { readonly facts: SpeedupFacts; readonly widthPx: number; readonly size: 'slim' | 'tall' }) {
  const estimated = facts.estimated ?? 0;
  const all = ceilings(facts);
  const near = Math.max(1, estimated, all[0]!.speedup);
  const drawn = all.filter((ceiling) => ceiling.speedup <= FAR * near);
  const end = Math.max(near, ...drawn.map((ceiling) => ceiling.speedup)) * 1.04;
  const plot = { from: NAME_WIDTH_PX, to: widthPx - RIGHT_PX };
  const layout = layoutMarkedLines(
    drawn.map(({ kind, speedup, label }) => ({ key: kind, label, x: plot.from + (speedup / end) * (plot.to - plot.from), dashes: kind === 'longest' ? '5 3' : '1.5 2.5', strong: kind === 'longest' })),
    { from: 0, to: plot.to },
  );
  const barPx = BAR_PX[size];
  const data: SpeedRow[] = [
    { name: 'One at a time', speedup: 1, colour: COLOUR.wait, label: '1x', barPx },
    { name: 'This run', speedup: estimated, colour: COLOUR.stream, label: `${formatSpeedup(estimated)} estimated`, barPx },
  ];
  const top = layout.heightPx + 2;
  const ticks = numberTicks(0, end, Math.max(3, Math.floor((plot.to - plot.from) / 44)), end < 2 ? 0.5 : 1);
  return (
    <div data-plot>
      <BarChart layout="vertical" width={widthPx} height={top + ROW_PX[size] * data.length + 32} data={data} margin={{ top, right: RIGHT_PX, bottom: 6, left: 0 }} barCategoryGap={1} accessibilityLayer={false}>
        <XAxis type="number" domain={[0, end]} ticks={[...ticks]} interval={0} tickFormatter={(tick: number) => `${tick}x`} tick={TICK} tickLine={false} axisLine={AXIS_LINE} height={26} allowDataOverflow />
        <YAxis type="category" dataKey="name" width={NAME_WIDTH_PX} tick={{ fontSize: 12, fill: COLOUR.text, dy: size === 'slim' ? 5 : 12 }} tickLine={false} axisLine={false} />
        <Bar dataKey="speedup" isAnimationActive={false} shape={RowBar} />
        <MarkedLines layout={layout} />
      </BarChart>
    </div>
  );
}
