import { formatCount, formatFraction } from '../../../shared/format/format.ts';
import { formatRange } from '../../../shared/format/format-range.ts';
import { runStatusLabel } from '../../../shared/format/stop-reason.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';
import { finishedFraction } from '../../store/run-text.ts';
import { useApp } from '../../store/use-store.ts';
import { ConcurrencyControl } from './ConcurrencyControl.tsx';

const PARTS = [
  { key: 'completed', look: 'bg-chart-done' },
  { key: 'failed', look: 'bg-chart-fail hatched' },
  { key: 'cancelled', look: 'bg-control' },
  { key: 'running', look: 'bg-chart-stream' },
] as const satisfies readonly { readonly key: keyof RunHeader; readonly look: string }[];

/** How much of the run is in which state, as one bar. */
export function ProgressBar({ run }: { readonly run: RunHeader | null }) {
  const total = run === null ? 0 : Math.max(1, run.total);
  return (
    <>
      <progress aria-label="Tasks finished" max={100} value={run === null ? 0 : Math.floor(finishedFraction(run) * 100)} className="sr-only" />
      <div aria-hidden className="flex h-1.5 w-full overflow-hidden rounded-full bg-border">
        {run !== null && PARTS.map(({ key, look }) => run[key] > 0 && <div key={key} className={`h-full ${look}`} style={{ width: `${(run[key] / total) * 100}%` }} />)}
      </div>
    </>
  );
}

function progressText(run: RunHeader): string {
  const finished = run.completed + run.failed;
  return `${formatCount(finished)} of ${formatCount(run.total)}${run.status === 'ready' ? '' : ` · ${formatFraction(finishedFraction(run))}`}`;
}

/** Under the header: what the run does, how far it is, and how many tasks run at once. */
export function RunStrip() {
  const run = useApp((state) => state.runState?.run ?? null);
  const eta = useApp((state) => state.progress?.eta ?? null);
  const taskCount = useApp((state) => state.detail?.taskCount ?? 0);
  const trial = run !== null && run.total < taskCount;
  return (
    <div className="flex h-13 shrink-0 items-center gap-3 border-b border-border bg-surface px-4 lg:gap-5 select-none">
      <div className="flex min-w-36 flex-1 flex-col gap-1.5">
        <div className="flex items-baseline gap-2 overflow-hidden whitespace-nowrap">
          <span data-testid="run-status" className="font-medium">
            {run === null ? 'Ready' : runStatusLabel(run.status)}
          </span>
          <span className="truncate text-secondary">
            {run === null ? `${formatCount(taskCount)} tasks` : progressText(run)}
            {trial && ' · trial'}
          </span>
          <span className="flex-1" />
          {eta !== null && <span className="hidden truncate text-secondary lg:inline">{`${formatRange(eta)} left`}</span>}
        </div>
        <ProgressBar run={run} />
      </div>
      <ConcurrencyControl />
    </div>
  );
}
