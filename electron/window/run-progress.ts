import type { RunHeader } from '../../shared/vocabulary.ts';

/** What the desktop shows of all runs that are on. */
export interface DesktopProgress {
  /** 0 to 1, or null when no run is on. */
  readonly fraction: number | null;
  readonly title: string;
}

export interface Notice {
  readonly title: string;
  readonly body: string;
}

const APP_NAME = 'Tasklane';

export function isOn(run: RunHeader): boolean {
  return run.status === 'running' || run.status === 'pausing';
}

function finishedCount(run: RunHeader): number {
  return run.completed + run.failed + run.cancelled;
}

/** One bar for all runs that are on, weighted by their tasks. */
export function desktopProgress(runs: Iterable<RunHeader>): DesktopProgress {
  const on = [...runs].filter(isOn);
  const first = on[0];
  if (first === undefined) return { fraction: null, title: APP_NAME };
  const total = on.reduce((sum, run) => sum + run.total, 0);
  const finished = on.reduce((sum, run) => sum + finishedCount(run), 0);
  const fraction = total === 0 ? 0 : finished / total;
  const name = on.length === 1 ? first.batchName : `${on.length} runs`;
  return { fraction, title: `${Math.floor(fraction * 100)}% - ${name} - ${APP_NAME}` };
}

/** What to tell the user when a run went from `before` to `after`; null when there is nothing to tell. */
export function noticeOf(before: RunHeader | undefined, after: RunHeader): Notice | null {
  if (before === undefined || !isOn(before) || isOn(after)) return null;
  if (after.status === 'completed') {
    const failures = after.failed === 0 ? '' : `, ${after.failed} failed`;
    return { title: `${after.batchName}: finished`, body: `${after.completed} of ${after.total} completed${failures}` };
  }
  if (after.status !== 'paused' || after.stopReason === null || after.stopReason === 'user') return null;
  return { title: `${after.batchName}: paused`, body: after.stopMessage ?? `${finishedCount(after)} of ${after.total} finished` };
}
