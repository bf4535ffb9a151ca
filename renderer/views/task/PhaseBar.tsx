import type { AttemptDetail } from '../../../shared/contract/commands.ts';
import { formatDuration } from '../../../shared/format/format.ts';

interface Phase {
  readonly name: string;
  readonly look: string;
  readonly durationMs: number;
}

/** An attempt's time by phase. Without streaming there is no first token: then all of the service time is one phase. */
export function phasesOf(attempt: AttemptDetail): readonly Phase[] {
  const service = attempt.serviceMs ?? 0;
  const firstToken = attempt.timeToFirstTokenMs;
  const failed = attempt.state === 'failed' || attempt.state === 'interrupted';
  const answer: readonly Phase[] =
    firstToken === null
      ? [{ name: failed ? 'failed' : 'answer', look: failed ? 'bg-chart-fail hatched' : 'bg-chart-stream', durationMs: service }]
      : [
          { name: 'first token', look: 'bg-chart-first-token', durationMs: firstToken },
          { name: failed ? 'stream until failure' : 'stream', look: failed ? 'bg-chart-fail hatched' : 'bg-chart-stream', durationMs: attempt.generationMs ?? Math.max(0, service - firstToken) },
        ];
  const waits: readonly Phase[] = [
    { name: 'queued', look: 'bg-chart-wait', durationMs: attempt.queueWaitMs },
    { name: 'rate wait', look: 'bg-chart-wait/70', durationMs: attempt.rateWaitMs },
    { name: 'backoff', look: 'bg-chart-wait/45', durationMs: attempt.backoffMs },
  ];
  return [...waits, ...answer].filter((phase) => phase.durationMs > 0);
}

/** The phases of one attempt to scale, and in numbers. */
export function PhaseBar({ attempt }: { readonly attempt: AttemptDetail }) {
  const phases = phasesOf(attempt);
  const totalMs = phases.reduce((sum, phase) => sum + phase.durationMs, 0);
  if (totalMs === 0) return null;
  return (
    <div>
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-full">
        {phases.map((phase) => (
          <div key={phase.name} className={`h-full min-w-0.5 ${phase.look}`} style={{ width: `${(phase.durationMs / totalMs) * 100}%` }} />
        ))}
      </div>
      <dl className="mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-small">
        {phases.map((phase) => (
          <div key={phase.name} className="flex items-center gap-1.5">
            <dt className="flex items-center gap-1.5 text-secondary">
              <span aria-hidden className={`size-2 rounded-[2px] ${phase.look}`} />
              {phase.name}
            </dt>
            <dd>{formatDuration(phase.durationMs)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
