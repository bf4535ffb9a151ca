import { ATTEMPT_CANCELLED, ATTEMPT_COMPLETED, ATTEMPT_FAILED, ATTEMPT_RUNNING, type AttemptPatch } from '../../../shared/contract/columns.ts';
import { FAILURE_CLASSES, type FailureClass, type RunHeader } from '../../../shared/vocabulary.ts';

export type AttemptState = 'running' | 'completed' | 'cancelled' | 'failed' | 'rateLimited';

const RATE_LIMITED = ATTEMPT_FAILED + FAILURE_CLASSES.indexOf('rate_limit');

/** What became of the attempt in that row. A 429 is told apart from other failures: it is no fault of the task. */
export function attemptState(outcome: number): AttemptState {
  if (outcome === ATTEMPT_RUNNING) return 'running';
  if (outcome === ATTEMPT_COMPLETED) return 'completed';
  if (outcome === ATTEMPT_CANCELLED) return 'cancelled';
  return outcome === RATE_LIMITED ? 'rateLimited' : 'failed';
}

/** The failure class of an attempt, or null when it did not fail. */
export function attemptFailure(outcome: number): FailureClass | null {
  return FAILURE_CLASSES[outcome - ATTEMPT_FAILED] ?? null;
}

/** End of the attempt on the run clock: one in flight reaches to `nowMs`, one that ended at an unknown time has no length. */
export function attemptEndMs(attempts: AttemptPatch, row: number, nowMs: number): number {
  const sentMs = attempts.sentMs[row]!;
  const finishedMs = attempts.finishedMs[row]!;
  if (!Number.isNaN(finishedMs)) return Math.max(sentMs, finishedMs);
  return attempts.outcome[row] === ATTEMPT_RUNNING ? Math.max(nowMs, sentMs) : sentMs;
}

/**
 * End of the wait for the first token: its arrival, or now while a streamed answer has not begun. Null for an answer that
 * is one phase (not streamed) or never began.
 */
export function firstTokenWaitEndMs(attempts: AttemptPatch, row: number, nowMs: number, streamed: boolean): number | null {
  const firstTokenMs = attempts.firstTokenMs[row]!;
  if (!Number.isNaN(firstTokenMs)) return firstTokenMs;
  return streamed && attempts.outcome[row] === ATTEMPT_RUNNING ? attemptEndMs(attempts, row, nowMs) : null;
}

/** Whether the run's numbers still change. */
export function isLive(run: RunHeader): boolean {
  return run.status === 'running' || run.status === 'pausing';
}

/** The moment to which attempts in flight are drawn: now, or the end of the run when it stands still. */
export function runNowMs(run: RunHeader): number {
  return isLive(run) ? run.activeMs : (run.lastFinishedMs ?? run.activeMs);
}

/** Rows of attempts that were really sent: an attempt without a time of sending can't be drawn. */
export function isSent(attempts: AttemptPatch, row: number): boolean {
  return Number.isFinite(attempts.sentMs[row]!);
}
