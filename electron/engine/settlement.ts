import { assertNever } from '../../shared/errors.ts';
import type { Failure, StopReason } from '../../shared/vocabulary.ts';
import type { AttemptReport, Attempts, EndedAttempt } from './attempts.ts';
import type { Backlog, HeldTask } from './backlog.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { FailureJudge } from './failure-judge.ts';
import type { Progress } from './progress.ts';

export interface SettlementParts {
  readonly attempts: Attempts;
  readonly backlog: Backlog;
  readonly dispatcher: Dispatcher;
  readonly judge: FailureJudge;
  readonly progress: Progress;
  readonly pause: (reason: StopReason, failure: Failure | null) => void;
  readonly changed: () => void;
}

/** Says what becomes of a task after an attempt: done, failed, cancelled, or back into the queue. May throw a store error. */
export function createSettlement({ attempts, backlog, dispatcher, judge, progress, pause, changed }: SettlementParts): (task: HeldTask, report: AttemptReport) => void {
  const finish = (task: HeldTask, status: 'completed' | 'failed' | 'cancelled', ended: EndedAttempt): void => {
    attempts.commit(task, ended, { status, spent: task.standing.spent + 1 }, () => {
      progress.count(status, 1);
      changed();
    });
    backlog.release(task.index);
  };
  /** At once (`delayMs` null) or after a backoff; `counted` attempts count towards the maximum. */
  const requeue = (task: HeldTask, ended: EndedAttempt, counted: 0 | 1, delayMs: number | null): void => {
    const standing = attempts.commit(task, ended, { status: 'queued', spent: task.standing.spent + counted }, changed);
    dispatcher.putBack({ ...task, standing, isTouched: true }, ended, delayMs);
  };
  const settleFailure = (task: HeldTask, ended: EndedAttempt & { readonly kind: 'failed' }): void => {
    const judgement = judge.judge(ended.failure, task.standing.spent + 1, ended.row.sentMs, ended.finishedMs);
    switch (judgement.kind) {
      case 'retry':
        requeue(task, ended, 1, judgement.delayMs);
        return;
      case 'hold':
        requeue(task, ended, 0, null);
        dispatcher.holdFor(judgement.delayMs);
        return;
      case 'stop':
        requeue(task, ended, 0, null);
        pause(judgement.reason, ended.failure);
        return;
      case 'fail':
        finish(task, 'failed', ended);
        if (judgement.stop) pause(judgement.stop, ended.failure);
        return;
      default:
        assertNever(judgement);
    }
  };
  return (task, report) => {
    if (report.kind === 'not_sent') {
      backlog.putBack(task);
      pause('disk', null);
      return;
    }
    progress.attemptEnded(report.finishedMs, report.inputTokens, report.outputTokens);
    switch (report.kind) {
      case 'completed':
        judge.succeeded(report.finishedMs);
        finish(task, 'completed', report);
        return;
      case 'aborted':
        // What is interrupted stays as a crash would leave it, to be sorted out at the next start.
        if (report.cause === 'cancel') finish(task, 'cancelled', report);
        return;
      case 'failed':
        settleFailure(task, report);
        return;
      default:
        assertNever(report);
    }
  };
}
