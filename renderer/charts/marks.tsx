import { usePlotArea } from 'recharts';
import { layoutLegend, type LegendLayout } from './data/legend.ts';

export const COLOUR = {
  surface: 'var(--surface)',
  raised: 'var(--raised)',
  text: 'var(--text)',
  secondary: 'var(--secondary)',
  muted: 'var(--muted)',
  border: 'var(--border)',
  control: 'var(--control)',
  wait: 'var(--chart-wait)',
  firstToken: 'var(--chart-first-token)',
  stream: 'var(--chart-stream)',
  done: 'var(--chart-done)',
  fail: 'var(--chart-fail)',
  warn: 'var(--warn)',
} as const;

export const LABEL_PX = 11;
export const TICK = { fontSize: LABEL_PX, fill: COLOUR.secondary } as const;
export const AXIS_LINE = { stroke: COLOUR.control } as const;

/** Diagonal stripes: failures and the like are told apart by more than a colour. */
export function Hatch({ id, colour }: { readonly id: string; readonly colour: string }) {
  return (
    <pattern id={id} patternUnits="userSpaceOnUse" width={5} height={5} patternTransform="rotate(45)">
      <rect width={5} height={5} fill={COLOUR.surface} />
      <rect width={2.5} height={5} fill={colour} />
    </pattern>
  );
}

export interface LegendItem {
  readonly label: string;
  readonly fill: string;
  readonly mark: 'square' | 'line' | 'dashed' | 'dot' | 'smallDot' | 'ring' | 'triangle' | 'bar';
  readonly outline?: string;
  /** 0 to 1, default 1. */
  readonly opacity?: number;
}

export function legendLayout(items: readonly LegendItem[], widthPx: number): LegendLayout<LegendItem> {
  return layoutLegend(items, widthPx);
}

function LegendMark({ item }: { readonly item: LegendItem }) {
  switch (item.mark) {
    case 'square':
      return <rect x={0} y={-9} width={10} height={10} rx={2} fill={item.fill} fillOpacity={item.opacity ?? 1} {...(item.outline === undefined ? {} : { stroke: item.outline, strokeWidth: 1 })} />;
    case 'line':
      return <line x1={-1} x2={11} y1={-4} y2={-4} stroke={item.fill} strokeWidth={2} />;
    case 'dashed':
      return <line x1={-1} x2={11} y1={-4} y2={-4} stroke={item.fill} strokeWidth={1.5} strokeDasharray="3 2" />;
    case 'dot':
      return <circle cx={5} cy={-4} r={4} fill={item.fill} />;
    case 'smallDot':
      return <circle cx={5} cy={-4} r={2.5} fill={item.fill} />;
    case 'ring':
      return <circle cx={5} cy={-4} r={3.5} fill={COLOUR.surface} stroke={item.fill} strokeWidth={1.5} />;
    case 'triangle':
      return <path d="M1,-8 h8 l-4,7 z" fill={item.fill} />;
    case 'bar':
      return <rect x={4} y={-9} width={2} height={10} fill={item.fill} />;
  }
}

/** The legend as part of the SVG, so that it is there in every export. Stands at the top left of the chart. */
export function SvgLegend({ layout, x = 0, y = 0 }: { readonly layout: LegendLayout<LegendItem>; readonly x?: number; readonly y?: number }) {
  return (
    <g transform={`translate(${x},${y})`}>
      {layout.items.map((placed) => (
        <g key={placed.item.label} transform={`translate(${placed.x + 1},${placed.y + 12})`}>
          <LegendMark item={placed.item} />
          <text x={16} y={0} fontSize={LABEL_PX} fill={COLOUR.secondary}>
            {placed.item.label}
          </text>
        </g>
      ))}
    </g>
  );
}

/** The name of an axis, inside the SVG: below the plot at its right end, or above it at its left end (or at `x`). */
export function AxisName({ axis, name, x }: { readonly axis: 'x' | 'y'; readonly name: string; readonly x?: number }) {
  const plot = usePlotArea();
  if (plot === undefined) return null;
  return (
    <text x={axis === 'x' ? plot.x + plot.width : (x ?? plot.x)} y={axis === 'x' ? plot.y + plot.height + 32 : plot.y - 8} textAnchor={axis === 'x' ? 'end' : 'start'} fontSize={LABEL_PX} fill={COLOUR.muted}>
      {name}
    </text>
  );
}
