import { runStatusLabel, stopReasonLabel, stopReasonSentence, taskStatusLabel } from '../../shared/format/stop-reason.ts';
import type { RunHeader, StopReason, TaskStatus } from '../../shared/vocabulary.ts';

/** `idle` = no run has this task: before the first start, or left out of a trial. */
export type RowStatus = TaskStatus | 'idle';

export function rowStatusText(status: RowStatus): string {
  return status === 'idle' ? 'Not run' : taskStatusLabel(status);
}

/** What helps against a pause, beside resuming: where to send the user. */
export type PauseRemedy = 'none' | 'key' | 'provider' | 'prompt' | 'failures';

const REMEDIES = {
  user: 'none',
  interrupted: 'none',
  auth: 'key',
  quota: 'none',
  tls: 'provider',
  model_not_found: 'prompt',
  rate_limit: 'none',
  offline: 'provider',
  provider_down: 'none',
  identical_failures: 'failures',
  disk: 'none',
  internal: 'none',
} as const satisfies Record<StopReason, PauseRemedy>;

export interface PauseText {
  readonly title: string;
  readonly sentence: string;
  readonly remedy: PauseRemedy;
}

/** Why a run is paused: a title, a sentence (the program's own where it gave one), and what helps. */
export function pauseText(run: Pick<RunHeader, 'stopReason' | 'stopMessage'>): PauseText {
  const reason = run.stopReason ?? 'user';
  const label = stopReasonLabel(reason);
  const sentence = reason === 'user' ? 'Nothing is being sent. What has finished is kept.' : (run.stopMessage ?? stopReasonSentence(reason));
  return { title: `${label.charAt(0).toUpperCase()}${label.slice(1)}`, sentence, remedy: REMEDIES[reason] };
}

/** Whether calls may still be sent or are in flight, so that rows must not move. */
export function isLive(run: Pick<RunHeader, 'status'> | null): boolean {
  return run !== null && (run.status === 'running' || run.status === 'pausing');
}

export function isFinished(run: Pick<RunHeader, 'status'> | null): boolean {
  return run !== null && (run.status === 'completed' || run.status === 'cancelled');
}

/** Share of the run's tasks that have ended in any way, 0 to 1; an empty run is done. */
export function finishedFraction(run: Pick<RunHeader, 'total' | 'completed' | 'failed'>): number {
  return run.total === 0 ? 1 : (run.completed + run.failed) / run.total;
}

/** The window title: progress first, since tabs and taskbars cut the end off. */
export function documentTitle(batchName: string | null, run: RunHeader | null): string {
  if (batchName === null) return 'Tasklane';
  if (run === null || isFinished(run)) return `${batchName} - Tasklane`;
  const state = run.status === 'running' ? '' : ` ${runStatusLabel(run.status).toLowerCase()}`;
  return `${Math.floor(finishedFraction(run) * 100)}%${state} · ${batchName} - Tasklane`;
}
