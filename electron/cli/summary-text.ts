import type { Percentiles, RunSummary, SlotAccount } from '../../shared/contract/summary.ts';
import { formatCost, formatCount, formatCounted, formatDuration, formatFraction, formatSpeedup } from '../../shared/format/format.ts';
import { interruptionText } from '../../shared/format/interruption-text.ts';
import { failureLabel, flagLabel, runStatusLabel, stopReasonSentence } from '../../shared/format/stop-reason.ts';
import { FAILURE_CLASSES, TASK_FLAGS, type RunHeader, type TaskFlag } from '../../shared/vocabulary.ts';
import { escapeForTerminal } from './escape.ts';
import { formatTable } from './table.ts';

/** Why a run stands still, as its header has it: more than the summary says. */
export type Standstill = Pick<RunHeader, 'stopMessage' | 'completed' | 'failed' | 'total' | 'interruption'>;

/**
 * A run's summary for people: aligned lines, one fact each. Values that are not known are left out or called unknown.
 * @param standstill what is known of the reason why it stands still; null where that was said already.
 */
export function summaryText(summary: RunSummary, standstill: Standstill | null = null): string {
  const rows: (readonly [string, string] | null)[] = [
    ['Run', `${summary.runId}, ${escapeForTerminal(summary.batch)}`],
    ['Status', statusText(summary, standstill)],
    ['Provider', `${escapeForTerminal(summary.provider)}, model ${escapeForTerminal(summary.model)}${summary.simulated ? ' (simulated: answers, times and tokens are not real)' : ''}`],
    ['Tasks', tasksText(summary)],
    ['Attempts', `${formatCount(summary.attempts)}, of which ${formatCounted(summary.retries, 'retry', 'retries')}`],
    ['Wall time', `${formatDuration(summary.wallMs)} with ${formatConcurrency(summary.concurrency)} at once (peak in flight ${formatCount(summary.peakInFlight)})`],
    ...(summary.completed === 0 ? [] : [speedupRow(summary), lowerBoundRow(summary)]),
    percentileRow('Latency', summary.latencyMs),
    percentileRow('First token', summary.timeToFirstTokenMs),
    ['Tokens', `${formatCount(summary.tokens.input)} in, ${formatCount(summary.tokens.output)} out; cost ${formatCost(summary.costUsd)}`],
    accountRow(summary.account),
    ...failureRows(summary),
    flagRow(summary),
  ];
  return formatTable(
    rows.filter((row) => row !== null),
    'll',
  );
}

function statusText({ status, stopReason }: RunSummary, standstill: Standstill | null): string {
  if (stopReason === null) return runStatusLabel(status);
  if (stopReason === 'user') return stopReasonSentence(stopReason);
  if (stopReason === 'interrupted' && standstill !== null) return `${runStatusLabel(status)}. ${interruptionLine(standstill)}`;
  return `${runStatusLabel(status)}. ${escapeForTerminal(standstill?.stopMessage ?? stopReasonSentence(stopReason))}`;
}

/** "Interrupted at 812 of 1,000; 6 in flight may have been billed; resuming sends them once more, flagged." */
export function interruptionLine(run: Standstill): string {
  const { title, sentence } = interruptionText(run);
  return sentence === '' ? `${title}.` : `${title}; ${sentence}`;
}

function tasksText({ total, completed, failed, cancelled, queued }: RunSummary): string {
  const rest = [failed > 0 ? `${formatCount(failed)} failed` : null, cancelled > 0 ? `${formatCount(cancelled)} cancelled` : null, queued > 0 ? `${formatCount(queued)} not done yet` : null];
  return [`${formatCount(completed)} of ${formatCount(total)} completed`, ...rest.filter((part) => part !== null)].join(', ');
}

function formatConcurrency(concurrency: number): string {
  return Number.isInteger(concurrency) ? formatCount(concurrency) : concurrency.toFixed(1);
}

function speedupRow({ speedupEstimated, theoreticalMax }: RunSummary): readonly [string, string] | null {
  if (speedupEstimated === null) return null;
  return ['Speedup', `estimated ${formatSpeedup(speedupEstimated)} of at most ${formatSpeedup(theoreticalMax)} (sum of service times / wall; too high where the server slows down under load)`];
}

function lowerBoundRow({ lowerBoundMs, efficiencyVsLowerBound }: RunSummary): readonly [string, string] {
  return ['Lower bound', `${formatDuration(lowerBoundMs)} for these tasks at this concurrency (efficiency ${formatFraction(efficiencyVsLowerBound)})`];
}

function percentileRow(name: string, { p50, p90, p95, p99 }: Percentiles): readonly [string, string] | null {
  if (p50 === null) return null;
  const known = ([['p50', p50], ['p90', p90], ['p95', p95], ['p99', p99]] as const).filter(([, value]) => value !== null);
  return [name, known.map(([label, value]) => `${label} ${formatDuration(value)}`).join(', ')];
}

/** The parts of an account in the order in which they are shown, largest causes of loss by name. */
export function accountText(account: SlotAccount): string {
  if (account.slotMs <= 0) return '';
  const parts = [
    ['service', account.serviceMs],
    ['dispatch gap', account.dispatchGapMs],
    ['ramp', account.rampMs],
    ['rate wait', account.rateWaitMs],
    ['backoff', account.backoffMs],
    ['tail', account.tailMs],
  ] as const;
  return parts
    .filter(([, ms]) => ms > 0)
    .map(([name, ms]) => `${name} ${formatFraction(ms / account.slotMs, 1)}`)
    .join(', ');
}

function accountRow(account: SlotAccount): readonly [string, string] | null {
  const text = accountText(account);
  return text === '' ? null : ['Slot time', text];
}

function failureRows({ failuresByClass }: RunSummary): readonly (readonly [string, string])[] {
  return FAILURE_CLASSES.flatMap((failureClass) => {
    const count = failuresByClass[failureClass] ?? 0;
    return count > 0 ? [['Failures', `${formatCount(count)} ${failureLabel(failureClass)} (${failureClass})`] as const] : [];
  });
}

function flagRow({ flagged }: RunSummary): readonly [string, string] | null {
  const parts = (Object.keys(TASK_FLAGS) as TaskFlag[]).filter((flag) => flagged[flag] > 0).map((flag) => `${flag === 'maybeBilledTwice' ? formatCounted(flagged[flag], 'answer') : formatCount(flagged[flag])} ${flagLabel(flag)}`);
  return parts.length === 0 ? null : ['Flagged', parts.join(', ')];
}
