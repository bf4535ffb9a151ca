import { useId } from 'react';
import { ComposedChart, usePlotArea, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts';
import { formatDuration } from '../../shared/format/format.ts';
import type { AttemptState } from './data/columns.ts';
import type { Strips, StripSpan } from './data/strips.ts';
import { textWidth } from './data/text-width.ts';
import { tickStep, timeTickLabel, timeTicks } from './data/ticks.ts';
import { AXIS_LINE, COLOUR, Hatch, LABEL_PX, TICK } from './marks.tsx';
import { NAME_WIDTH_PX } from './SpeedupChart.tsx';

const ROW_PX = 34;
const BAR_PX = 12;


function fillOf(state: AttemptState, hatch: string): string {
  if (state === 'failed' || state === 'rateLimited') return `url(#${hatch})`;
  return state === 'cancelled' ? COLOUR.wait : COLOUR.stream;
}

function shortLabel(span: StripSpan): string {
  return `${span.taskIndex + 1} · ${formatDuration(span.toMs - span.fromMs)}`;
}

function longLabel(span: StripSpan): string {
  return `Task ${shortLabel(span)}`;
}

/** The long form for all spans or for none, so that they read alike; the bare number where nothing else fits. */
function labelOf(span: StripSpan, width: number, roomy: boolean): string {
  if (roomy) return longLabel(span);
  return [shortLabel(span), String(span.taskIndex + 1)].find((text) => textWidth(text, LABEL_PX) <= width + 4) ?? '';
}

function StripSpans({ spans, hatch }: { readonly spans: readonly StripSpan[]; readonly hatch: string }) {
  const plot = usePlotArea();
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (plot === undefined || x === undefined || y === undefined) return null;
  const widthOf = (span: StripSpan): number => (x(span.toMs) ?? plot.x) - (x(span.fromMs) ?? plot.x);
  const roomy = spans.every((span) => textWidth(longLabel(span), LABEL_PX) <= widthOf(span) + 2);
  return spans.map((span) => {
    const left = x(span.fromMs) ?? plot.x;
    const width = Math.max(1, widthOf(span) - 1.5);
    const middle = y(span.row) ?? 0;
    const failed = span.state === 'failed' || span.state === 'rateLimited';
    const label = labelOf(span, width, roomy);
    return (
      <g key={`${span.row}-${span.taskIndex}-${span.fromMs}`}>
        <text x={left} y={middle - 4} fontSize={LABEL_PX} fill={COLOUR.secondary}>
          {label}
        </text>
        <rect x={left} y={middle} width={width} height={BAR_PX} rx={2} fill={fillOf(span.state, hatch)} {...(failed ? { stroke: COLOUR.fail, strokeWidth: 1 } : {})} {...(span.state === 'running' ? { fillOpacity: 0.6 } : {})} />
      </g>
    );
  });
}

/** The same tasks end to end and side by side, on one time axis. */
export function StripChart({ strips, widthPx }: { readonly strips: Strips; readonly widthPx: number }) {
  const hatch = `strip${useId()}`;
  const ticks = timeTicks(0, strips.endMs, Math.max(3, Math.floor((widthPx - NAME_WIDTH_PX) / 48)));
  const step = tickStep(ticks);
  return (
    <div data-plot className="mt-3">
      <ComposedChart width={widthPx} height={strips.rows * ROW_PX + 30} data={[{ row: 0 }]} margin={{ top: 0, right: 12, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <defs>
          <Hatch id={hatch} colour={COLOUR.fail} />
        </defs>
        <XAxis type="number" dataKey="at" domain={[0, strips.endMs]} ticks={[...ticks]} interval={0} tickFormatter={(tick: number) => timeTickLabel(tick, step, strips.endMs)} tick={TICK} tickLine={false} axisLine={AXIS_LINE} height={26} allowDataOverflow />
        <YAxis type="number" dataKey="row" reversed domain={[-0.5, strips.rows - 0.5]} ticks={Array.from({ length: strips.rows }, (_, row) => row)} interval={0} width={NAME_WIDTH_PX} tickFormatter={(row: number) => (row === 0 ? 'One at a time' : `Slot ${row}`)} tick={{ fontSize: 12, fill: COLOUR.text, dy: 6 }} tickLine={false} axisLine={false} />
        <StripSpans spans={strips.spans} hatch={hatch} />
      </ComposedChart>
    </div>
  );
}
