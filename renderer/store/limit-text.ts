import { limitedByLabel } from '../../shared/format/stop-reason.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import { drainingCount } from './concurrency.ts';

export interface LimitText {
  readonly text: string;
  /** More of it, for the tooltip; '' when the text says it all. */
  readonly title: string;
  readonly tone: 'neutral' | 'warn';
}

/** What holds a running run down, for the chip; null when nothing does. `requested`: what was asked for last. */
export function limitText(run: Pick<RunHeader, 'running' | 'slotSteps' | 'limitedBy' | 'trouble' | 'effectiveConcurrency' | 'settings'>, requested: number): LimitText | null {
  const draining = drainingCount(requested, run.running);
  if (draining !== null) {
    const before = run.slotSteps.findLast((step) => step.slots > requested)?.slots;
    return { text: `${before === undefined ? '' : `${before} → ${requested}, `}draining ${draining}`, title: 'Lowering never aborts what is in flight.', tone: 'neutral' };
  }
  if (run.limitedBy === 'provider') return { text: `${limitedByLabel('provider')}, probing`, title: `${run.trouble === null ? '' : `${run.trouble} `}The provider failed several times in a row. One task at a time is sent until one succeeds.`, tone: 'warn' };
  // Compared with the confirmed setting: a change on its way is no refusal.
  if (run.effectiveConcurrency < run.settings.concurrency && requested === run.settings.concurrency) {
    return { text: 'limited by rate limit', title: `The provider refused for its rate limit, so ${run.effectiveConcurrency} of the ${requested} you asked for run at once. It rises again by itself.`, tone: 'warn' };
  }
  if (run.limitedBy === 'nothing') return null;
  return { text: `limited by ${run.limitedBy === 'few_tasks' ? 'tasks left' : limitedByLabel(run.limitedBy)}`, title: '', tone: run.limitedBy === 'rate_limit' || run.limitedBy === 'backoff' ? 'warn' : 'neutral' };
}
