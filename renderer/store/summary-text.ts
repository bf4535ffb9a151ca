import type { TaskPatch } from '../../shared/contract/columns.ts';
import type { RunSummary } from '../../shared/contract/summary.ts';
import { formatDuration, formatSpeedup } from '../../shared/format/format.ts';

/** The longest service time of a task in the run, ms; 0 when none was sent. */
export function longestServiceMs(tasks: TaskPatch): number {
  return tasks.serviceMs.reduce((longest, value) => (value > longest ? value : longest), 0);
}

/**
 * What came of a run, in one sentence: how long it took, how much faster than one at a time that is (estimated: sum of
 * service times / wall), and what caps it: the longest task (total / longest) or the number of slots, whichever is lower.
 */
export function summarySentence(summary: RunSummary, longestMs: number): string {
  if (summary.wallMs <= 0) return '';
  const took = `Took ${formatDuration(summary.wallMs)}`;
  const speedup = summary.speedupEstimated;
  if (speedup === null || summary.theoreticalMax <= 1 || summary.completed + summary.failed < 2) return `${took}.`;
  const faster = speedup < 1.05 ? 'about as fast as one at a time (estimated)' : `${formatSpeedup(speedup)} faster than one at a time (estimated)`;
  const byLongest = longestMs > 0 ? summary.sumServiceMs / longestMs : Number.POSITIVE_INFINITY;
  const cap = byLongest < summary.theoreticalMax ? `your longest task caps this at ${formatSpeedup(byLongest)}` : `the concurrency caps this at ${formatSpeedup(summary.theoreticalMax)}`;
  return `${took}: ${faster}; ${cap}.`;
}
