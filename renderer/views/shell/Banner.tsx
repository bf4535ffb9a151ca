import { CircleAlert, CircleCheck, CirclePause, FlaskConical, History, Hourglass } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatCount, formatCounted } from '../../../shared/format/format.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';
import { Button } from '../../components/Button.tsx';
import { classNames } from '../../components/class-names.ts';
import { pauseText } from '../../store/run-text.ts';
import type { PauseRemedy } from '../../store/run-text.ts';
import { TRIAL_TASKS } from '../../store/run-slice.ts';
import { longestServiceMs, summarySentence } from '../../store/summary-text.ts';
import { useApp } from '../../store/use-store.ts';
import { useStartable } from './use-startable.ts';

type Tone = 'neutral' | 'ok' | 'warn' | 'error';
const TONES: Readonly<Record<Tone, string>> = { neutral: 'text-secondary', ok: 'text-ok', warn: 'text-warn', error: 'text-error' };

interface StripProps {
  readonly icon: LucideIcon;
  readonly tone: Tone;
  readonly title: string;
  readonly sentence: string;
  readonly children?: ReactNode;
}

function Strip({ icon: Icon, tone, title, sentence, children }: StripProps) {
  return (
    <section aria-label="State of the batch" className="flex min-h-11 shrink-0 items-center gap-3 border-b border-border bg-background px-4 py-2">
      <Icon aria-hidden size={16} strokeWidth={1.75} className={classNames('shrink-0', TONES[tone])} />
      <p className="min-w-0 flex-1 select-text">
        <span className="font-medium">{title}</span> <span className="text-secondary">{sentence}</span>
      </p>
      <div className="flex shrink-0 gap-2">{children}</div>
    </section>
  );
}

function ReadyStrip() {
  const taskCount = useApp((state) => state.detail?.taskCount ?? 0);
  const start = useApp((state) => state.start);
  const commanding = useApp((state) => state.commanding);
  const showTab = useApp((state) => state.showTab);
  const simulated = useApp((state) => state.providers.find((provider) => provider.id === state.draft?.providerId)?.simulated ?? false);
  const problem = useStartable();
  if (problem !== null) {
    return (
      <Strip icon={CircleAlert} tone="error" title="Not ready to run." sentence={problem}>
        <Button onClick={() => showTab('prompt')}>Edit prompt</Button>
      </Strip>
    );
  }
  return (
    <Strip icon={FlaskConical} tone="neutral" title={`${formatCounted(taskCount, 'task')} ready.`} sentence={simulated ? 'Runs on the built-in simulated provider: no key, no cost, made-up answers.' : 'Run a few first to see what comes back.'}>
      {taskCount > TRIAL_TASKS && (
        <Button disabled={commanding} onClick={() => void start(TRIAL_TASKS)}>
          {`Run first ${TRIAL_TASKS}`}
        </Button>
      )}
      <Button look="primary" disabled={commanding} onClick={() => void start(null)}>
        {`Run all ${formatCount(taskCount)}`}
      </Button>
    </Strip>
  );
}

function RemedyButton({ remedy }: { readonly remedy: PauseRemedy }) {
  const openDialog = useApp((state) => state.openDialog);
  const showTab = useApp((state) => state.showTab);
  switch (remedy) {
    case 'provider':
      return <Button onClick={() => openDialog('settings')}>Check provider</Button>;
    case 'prompt':
      return <Button onClick={() => showTab('prompt')}>Choose model</Button>;
    case 'failures':
      return <Button onClick={() => showTab('failures')}>Review failures</Button>;
    default:
      return null;
  }
}

function PausedStrip({ run }: { readonly run: RunHeader }) {
  const showTab = useApp((state) => state.showTab);
  const openDialog = useApp((state) => state.openDialog);
  const { title, sentence, remedy } = pauseText(run);
  if (run.stopReason === 'interrupted') {
    return (
      <Strip icon={History} tone="warn" title={`Interrupted at ${formatCount(run.completed + run.failed)} of ${formatCount(run.total)}.`} sentence={sentence.replace(/^Interrupted: /, '')}>
        <Button onClick={() => showTab('tasks')}>Review</Button>
        <Button onClick={() => openDialog('cancelRun')}>Discard</Button>
      </Strip>
    );
  }
  return (
    <Strip icon={run.stopReason === 'user' || run.stopReason === null ? CirclePause : CircleAlert} tone={run.stopReason === 'user' || run.stopReason === null ? 'neutral' : 'error'} title={`${title}.`} sentence={sentence}>
      <RemedyButton remedy={remedy} />
    </Strip>
  );
}

function outcomeOf({ total, completed, failed, cancelled }: RunHeader): string {
  if (failed === 0 && cancelled === 0) return `All ${formatCount(total)} done.`;
  const parts = [`${formatCount(completed)} done`, ...(failed > 0 ? [`${formatCount(failed)} failed`] : []), ...(cancelled > 0 ? [`${formatCount(cancelled)} cancelled`] : [])];
  return `${parts.join(', ')}.`;
}

function FinishedStrip({ run }: { readonly run: RunHeader }) {
  const summary = useApp((state) => state.summary);
  const taskCount = useApp((state) => state.detail?.taskCount ?? 0);
  const commanding = useApp((state) => state.commanding);
  const start = useApp((state) => state.start);
  const retry = useApp((state) => state.retry);
  const showTab = useApp((state) => state.showTab);
  const tasks = useApp((state) => state.runState?.tasks ?? null);
  const sentence = summary === null || tasks === null || summary.runId !== run.runId ? '' : summarySentence(summary, longestServiceMs(tasks));
  const trial = run.total < taskCount;
  const cancelled = run.status === 'cancelled';
  const title = cancelled ? `Cancelled after ${formatCount(run.completed + run.failed)} of ${formatCount(run.total)}.` : trial ? `Trial of ${formatCount(run.total)} done.` : outcomeOf(run);
  return (
    <Strip icon={run.failed > 0 ? CircleAlert : CircleCheck} tone={run.failed > 0 ? 'error' : cancelled ? 'neutral' : 'ok'} title={title} sentence={sentence}>
      {run.failed > 0 && <Button onClick={() => showTab('failures')}>Review</Button>}
      {run.failed > 0 && (
        <Button look={trial ? 'plain' : 'primary'} disabled={commanding} onClick={() => void retry(null)}>
          {`Retry ${formatCount(run.failed)} failed`}
        </Button>
      )}
      {trial && !cancelled && (
        <Button look="primary" disabled={commanding} onClick={() => void start(null)}>
          {`Run all ${formatCount(taskCount)}`}
        </Button>
      )}
    </Strip>
  );
}

/** One line on the state of the batch and the actions that fit it; nothing while it simply runs. */
export function Banner() {
  const run = useApp((state) => state.runState?.run ?? null);
  const loaded = useApp((state) => state.detail !== null);
  const hasRuns = useApp((state) => (state.detail?.runs.length ?? 0) > 0);
  if (!loaded || (run === null && hasRuns)) return null;
  if (run === null || run.status === 'ready') return <ReadyStrip />;
  if (run.status === 'pausing') return <Strip icon={Hourglass} tone="neutral" title="Pausing." sentence={`Finishing ${formatCount(run.running)} in flight; nothing new is sent.`} />;
  if (run.status === 'paused') return <PausedStrip run={run} />;
  if (run.status === 'completed' || run.status === 'cancelled') return <FinishedStrip run={run} />;
  return null;
}
