import { ArrowDown, Minus, Plus } from 'lucide-react';
import { useState } from 'react';
import { CONCURRENCY_MAX, CONCURRENCY_STOPS } from '../../../shared/vocabulary.ts';
import { formatCount } from '../../../shared/format/format.ts';
import { IconButton } from '../../components/Button.tsx';
import { Badge } from '../../components/Badge.tsx';
import { classNames } from '../../components/class-names.ts';
import { INPUT_LOOK } from '../../components/fields.tsx';
import { clampConcurrency, stepDown, stepUp, stopAt, stopPosition } from '../../store/concurrency.ts';
import { limitText } from '../../store/limit-text.ts';
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

interface MetricProps {
  readonly label: string;
  readonly value: string;
  readonly testId?: string;
  /** Lower than what was asked for, with the reason, as a tooltip and for screen readers. */
  readonly lowered?: string | null;
}

function Metric({ label, value, testId, lowered = null }: MetricProps) {
  return (
    <div className="flex flex-col items-end" title={lowered ?? undefined}>
      <span className="text-label whitespace-nowrap text-muted">{label}</span>
      <span data-testid={testId} className={classNames('inline-flex items-center gap-0.5 leading-4', lowered !== null && 'text-warn')}>
        {lowered !== null && <ArrowDown aria-hidden size={11} strokeWidth={2} />}
        {value}
      </span>
      {lowered !== null && <span className="sr-only">{lowered}</span>}
    </div>
  );
}

/** How many tasks run at once: slider, buttons and number field act on the running batch at once. */
export function ConcurrencyControl() {
  const setConcurrency = useApp((state) => state.setConcurrency);
  const run = useApp((state) => state.runState?.run ?? null);
  const requested = useRequestedConcurrency();
  const position = stopPosition(requested);
  const active = run !== null && !isFinished(run);
  const inFlight = run?.running ?? 0;
  const readOnly = useApp((state) => state.isReadOnly);
  const limit = run !== null && isLive(run) ? limitText(run, requested) : null;
  const lowered = run !== null && isLive(run) && run.effectiveConcurrency < run.settings.concurrency && requested === run.settings.concurrency;
  return (
    <div className="flex shrink-0 items-center gap-2 lg:gap-3">
      {limit !== null && (
        <Badge tone={limit.tone} title={limit.title}>
          {limit.text}
        </Badge>
      )}
      <fieldset aria-label="Concurrency control" disabled={readOnly} className="flex items-center gap-1">
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
        <Metric label="Effective" value={active ? formatCount(run.effectiveConcurrency) : '–'} testId="effective" lowered={lowered ? (limit?.title ?? null) : null} />
        <Metric label="In flight" value={formatCount(inFlight)} testId="in-flight" />
      </div>
    </div>
  );
}
