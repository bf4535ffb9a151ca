import { CircleAlert, CircleCheck, FlaskConical, Hourglass } from 'lucide-react';
import { formatCount, formatCounted } from '../../../shared/format/format.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';
import { Button } from '../../components/Button.tsx';
import { draftChanges } from '../../store/run-changes.ts';
import { isEarlierRun } from '../../store/run-list.ts';
import { TRIAL_TASKS } from '../../store/run-slice.ts';
import { longestServiceMs, summarySentence } from '../../store/summary-text.ts';
import { useApp, useBlocked } from '../../store/use-store.ts';
import { PausedStrip } from './PausedStrip.tsx';
import { EarlierRunStrip } from './RunPicker.tsx';
import { Strip } from './Strip.tsx';
import { useStartable } from './use-startable.ts';

function ReadyStrip() {
  const taskCount = useApp((state) => state.detail?.taskCount ?? 0);
  const start = useApp((state) => state.start);
  const blocked = useBlocked();
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
        <Button disabled={blocked} onClick={() => void start(TRIAL_TASKS)}>
          {`Run first ${TRIAL_TASKS}`}
        </Button>
      )}
      <Button look="primary" disabled={blocked} onClick={() => void start(null)}>
        {`Run all ${formatCount(taskCount)}`}
      </Button>
    </Strip>
  );
}

function outcomeOf({ total, completed, failed, cancelled }: RunHeader): string {
  if (failed === 0 && cancelled === 0) return `All ${formatCount(total)} done.`;
  const parts = [`${formatCount(completed)} done`, ...(failed > 0 ? [`${formatCount(failed)} failed`] : []), ...(cancelled > 0 ? [`${formatCount(cancelled)} cancelled`] : [])];
  return `${parts.join(', ')}.`;
}

/** What is left to run after a trial: it goes on as the same run unless something was changed since. */
function AfterTrial({ run }: { readonly run: RunHeader }) {
  const taskCount = useApp((state) => state.detail?.taskCount ?? 0);
  const same = useApp((state) => state.draft !== null && draftChanges(run.settings, state.draft, state.providers).length === 0);
  const start = useApp((state) => state.start);
  const blocked = useBlocked();
  const problem = useStartable();
  return (
    <Button look="primary" disabled={blocked || problem !== null} title={problem ?? (same ? `The first ${formatCount(run.total)} are kept and not sent again` : 'Something was changed since the trial, so all tasks are sent in a new run')} onClick={() => void start(null)}>
      {same ? `Run the other ${formatCount(taskCount - run.total)}` : `Run all ${formatCount(taskCount)}`}
    </Button>
  );
}

function FinishedStrip({ run }: { readonly run: RunHeader }) {
  const summary = useApp((state) => state.summary);
  const taskCount = useApp((state) => state.detail?.taskCount ?? 0);
  const blocked = useBlocked();
  const retryFailed = useApp((state) => state.retryFailed);
  const showTab = useApp((state) => state.showTab);
  const reviewing = useApp((state) => state.tab === 'failures');
  const tasks = useApp((state) => state.runState?.tasks ?? null);
  const known = summary !== null && summary.runId === run.runId ? summary : null;
  const trial = run.total < taskCount;
  const earlier = useApp((state) => isEarlierRun(state.detail, run));
  const cancelled = run.status === 'cancelled';
  const sentence = `${known === null || tasks === null ? '' : summarySentence(known, longestServiceMs(tasks))}${trial && !cancelled ? ' Its answers are kept.' : ''}`;
  const title = cancelled ? `Cancelled after ${formatCount(run.completed + run.failed)} of ${formatCount(run.total)}.` : trial ? `Trial of ${formatCount(run.total)} done.` : outcomeOf(run);
  const hopeless = known?.failuresByClass.context_length ?? 0;
  const retryable = run.failed - hopeless;
  return (
    <Strip icon={run.failed > 0 ? CircleAlert : CircleCheck} tone={run.failed > 0 ? 'error' : cancelled ? 'neutral' : 'ok'} title={title} sentence={sentence}>
      {run.failed > 0 && !reviewing && <Button onClick={() => showTab('failures')}>Review</Button>}
      {retryable > 0 && !reviewing && (
        <Button look={trial ? 'plain' : 'primary'} disabled={blocked} title={hopeless > 0 ? `The ${formatCount(hopeless)} others would fail again as they are` : undefined} onClick={() => void retryFailed()}>
          {`Retry ${formatCount(retryable)} failed`}
        </Button>
      )}
      {trial && !cancelled && !earlier && <AfterTrial run={run} />}
    </Strip>
  );
}

/** Nothing while the batch simply runs. */
function StateStrip() {
  const run = useApp((state) => state.runState?.run ?? null);
  const loaded = useApp((state) => state.detail !== null);
  const hasRuns = useApp((state) => (state.detail?.runs.length ?? 0) > 0);
  if (!loaded || (run === null && hasRuns)) return null;
  if (run === null || run.status === 'ready') return <ReadyStrip />;
  if (run.status === 'pausing') return <Strip quiet icon={Hourglass} tone="neutral" title="Pausing." sentence={`Finishing ${formatCount(run.running)} in flight; nothing new is sent.`} />;
  if (run.status === 'paused') return <PausedStrip run={run} />;
  if (run.status === 'completed' || run.status === 'cancelled') return <FinishedStrip run={run} />;
  return null;
}

/**
 * One line on the state of the batch and the actions that fit it. The place of it is there before the line is, because
 * only then do screen readers announce what comes into it: that the key was rejected, or that all is done.
 */
export function Banner() {
  return (
    <div aria-live="polite" className="shrink-0">
      <EarlierRunStrip />
      <StateStrip />
    </div>
  );
}
