import { memo } from 'react';
import { AccountChart } from './AccountChart.tsx';
import { ChartCard, type CardContext } from './ChartCard.tsx';
import { accountQuestion, accountSentence } from './data/account.ts';
import { driftSentence } from './data/drift.ts';
import { DOTS_BELOW } from './data/latency.ts';
import { projectionSentence } from './data/projection.ts';
import { speedupSentence } from './data/speedup.ts';
import { accountTable, driftTable, latencyTable, projectionTable, speedupTable } from './data/tables.ts';
import { DriftChart } from './DriftChart.tsx';
import { LatencyChart } from './LatencyChart.tsx';
import { ProjectionChart } from './ProjectionChart.tsx';
import { SpeedupChart } from './SpeedupChart.tsx';
import { StripChart } from './StripChart.tsx';
import type { ChartNumbers } from './use-chart-numbers.ts';

export interface NumberCardProps {
  readonly numbers: ChartNumbers;
  readonly context: CardContext;
}

/** How much time did parallel save, and what is the ceiling? */
export const SpeedupCard = memo(function SpeedupCard({ numbers, context }: NumberCardProps) {
  const { speedup, strips } = numbers.model;
  return (
    <ChartCard name="speedup" title="What did parallel save?" sentence={speedupSentence(speedup)} context={context} table={() => speedupTable(speedup)}>
      {speedup.estimated === null
        ? null
        : (widthPx) => (
            <>
              <SpeedupChart facts={speedup} widthPx={widthPx} size={strips === null ? 'tall' : 'slim'} />
              {strips !== null && <StripChart strips={strips} widthPx={widthPx} />}
            </>
          )}
    </ChartCard>
  );
});
SpeedupCard.displayName = 'SpeedupCard';

/** Where did the rest of the slots' time go? */
export const AccountCard = memo(function AccountCard({ numbers, context }: NumberCardProps) {
  const { account, speedup } = numbers.model;
  return (
    <ChartCard name="account" title={accountQuestion(speedup.theoreticalMax)} sentence={accountSentence(account, speedup.soFar)} context={context} table={() => accountTable(account)}>
      {(widthPx) => <AccountChart shares={account} widthPx={widthPx} />}
    </ChartCard>
  );
});
AccountCard.displayName = 'AccountCard';

/** How slow is slow? */
export const LatencyCard = memo(function LatencyCard({ numbers, context }: NumberCardProps) {
  const { latency } = numbers.model;
  return (
    <ChartCard name="latency" title="How slow is slow?" sentence={latency.sentence} context={context} table={() => latencyTable(latency)}>
      {latency.shape.kind === 'none' ? null : (widthPx) => <LatencyChart model={latency} widthPx={widthPx} />}
    </ChartCard>
  );
});
LatencyCard.displayName = 'LatencyCard';

/** What would another concurrency give? */
export const ProjectionCard = memo(function ProjectionCard({ numbers, context }: NumberCardProps) {
  const { model, projection } = numbers;
  const points = projection?.points ?? [];
  return (
    <ChartCard name="projection" title="What if concurrency changed?" sentence={projectionSentence(points, model.measured, model.speedup.soFar)} context={context} table={() => projectionTable(points, model.measured)}>
      {projection === null || points.length === 0
        ? null
        : (widthPx) => (
            <>
              <ProjectionChart projection={projection} measured={model.measured} taskCount={numbers.data.run.total} longestCeiling={model.speedup.longestCeiling} widthPx={widthPx} />
              {projection.slowdown === null && <p className="m-0 mt-1 text-[11px]/[16px] text-muted">The load hardly varied in this run, so a slowdown of the server under more load can&apos;t be told from it.</p>}
            </>
          )}
    </ChartCard>
  );
});
ProjectionCard.displayName = 'ProjectionCard';

/** Did it drift? Left out where a handful of dots would say nothing. */
export const DriftCard = memo(function DriftCard({ numbers, context }: NumberCardProps) {
  const { drift, speedup } = numbers.model;
  if (drift === null || drift.points.length < DOTS_BELOW) return null;
  return (
    <div className="min-w-0 @3xl:col-span-2">
      <ChartCard name="drift" title="Did it drift?" sentence={driftSentence(drift, speedup.soFar)} context={context} table={() => driftTable(drift)}>
        {(widthPx) => <DriftChart drift={drift} widthPx={widthPx} />}
      </ChartCard>
    </div>
  );
});
DriftCard.displayName = 'DriftCard';
