import { memo, useMemo } from 'react';
import type { AttemptPatch, TaskPatch } from '../../shared/contract/columns.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import type { CardContext, SavedChart } from './ChartCard.tsx';
import { isLive } from './data/columns.ts';
import { sourceLine } from './data/source-line.ts';
import { AccountCard, DriftCard, LatencyCard, ProjectionCard, SpeedupCard } from './NumberCards.tsx';
import { TimelineCard } from './TimelineCard.tsx';
import { useStableCallback } from './use-stable-callback.ts';
import { useStaggered } from './use-staggered.ts';
import { useChartNumbers, type ChartNumbers } from './use-chart-numbers.ts';

export interface ChartsViewProps {
  readonly run: RunHeader;
  /** Full snapshots: views over buffers that are written in place. */
  readonly tasks: TaskPatch;
  readonly attempts: AttemptPatch;
  /** Changes whenever the columns or the run do. */
  readonly version: number;
  readonly onOpenTask: (index: number) => void;
  /** Saves a drawn chart; `name` says which chart in one word. Rejects with what went wrong; a cancelled dialog resolves. */
  readonly saveChart: (chart: SavedChart) => Promise<void>;
}

function Notice({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div className="flex min-h-[320px] flex-col items-center justify-center gap-1 p-8 text-center" data-testid="charts-notice">
      <h2 className="m-0 text-[15px]/[20px] font-semibold text-text">{title}</h2>
      <p className="m-0 max-w-[52ch] text-[13px]/[20px] text-secondary">{text}</p>
    </div>
  );
}

interface CardsProps {
  readonly numbers: ChartNumbers;
  readonly onOpenTask: (index: number) => void;
  readonly saveChart: (chart: SavedChart) => Promise<void>;
}

const CARDS = [SpeedupCard, AccountCard, TimelineCard, LatencyCard, ProjectionCard, DriftCard] as const;

/** Cards are drawn anew only when new numbers are there, not with every event of a live run, and one after the other. */
const Cards = memo(function Cards({ numbers, onOpenTask, saveChart }: CardsProps) {
  const { run } = numbers.data;
  const context = useCardContext(run, onOpenTask, saveChart);
  const held = useStaggered(numbers, CARDS.length);
  return (
    <div className="@container p-4" data-testid="charts">
      <div className="grid grid-cols-1 gap-4 @3xl:grid-cols-2">
        {CARDS.map((Card, index) => {
          const shown = held[index];
          return shown === null || shown === undefined ? null : <Card key={Card.displayName} numbers={shown} context={context} />;
        })}
      </div>
    </div>
  );
});

/** Stays the same object while the run's name and state do. */
function useCardContext(run: RunHeader, onOpenTask: CardContext['onOpenTask'], saveChart: CardContext['saveChart']): CardContext {
  const source = sourceLine(run);
  const { simulated } = run.settings;
  const soFar = isLive(run);
  return useMemo(() => ({ source, simulated, soFar, onOpenTask, saveChart }), [source, simulated, soFar, onOpenTask, saveChart]);
}

function RunCharts({ run, tasks, attempts, version, onOpenTask, saveChart }: ChartsViewProps) {
  const data = useMemo(() => ({ run, tasks, attempts }), [run, tasks, attempts]);
  const state = useChartNumbers(data, version);
  const openTask = useStableCallback(onOpenTask);
  const save = useStableCallback(saveChart);
  if (state.kind === 'failed') return <Notice title="The charts could not be computed" text={`${state.message} Your results are safe; please report this message.`} />;
  return state.kind === 'pending' ? <Notice title="Reading the run" text="One moment." /> : <Cards numbers={state.numbers} onOpenTask={openTask} saveChart={save} />;
}

/** The Charts tab of a run: each card answers one question. */
export function ChartsView(props: ChartsViewProps) {
  if (props.attempts.ordinal.length === 0) return <Notice title="No requests yet" text="Charts appear here as soon as the first task is sent: how much time running in parallel saves, where it goes, and what another setting would give." />;
  return <RunCharts key={props.run.runId} {...props} />;
}
