import { Minus, Plus } from 'lucide-react';
import { useState } from 'react';
import { CONCURRENCY_MAX, CONCURRENCY_STOPS } from '../../../shared/vocabulary.ts';
import { limitedByLabel } from '../../../shared/format/stop-reason.ts';
import { formatCount } from '../../../shared/format/format.ts';
import { IconButton } from '../../components/Button.tsx';
import { Badge } from '../../components/Badge.tsx';
import { INPUT_LOOK } from '../../components/fields.tsx';
import { clampConcurrency, drainingCount, stepDown, stepUp, stopAt, stopPosition } from '../../store/concurrency.ts';
import { isFinished, isLive } from '../../store/run-text.ts';
import { useApp } from '../../store/use-store.ts';

const LAST = CONCURRENCY_STOPS.length - 1;

/** The number that was asked for last: not confirmed yet, the run's own, or the draft's. */
export function useRequestedConcurrency(): number {
  return useApp((state) => {
    const run = state.runState?.run ?? null;
    const current = run === null || isFinished(run) ? null : run.settings.concurrency;
    return state.requestedConcurrency ?? current ?? state.draft?.concurrency ?? 1;
  });
}

function ValueField({ value, onValue }: { readonly value: number; readonly onValue: (value: number) => void }) {
  const [text, setText] = useState<string | null>(null);
  const commit = (): void => {
    if (text !== null) onValue(clampConcurrency(Number.parseInt(text, 10), value));
    setText(null);
  };
  return (
    <input
      aria-label="Concurrency value"
      inputMode="numeric"
      title={`Tasks in flight at most, 1 to ${CONCURRENCY_MAX}`}
      value={text ?? String(value)}
      onChange={(event) => setText(event.target.value)}
      onFocus={(event) => event.target.select()}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setText(null);
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
        event.preventDefault();
        setText(null);
        onValue(clampConcurrency(value + (event.key === 'ArrowUp' ? 1 : -1), value));
      }}
      className={`${INPUT_LOOK} h-6 w-11 px-1 text-center`}
    />
  );
}

function Metric({ label, value, testId }: { readonly label: string; readonly value: string; readonly testId?: string }) {
  return (
    <div className="flex flex-col items-end">
      <span className="text-label whitespace-nowrap text-muted">{label}</span>
      <span data-testid={testId} className="leading-4">
        {value}
      </span>
    </div>
  );
}

function LimitChip({ requested, inFlight }: { readonly requested: number; readonly inFlight: number }) {
  const run = useApp((state) => state.runState?.run ?? null);
  if (run === null || !isLive(run)) return null;
  const draining = drainingCount(requested, inFlight);
  const before = run.slotSteps.findLast((step) => step.slots > requested)?.slots;
  if (draining !== null) return <Badge title="Lowering never aborts what is in flight">{`${before === undefined ? '' : `${before} → ${requested}, `}draining ${draining}`}</Badge>;
  if (run.limitedBy === 'nothing') return null;
  return <Badge tone={run.limitedBy === 'rate_limit' || run.limitedBy === 'backoff' ? 'warn' : 'neutral'}>{`limited by ${run.limitedBy === 'few_tasks' ? 'tasks left' : limitedByLabel(run.limitedBy)}`}</Badge>;
}

/** How many tasks run at once: slider, buttons and number field act on the running batch at once. */
export function ConcurrencyControl() {
  const setConcurrency = useApp((state) => state.setConcurrency);
  const run = useApp((state) => state.runState?.run ?? null);
  const requested = useRequestedConcurrency();
  const position = stopPosition(requested);
  const active = run !== null && !isFinished(run);
  const inFlight = run?.running ?? 0;
  return (
    <div className="flex shrink-0 items-center gap-2 lg:gap-3">
      <LimitChip requested={requested} inFlight={inFlight} />
      <fieldset aria-label="Concurrency control" className="flex items-center gap-1">
        <span aria-hidden className="hidden pr-1 text-small text-secondary lg:inline">
          Concurrency
        </span>
        <IconButton icon={Minus} label="Lower concurrency" keys="[" bordered disabled={requested <= 1} onClick={() => setConcurrency(stepDown(requested))} />
        <input
          type="range"
          aria-label="Concurrency"
          aria-valuetext={`${requested} at once`}
          min={0}
          max={LAST}
          step={1}
          value={position}
          onChange={(event) => setConcurrency(stopAt(Number(event.target.value)))}
          style={{ ['--filled' as string]: `${(position / LAST) * 100}%` }}
          className="slider w-20 lg:w-24 xl:w-32"
        />
        <IconButton icon={Plus} label="Raise concurrency" keys="]" bordered disabled={requested >= CONCURRENCY_MAX} onClick={() => setConcurrency(stepUp(requested))} />
        <ValueField value={requested} onValue={setConcurrency} />
      </fieldset>
      <div className="flex gap-2 border-l border-border pl-2 lg:gap-3 lg:pl-3">
        <Metric label="Requested" value={formatCount(requested)} />
        <Metric label="Effective" value={active ? formatCount(run.effectiveConcurrency) : '–'} />
        <Metric label="In flight" value={formatCount(inFlight)} testId="in-flight" />
      </div>
    </div>
  );
}
