import { useId } from 'react';
import { Bar, BarChart, XAxis, YAxis, type XAxisTickContentProps } from 'recharts';
import { formatDuration } from '../../shared/format/format.ts';
import type { AccountPart, AccountShare } from './data/account.ts';
import { shareText } from './data/sentence.ts';
import { fitText } from './data/text-width.ts';
import { AXIS_LINE, COLOUR, Hatch, LABEL_PX, TICK } from './marks.tsx';

const BAR_TOP_PX = 4;
const BAR_PX = 28;
const AXIS_PX = 26;
const ROW_PX = 22;
const MEANING_X = 162;
const DURATION_PX = 84;
/** Below this width durations are left to the table. */
const WIDE_PX = 400;

/** Solid and hatched alternate, so that neighbours differ by more than colour. */
const STYLE: Record<AccountPart, { readonly colour: string; readonly hatched: boolean }> = {
  serviceMs: { colour: COLOUR.stream, hatched: false },
  dispatchGapMs: { colour: COLOUR.done, hatched: true },
  rampMs: { colour: COLOUR.done, hatched: false },
  rateWaitMs: { colour: COLOUR.firstToken, hatched: false },
  backoffMs: { colour: COLOUR.firstToken, hatched: true },
  tailMs: { colour: COLOUR.wait, hatched: false },
};

/** The first and last label stay inside the chart. */
function ShareTick({ x, y, payload }: XAxisTickContentProps) {
  const value = Number(payload.value);
  return (
    <text x={x} y={Number(y) + 8} textAnchor={value === 0 ? 'start' : value === 1 ? 'end' : 'middle'} {...TICK}>
      {shareText(value)}
    </text>
  );
}

/** One line a part: swatch, share, name, meaning. It is the legend and the reading at once. */
function Reading({ shares, fillOf, widthPx }: { readonly shares: readonly AccountShare[]; readonly fillOf: (part: AccountPart) => string; readonly widthPx: number }) {
  const wide = widthPx >= WIDE_PX;
  return shares.map((share, index) => (
    <g key={share.part} transform={`translate(0,${BAR_TOP_PX + BAR_PX + AXIS_PX + 8 + index * ROW_PX})`}>
      <rect x={0.5} y={2} width={11} height={11} rx={2} fill={fillOf(share.part)} stroke={STYLE[share.part].colour} strokeWidth={1} />
      <text x={62} y={12} textAnchor="end" fontSize={12} fontWeight={600} fill={share.ms > 0 ? COLOUR.text : COLOUR.muted}>
        {shareText(share.fraction)}
      </text>
      <text x={74} y={12} fontSize={12} fill={share.ms > 0 ? COLOUR.text : COLOUR.muted}>
        {share.name}
      </text>
      <text x={MEANING_X} y={12} fontSize={LABEL_PX} fill={share.ms > 0 ? COLOUR.secondary : COLOUR.muted}>
        {fitText(share.meaning, widthPx - MEANING_X - (wide ? DURATION_PX : 0), LABEL_PX)}
      </text>
      <text x={widthPx - 1} y={12} textAnchor="end" fontSize={LABEL_PX} fill={COLOUR.muted}>
        {wide && share.ms > 0 ? formatDuration(share.ms) : ''}
      </text>
    </g>
  ));
}

/** Slot time as one stacked bar of six causes. */
export function AccountChart({ shares, widthPx }: { readonly shares: readonly AccountShare[]; readonly widthPx: number }) {
  const id = useId();
  const hatchOf = (part: AccountPart): string => `account-${part}${id}`;
  const fillOf = (part: AccountPart): string => (STYLE[part].hatched ? `url(#${hatchOf(part)})` : STYLE[part].colour);
  const row = Object.fromEntries(shares.map((share) => [share.part, share.fraction]));
  const bottom = shares.length * ROW_PX + 8;
  return (
    <div data-plot>
      <BarChart layout="vertical" width={widthPx} height={BAR_TOP_PX + BAR_PX + AXIS_PX + bottom} data={[{ name: 'slots', ...row }]} margin={{ top: BAR_TOP_PX, right: 1, bottom, left: 1 }} barCategoryGap={0} accessibilityLayer={false}>
        <defs>
          {shares
            .filter((share) => STYLE[share.part].hatched)
            .map((share) => (
              <Hatch key={share.part} id={hatchOf(share.part)} colour={STYLE[share.part].colour} />
            ))}
        </defs>
        <XAxis type="number" domain={[0, 1]} ticks={[0, 0.25, 0.5, 0.75, 1]} interval={0} tickFormatter={(tick: number) => shareText(tick)} tick={ShareTick} tickLine={false} axisLine={AXIS_LINE} height={AXIS_PX} allowDataOverflow />
        <YAxis type="category" dataKey="name" hide />
        {shares.map((share) => (
          <Bar key={share.part} dataKey={share.part} stackId="slots" isAnimationActive={false} fill={fillOf(share.part)} stroke={COLOUR.surface} strokeWidth={share.ms > 0 ? 1 : 0} />
        ))}
        <Reading shares={shares} fillOf={fillOf} widthPx={widthPx} />
      </BarChart>
    </div>
  );
}
