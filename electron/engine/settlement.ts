import { assertNever } from '../../shared/errors.ts';
import type { Failure, StopReason } from '../../shared/vocabulary.ts';
import type { AttemptReport, Attempts, EndedAttempt } from './attempts.ts';
import type { Backlog, HeldTask, Place } from './backlog.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { FailureJudge } from './failure-judge.ts';
import type { LimitGovernor } from './limit-governor.ts';
import type { Progress } from './progress.ts';
import type { Provider } from './providers.ts';
import { countTries } from './retry-policy.ts';

export interface SettlementParts {
  readonly attempts: Attempts;
  readonly backlog: Backlog;
  readonly dispatcher: Dispatcher;
  readonly judge: FailureJudge;
  readonly provider: Provider;
  readonly governor: LimitGovernor;
  readonly progress: Progress;
  readonly pause: (reason: StopReason, failure: Failure | null) => void;
  readonly changed: () => void;
}

/** How an attempt went out. */
export interface Sending {
  /** Attempts in flight with it, itself included; 0 when it was never sent. */
  inFlight: number;
  /** Its number as a probe of the provider, or null. */
  readonly probe: number | null;
}

type FailedAttempt = EndedAttempt & { readonly kind: 'failed' };

/** Says what becomes of a task after an attempt: done, failed, cancelled, or back into the queue. May throw a store error. */
export function createSettlement({ attempts, backlog, dispatcher, judge, provider, governor, progress, pause, changed }: SettlementParts): (task: HeldTask, report: AttemptReport, sending: Sending) => void {
  const finish = (task: HeldTask, status: 'completed' | 'failed' | 'cancelled', ended: EndedAttempt): void => {
    attempts.commit(task, ended, { status, spent: task.standing.spent + 1 }, () => {
      progress.count(status, 1);
      changed();
    });
    backlog.release(task.index);
  };
  /** At once (`delayMs` null) or after a backoff; `counted` attempts count towards the maximum. */
  const requeue = (task: HeldTask, ended: FailedAttempt, counted: 0 | 1, delayMs: number | null, place: Place = 'head'): void => {
    if (ended.isCancelled) {
      finish(task, 'cancelled', ended);
      return;
    }
    const standing = attempts.commit(task, ended, { status: 'queued', spent: task.standing.spent + counted }, changed);
    dispatcher.putBack({ ...task, standing, isTouched: true }, ended, delayMs, place);
  };
  const settleFailure = (task: HeldTask, ended: FailedAttempt, { inFlight, probe }: Sending): void => {
    const { failure, finishedMs } = ended;
    const { sentMs } = ended.row;
    const { refusals, successesAtRefusal } = task;
    const tries = countTries(task.tries, failure);
    const isOfOtherModel = task.edit !== null && task.edit.model !== null;
    const judgement = judge.judge({ failure, isOfOtherModel, spent: task.standing.spent + 1, tries, refusals, successesAtRefusal, sentMs, finishedMs });
    switch (judgement.kind) {
      case 'retry':
        requeue({ ...task, refusals: 0, tries }, ended, 1, Math.max(judgement.delayMs, provider.takeRetryToken()));
        break;
      case 'hold':
        requeue({ ...task, refusals: refusals + 1, successesAtRefusal: provider.successes() }, ended, 0, judgement.delayMs, judgement.place);
        // What concerns one task alone says nothing about the limit.
        if (judgement.delayMs === null) governor.refused({ sentMs, finishedMs, inFlight });
        provider.holdFor(judgement.holdMs);
        break;
      case 'stop':
        requeue(task, ended, 0, null);
        pause(judgement.reason, failure);
        break;
      case 'fail':
        finish(task, 'failed', ended);
        if (judgement.stop) pause(judgement.stop, failure);
        break;
      default:
        assertNever(judgement);
    }
    // Last, because it may end a pause of the provider: nothing must slip out before a hold or a stop.
    if (!isOfOtherModel || probe !== null) provider.failed(failure, probe);
  };
  return (task, report, sending) => {
    if (report.kind === 'not_sent') {
      backlog.putBack(task, 'head');
      pause('disk', null);
      return;
    }
    progress.attemptEnded(report.finishedMs, report.inputTokens, report.outputTokens);
    switch (report.kind) {
      case 'completed':
        judge.succeeded(report.finishedMs);
        governor.succeeded();
        provider.succeeded(task.standing.spent > 0);
        finish(task, 'completed', report);
        return;
      case 'aborted':
        // What is interrupted stays as a crash would leave it, to be sorted out at the next start.
        if (report.cause === 'cancel') finish(task, 'cancelled', report);
        return;
      case 'failed':
        settleFailure(task, report, sending);
        return;
      default:
        assertNever(report);
    }
  };
}
