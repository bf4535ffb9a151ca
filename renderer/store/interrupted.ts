import type { BatchListItem } from '../../shared/contract/commands.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';

/** Whether the run was found interrupted at the start of the program and waits for a decision. */
export function isInterrupted(run: Pick<RunHeader, 'status' | 'stopReason'> | null): boolean {
  return run !== null && run.status === 'paused' && run.stopReason === 'interrupted';
}

/** The batch to open at the start: the one whose run was interrupted last, else the newest. Null when there is none. */
export function batchToOpen(batches: readonly BatchListItem[]): string | null {
  const interrupted = batches.filter((batch) => isInterrupted(batch.latestRun)).toSorted((left, right) => (right.latestRun?.createdAt ?? '').localeCompare(left.latestRun?.createdAt ?? ''));
  return (interrupted[0] ?? batches[0])?.batchId ?? null;
}
