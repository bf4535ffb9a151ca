import { FileDown, RotateCcw } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { formatCount, formatCounted } from '../../../shared/format/format.ts';
import { Button } from '../../components/Button.tsx';
import { promisingTasks } from '../../store/failure-actions.ts';
import { isFinished } from '../../store/run-text.ts';
import { useApp, useBlocked } from '../../store/use-store.ts';
import { EmptyTab } from '../EmptyTab.tsx';
import { FailureGroupCard } from './FailureGroupCard.tsx';

/** Groups drawn at first and with each "Show more". */
const SHOWN_AT_ONCE = 50;
const CLOCK_MS = 20_000;

/** The wall clock, every now and then, for "3 min ago". */
function useWallClock(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), CLOCK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

/** The dead letter queue: failed tasks by what went wrong, each group with an example and the right action. */
export function FailuresTab() {
  const run = useApp((state) => state.runState?.run ?? null);
  const failures = useApp((state) => state.failures);
  const exporting = useApp((state) => state.exporting);
  const retry = useApp((state) => state.retry);
  const exportFailures = useApp((state) => state.exportFailures);
  const blocked = useBlocked();
  const nowMs = useWallClock();
  const [most, setMost] = useState(SHOWN_AT_ONCE);
  const groups = failures !== null && failures.runId === run?.runId ? failures.groups : null;
  const promising = useMemo(() => promisingTasks(groups ?? []), [groups]);

  if (run === null || run.failed === 0) return <EmptyTab title="No failures" sentence="Tasks that fail for good are collected here with every attempt, until you retry them, skip them or delete the batch." />;
  if (groups === null) return <EmptyTab title="Gathering failures…" sentence="" />;
  // A run that is on or paused has the accent on its own button; several groups have it on the button for all of them.
  const accent = isFinished(run);
  const several = groups.length > 1;
  return (
    <div className="min-h-0 flex-1 overflow-auto p-4">
      <div className="mx-auto flex max-w-4xl flex-col gap-3">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="min-w-0 grow basis-72 text-secondary">{`${formatCounted(run.failed, 'task')} failed for good${several ? `, in ${formatCount(groups.length)} ways` : ''}. Retrying keeps all earlier attempts.`}</h2>
          <div className="flex gap-2">
            <Button icon={FileDown} disabled={exporting} aria-label="Export failures" title="All failed tasks with input, settings and every attempt, as JSON lines" onClick={() => void exportFailures(null)}>
              Export
            </Button>
            {several && (
              <Button look={accent && promising.length > 0 ? 'primary' : 'plain'} icon={RotateCcw} disabled={blocked || promising.length === 0} title={promising.length === 0 ? 'All of these need something changed first' : `${formatCounted(promising.length, 'task')}; the others need something changed or a decision first`} onClick={() => void retry(promising)}>
                Retry all that may succeed
              </Button>
            )}
          </div>
        </div>
        <ul className="flex flex-col gap-3">
          {groups.slice(0, most).map((group) => (
            <FailureGroupCard key={JSON.stringify([group.class, group.httpStatus, group.code, group.message])} group={group} concurrency={run.settings.concurrency} maxTokens={run.settings.maxTokens} providerId={run.settings.providerId} accent={accent && !several} nowMs={nowMs} />
          ))}
        </ul>
        {groups.length > most && (
          <div className="flex items-center justify-center gap-3 pt-1">
            <span className="text-small text-muted">{`${formatCount(most)} of ${formatCount(groups.length)} groups, the largest first`}</span>
            <Button onClick={() => setMost(most + SHOWN_AT_ONCE)}>Show more</Button>
          </div>
        )}
      </div>
    </div>
  );
}
