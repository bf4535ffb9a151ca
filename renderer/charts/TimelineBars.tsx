import type { AttemptPatch } from '../../shared/contract/columns.ts';
import { attemptEndMs, attemptState, firstTokenWaitEndMs, type AttemptState } from './data/columns.ts';
import type { TimeRange } from './data/timeline-range.ts';
import { fitText } from './data/text-width.ts';
import { COLOUR, LABEL_PX } from './marks.tsx';
import type { TimelineGeometry } from './timeline-geometry.ts';

interface TimelineBarsProps {
  readonly attempts: AttemptPatch;
  readonly rows: Uint32Array;
  readonly range: TimeRange;
  readonly nowMs: number;
  readonly geometry: TimelineGeometry;
  readonly hatch: string;
  /** Whether the run asks for streamed answers. */
  readonly streamed: boolean;
}

interface BarBox {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

/** Where the bar of an attempt lies inside the plot, cut to what is visible. */
export function barBox(attempts: AttemptPatch, row: number, range: TimeRange, nowMs: number, geometry: TimelineGeometry): BarBox {
  const scale = geometry.plotWidth / (range.toMs - range.fromMs);
  const left = Math.max(0, (attempts.sentMs[row]! - range.fromMs) * scale);
  const right = Math.min(geometry.plotWidth, (attemptEndMs(attempts, row, nowMs) - range.fromMs) * scale);
  const top = attempts.slot[row]! * geometry.rowHeight + geometry.barTop;
  return { left: geometry.left + left, width: Math.max(1, right - left - (right - left > 3 ? 1 : 0)), top: geometry.top + top, height: geometry.barHeight };
}

/** Free width after the bar's start up to the next bar of its slot, for the label. */
function labelRoom(attempts: AttemptPatch, rows: Uint32Array, position: number, range: TimeRange, geometry: TimelineGeometry, left: number): number {
  const scale = geometry.plotWidth / (range.toMs - range.fromMs);
  const slot = attempts.slot[rows[position]!];
  for (let later = position + 1; later < rows.length; later += 1) {
    if (attempts.slot[rows[later]!] !== slot) continue;
    return geometry.left + (attempts.sentMs[rows[later]!]! - range.fromMs) * scale - left - 6;
  }
  return geometry.left + geometry.plotWidth - left;
}

function plainFill(state: AttemptState): string {
  return state === 'cancelled' ? COLOUR.wait : COLOUR.stream;
}

interface SignsProps {
  readonly box: BarBox;
  /** Free height above the bar, px. */
  readonly lane: number;
  readonly retry: boolean;
  readonly rateLimited: boolean;
}

/** Signs over the start of a bar; where rows leave no room above, at the start inside. */
function Signs({ box, lane, retry, rateLimited }: SignsProps) {
  if (lane < 6) {
    return (
      <>
        {retry && <rect x={box.left} y={box.top} width={Math.min(2, box.width)} height={box.height} fill={COLOUR.text} />}
        {rateLimited && <path d={`M${box.left - 3},${box.top} h6 l-3,5 z`} fill={COLOUR.warn} stroke={COLOUR.surface} strokeWidth={0.75} />}
      </>
    );
  }
  const start = box.left + 3.5;
  return (
    <>
      {retry && <circle cx={start} cy={box.top - 3.5} r={2.5} fill={COLOUR.text} />}
      {rateLimited && <path d={`M${start - 3.5 + (retry ? 8 : 0)},${box.top - 6.5} h7 l-3.5,5.5 z`} fill={COLOUR.warn} />}
    </>
  );
}

/** One group an attempt: its phases, the sign of a retry, the sign of a 429, its label. */
export function TimelineBars({ attempts, rows, range, nowMs, geometry, hatch, streamed }: TimelineBarsProps) {
  const scale = geometry.plotWidth / (range.toMs - range.fromMs);
  return Array.from(rows, (row, position) => {
    const box = barBox(attempts, row, range, nowMs, geometry);
    const state = attemptState(attempts.outcome[row]!);
    const failed = state === 'failed' || state === 'rateLimited';
    const waitEndMs = firstTokenWaitEndMs(attempts, row, nowMs, streamed);
    const waitEnd = waitEndMs === null ? 0 : Math.min(box.width, Math.max(0, geometry.left + (waitEndMs - range.fromMs) * scale - box.left));
    const radius = Math.min(2, box.width / 2, box.height / 2);
    const retry = attempts.number[row]! > 1;
    const signs = (retry ? 8 : 0) + (state === 'rateLimited' ? 10 : 0);
    const label = geometry.labelled ? fitText(`Task ${attempts.taskIndex[row]! + 1}`, labelRoom(attempts, rows, position, range, geometry, box.left) - signs, LABEL_PX) : '';
    const inFlight = state === 'running' ? { fillOpacity: 0.6 } : {};
    return (
      <g key={attempts.ordinal[row]}>
        {label !== '' && (
          <text x={box.left + signs} y={box.top - 4} fontSize={LABEL_PX} fill={COLOUR.secondary}>
            {label}
          </text>
        )}
        <rect x={box.left} y={box.top} width={box.width} height={box.height} rx={radius} fill={failed ? `url(#${hatch})` : plainFill(state)} {...inFlight} {...(failed ? { stroke: COLOUR.fail, strokeWidth: box.width > 4 && box.height > 4 ? 1 : 0.5 } : {})} />
        {waitEnd > 0 && !failed && <rect x={box.left} y={box.top} width={waitEnd} height={box.height} rx={radius} fill={COLOUR.firstToken} {...inFlight} />}
        {(retry || state === 'rateLimited') && <Signs box={box} lane={geometry.barTop} retry={retry} rateLimited={state === 'rateLimited'} />}
      </g>
    );
  });
}
