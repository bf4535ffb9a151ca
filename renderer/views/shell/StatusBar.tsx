import { useEffect, useState } from 'react';
import { SimulatedBadge } from '../../components/Badge.tsx';
import { StatusGlyph } from '../../components/StatusGlyph.tsx';
import { formatCount, formatDuration } from '../../../shared/format/format.ts';
import { formatRange } from '../../../shared/format/format-range.ts';
import { stalledSeconds, tokensPerSecond } from '../../../shared/timing/tokens-rate.ts';
import { isLive } from '../../store/run-text.ts';
import { useApp } from '../../store/use-store.ts';

/** The screen's clock, once a second while `on`; rates fade and silence grows without any event. */
function useSecondHand(on: boolean): number {
  const [nowMs, setNowMs] = useState(() => performance.now());
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => setNowMs(performance.now()), 1000);
    return () => clearInterval(timer);
  }, [on]);
  return nowMs;
}

function Count({ status, count }: { readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled'; readonly count: number }) {
  return (
    <span className="inline-flex items-center gap-1 whitespace-nowrap">
      <StatusGlyph status={status} size={12} />
      <span data-testid={`count-${status}`} className="text-text">
        {formatCount(count)}
      </span>
      {status}
    </span>
  );
}

function Flow() {
  const run = useApp((state) => state.runState?.run ?? null);
  const progress = useApp((state) => state.progress);
  const tick = useSecondHand(isLive(run));
  if (run === null || progress === null) return null;
  const { tokenRate, eta } = progress;
  const nowMs = Math.max(tick, tokenRate.atMs);
  const stalled = stalledSeconds(tokenRate, nowMs, run.running);
  return (
    <>
      {isLive(run) && (stalled === null ? <span>{`${formatCount(tokensPerSecond(tokenRate, nowMs))} tokens/s`}</span> : <span className="text-warn">{`stalled ${stalled} s`}</span>)}
      <span className="hidden lg:inline">{`${formatCount(run.outputTokens)} tokens out`}</span>
      <span title="Active time, without pauses">{formatDuration(run.activeMs)}</span>
      {eta !== null && <span>{`${formatRange(eta)} left`}</span>}
      {run.settings.simulated ? <SimulatedBadge /> : <span title="Prices of this model are not known">cost unknown</span>}
    </>
  );
}

/** The bottom line: counts by state, what the run yields, time left, the connection. */
export function StatusBar() {
  const run = useApp((state) => state.runState?.run ?? null);
  const taskCount = useApp((state) => state.detail?.taskCount ?? 0);
  const connection = useApp((state) => state.connection);
  const cancelled = run?.cancelled ?? 0;
  return (
    <footer aria-label="Status" className="flex h-7 shrink-0 items-center gap-3 overflow-hidden border-t lg:gap-4 border-border bg-surface px-4 text-small whitespace-nowrap text-secondary select-none">
      <Count status="queued" count={run?.queued ?? taskCount} />
      <Count status="running" count={run?.running ?? 0} />
      <Count status="completed" count={run?.completed ?? 0} />
      <Count status="failed" count={run?.failed ?? 0} />
      {cancelled > 0 && <Count status="cancelled" count={cancelled} />}
      <span className="flex-1" />
      {connection === 'lost' ? <span className="text-warn">Connection lost, trying again…</span> : <Flow />}
    </footer>
  );
}
