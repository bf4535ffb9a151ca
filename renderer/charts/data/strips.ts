import type { AttemptPatch, TaskPatch } from '../../../shared/contract/columns.ts';
import { attemptEndMs, attemptState, isSent, type AttemptState } from './columns.ts';

/** Up to this many tasks the run is also drawn end to end against side by side. */
export const STRIP_TASKS = 12;

export interface StripSpan {
  readonly taskIndex: number;
  /** Row from the top: 0 is "one at a time", the slots follow. */
  readonly row: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: AttemptState;
}

export interface Strips {
  readonly spans: readonly StripSpan[];
  /** Rows including the first. */
  readonly rows: number;
  /** End of the longer of the two, ms. */
  readonly endMs: number;
}

/**
 * The same service times laid end to end (row 0) and as they ran (a row for each slot used), both from 0. Null when
 * there are more than STRIP_TASKS tasks or nothing was sent. The first row is an estimate: alone, tasks may be faster.
 */
export function strips(tasks: TaskPatch, attempts: AttemptPatch, total: number, nowMs: number): Strips | null {
  const sent = Array.from(attempts.ordinal, (_, row) => row).filter((row) => isSent(attempts, row));
  if (total > STRIP_TASKS || sent.length === 0) return null;
  const startMs = Math.min(...sent.map((row) => attempts.sentMs[row]!));
  const parallel = sent.map((row) => ({ taskIndex: attempts.taskIndex[row]!, row: attempts.slot[row]! + 1, fromMs: attempts.sentMs[row]! - startMs, toMs: attemptEndMs(attempts, row, nowMs) - startMs, state: attemptState(attempts.outcome[row]!) }));
  let endMs = 0;
  const sequential: StripSpan[] = [];
  for (const row of tasksInOrder(tasks)) {
    const serviceMs = parallel.filter((span) => span.taskIndex === tasks.index[row]).reduce((sum, span) => sum + span.toMs - span.fromMs, 0);
    const state = lastState(parallel, tasks.index[row]!);
    if (state === null) continue;
    sequential.push({ taskIndex: tasks.index[row]!, row: 0, fromMs: endMs, toMs: endMs + serviceMs, state });
    endMs += serviceMs;
  }
  const spans = [...sequential, ...parallel];
  return { spans, rows: Math.max(...spans.map((span) => span.row)) + 1, endMs: Math.max(...spans.map((span) => span.toMs)) };
}

function tasksInOrder(tasks: TaskPatch): readonly number[] {
  return Array.from(tasks.index, (_, row) => row).sort((left, right) => tasks.index[left]! - tasks.index[right]!);
}

function lastState(spans: readonly StripSpan[], taskIndex: number): AttemptState | null {
  return spans.findLast((span) => span.taskIndex === taskIndex)?.state ?? null;
}
