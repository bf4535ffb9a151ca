import { usePlotArea } from 'recharts';
import { placeLabels, type PlacedLabel } from './data/label-rows.ts';
import { textWidth } from './data/text-width.ts';
import { COLOUR, LABEL_PX } from './marks.tsx';

const LABEL_ROW_PX = 17;

export interface MarkedLine {
  readonly key: string;
  /** Where it stands, px from the left of the chart. */
  readonly x: number;
  readonly label: string;
  /** Dashes tell lines apart without colour. */
  readonly dashes: string;
  readonly strong: boolean;
}

export interface MarkedLinesLayout {
  readonly lines: readonly MarkedLine[];
  readonly places: readonly PlacedLabel[];
  /** Room that the labels take above the plot. */
  readonly heightPx: number;
}

/** Places the labels of vertical reference lines before the chart is drawn, so that it can leave room for them. */
export function layoutMarkedLines(lines: readonly MarkedLine[], plot: { readonly from: number; readonly to: number }): MarkedLinesLayout {
  const places = placeLabels(
    lines.map((line) => ({ x: line.x, widthPx: textWidth(line.label, LABEL_PX) })),
    plot,
  );
  return { lines, places, heightPx: Math.max(0, ...places.map((place) => place.row + 1)) * LABEL_ROW_PX };
}

/** Vertical reference lines with their labels in rows above the plot. */
export function MarkedLines({ layout }: { readonly layout: MarkedLinesLayout }) {
  const plot = usePlotArea();
  if (plot === undefined) return null;
  return layout.lines.map((line, index) => {
    const { row, side } = layout.places[index]!;
    const baseline = LABEL_ROW_PX * row + 11;
    return (
      <g key={line.key}>
        <line x1={line.x} x2={line.x} y1={baseline - 9} y2={plot.y + plot.height} stroke={line.strong ? COLOUR.text : COLOUR.control} strokeWidth={1.25} strokeDasharray={line.dashes} />
        <text x={side === 'right' ? line.x + 5 : line.x - 5} y={baseline} textAnchor={side === 'right' ? 'start' : 'end'} fontSize={LABEL_PX} fill={COLOUR.secondary}>
          {line.label}
        </text>
      </g>
    );
  });
}
