import type { AttemptPatch } from '../../../shared/contract/columns.ts';
import { formatCount, formatCounted, formatDuration } from '../../../shared/format/format.ts';
import { failureLabel } from '../../../shared/format/stop-reason.ts';
import { attemptEndMs, attemptFailure, attemptState, isSent } from './columns.ts';
import type { Sentence } from './sentence.ts';
import { TABLE_ROWS, type ChartTable } from './table.ts';
import type { HeatGrid } from './timeline-heat.ts';
import type { TimeRange } from './timeline-range.ts';

export interface AttemptCounts {
  readonly sent: number;
  readonly retries: number;
  readonly rateLimited: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly running: number;
  readonly streamed: boolean;
}

/** How many attempts of each kind there are; decides what the legend has to explain. */
export function countAttempts(attempts: AttemptPatch): AttemptCounts {
  const counts = { sent: 0, retries: 0, rateLimited: 0, failed: 0, cancelled: 0, running: 0, completed: 0 };
  let streamed = false;
  for (let row = 0; row < attempts.ordinal.length; row += 1) {
    if (!isSent(attempts, row)) continue;
    counts.sent += 1;
    if (attempts.number[row]! > 1) counts.retries += 1;
    counts[attemptState(attempts.outcome[row]!)] += 1;
    streamed ||= !Number.isNaN(attempts.firstTokenMs[row]!);
  }
  return { ...counts, streamed };
}

/** `300 requests in 8 slots over 1 min 12 s, with 12 retries; 3 were answered 429 and 2 failed otherwise.` */
export function timelineSentence(counts: AttemptCounts, slots: number, full: TimeRange, soFar: boolean): Sentence {
  const troubles = [counts.retries > 0 ? formatCounted(counts.retries, 'retry', 'retries') : '', counts.rateLimited > 0 ? `${formatCount(counts.rateLimited)} answered 429` : '', counts.failed > 0 ? `${formatCount(counts.failed)} failed` : '', counts.cancelled > 0 ? `${formatCount(counts.cancelled)} cancelled` : '', counts.running > 0 ? `${formatCount(counts.running)} in flight` : ''].filter((part) => part !== '');
  return [...(soFar ? ['So far '] : []), { value: formatCounted(counts.sent, 'request') }, ' in ', { value: formatCounted(slots, 'slot') }, ' over ', { value: formatDuration(full.toMs - full.fromMs) }, troubles.length === 0 ? ', without a retry or failure.' : `: ${troubles.join(', ')}.`];
}

/** What became of an attempt, in words. */
export function outcomeWords(outcome: number): string {
  const failure = attemptFailure(outcome);
  const state = attemptState(outcome);
  if (failure !== null) return state === 'rateLimited' ? '429, rate limited' : `failed: ${failureLabel(failure).toLowerCase()}`;
  return state === 'running' ? 'in flight' : state;
}

/** One line about an attempt. Times count from the run's first send. */
export function attemptWords(attempts: AttemptPatch, row: number, full: TimeRange, nowMs: number): string {
  const sentMs = attempts.sentMs[row]!;
  const firstTokenMs = attempts.firstTokenMs[row]!;
  const parts = [`Task ${formatCount(attempts.taskIndex[row]! + 1)}`, attempts.number[row]! > 1 ? `attempt ${attempts.number[row]!}` : '', `slot ${attempts.slot[row]! + 1}`, `sent at ${formatDuration(sentMs - full.fromMs)}`, Number.isNaN(firstTokenMs) ? '' : `first token after ${formatDuration(firstTokenMs - sentMs)}`, `${formatDuration(attemptEndMs(attempts, row, nowMs) - sentMs)} in all`, outcomeWords(attempts.outcome[row]!)];
  return parts.filter((part) => part !== '').join(' · ');
}

/** One line about a cell of the heat strip. */
export function heatWords(heat: HeatGrid, cell: number, slots: number, range: TimeRange, full: TimeRange, share: (fraction: number) => string): string {
  const row = Math.floor(cell / heat.columns);
  const cellMs = (range.toMs - range.fromMs) / heat.columns;
  const fromMs = range.fromMs + (cell % heat.columns) * cellMs - full.fromMs;
  const first = row * heat.slotsPerRow + 1;
  const last = Math.min(slots, first + heat.slotsPerRow - 1);
  const failed = heat.failures[cell % heat.columns]!;
  const limited = heat.rateLimited[cell % heat.columns]!;
  return [first === last ? `Slot ${first}` : `Slots ${first} to ${last}`, `${formatDuration(fromMs)} to ${formatDuration(fromMs + cellMs)}`, `${share(heat.utilisation[cell]!)} busy`, failed > 0 ? `${formatCount(failed)} failed in all slots` : '', limited > 0 ? `${formatCount(limited)} answered 429 in all slots` : '', 'click to zoom in'].filter((part) => part !== '').join(' · ');
}

/** The visible attempts in the order of sending. */
export function timelineTable(attempts: AttemptPatch, rows: Uint32Array, full: TimeRange, nowMs: number): ChartTable {
  const columns = ['Task', 'Attempt', 'Slot', 'Sent at', 'First token after', 'In all', 'Outcome'].map((label) => ({ label, numeric: label !== 'Outcome' && label !== 'Task' }));
  const shown = Array.from(rows.subarray(0, TABLE_ROWS), (row) => {
    const sentMs = attempts.sentMs[row]!;
    const firstTokenMs = attempts.firstTokenMs[row]!;
    return {
      key: String(attempts.ordinal[row]!),
      cells: [formatCount(attempts.taskIndex[row]! + 1), String(attempts.number[row]!), String(attempts.slot[row]! + 1), formatDuration(sentMs - full.fromMs), formatDuration(Number.isNaN(firstTokenMs) ? null : firstTokenMs - sentMs), formatDuration(attemptEndMs(attempts, row, nowMs) - sentMs), outcomeWords(attempts.outcome[row]!)],
      taskIndex: attempts.taskIndex[row]!,
    };
  });
  return { columns, rows: shown, total: rows.length };
}
