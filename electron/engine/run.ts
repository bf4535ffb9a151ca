import { assertNever, TasklaneError } from '../../shared/errors.ts';
import type { Failure, RunHeader, StopReason } from '../../shared/vocabulary.ts';
import { taskRowOf } from '../store/run-tasks.ts';
import { createAttempts, type Attempts, type AttemptReport, type EndedAttempt } from './attempts.ts';
import { createBacklog, type Backlog, type BacklogRun, type HeldTask } from './backlog.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createFailureJudge, type FailureJudge } from './failure-judge.ts';
import { createProgress, type Progress } from './progress.ts';
import { createRateGate } from './rate-gate.ts';
import { requeueTasks } from './requeue.ts';
import { stopMessage } from './retry-policy.ts';
import { createRunClock, type RunClock } from './run-clock.ts';
import type { RunSurroundings } from './surroundings.ts';

/**
 * One run that is on, from start or resume until it has ended or is paused; then it is dropped, and a resume makes a
 * new one from the store.
 */
export class ActiveRun {
  /** Settles when the run has ended or is paused, all of it committed. */
  readonly finished: Promise<void>;

  readonly #surroundings: RunSurroundings;
  readonly #source: BacklogRun;
  readonly #clock: RunClock;
  readonly #progress: Progress;
  readonly #backlog: Backlog;
  readonly #dispatcher: Dispatcher;
  readonly #attempts: Attempts;
  readonly #judge: FailureJudge;
  #phase: 'running' | 'pausing' | 'cancelling' | 'over' = 'running';
  #stop: { reason: StopReason; message: string } = { reason: 'user', message: stopMessage('user', null) };
  #concurrency: number;
  #settle: () => void = () => undefined;
  #endPlanned = false;

  /** `untouchedSinceMs`: since when untouched tasks could be sent (run clock); later than 0 for an extended trial run. */
  constructor(stored: RunHeader, untouchedSinceMs: number, surroundings: RunSurroundings) {
    this.#surroundings = surroundings;
    this.finished = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#source = { runId: stored.runId, batchId: stored.batchId, total: stored.total, untouchedSinceMs, requeuedSinceMs: stored.activeMs };
    this.#concurrency = stored.settings.concurrency;
    this.#clock = createRunClock(stored.activeMs, surroundings.monotonicMs);
    this.#judge = createFailureJudge(stored.settings.maxAttempts, stored.activeMs, surroundings.random);
    this.#progress = createProgress(stored);
    this.#backlog = createBacklog(this.#source, surroundings.store.runTasks);
    const gate = createRateGate(
      () => this.#clock.nowMs(),
      () => {
        this.#dispatcher.open();
        this.#changed();
      },
    );
    this.#dispatcher = createDispatcher({ backlog: this.#backlog, gate, clock: this.#clock, concurrency: this.#concurrency, runTask: (task) => this.#runTask(task) });
    this.#attempts = createAttempts({
      header: stored,
      clock: this.#clock,
      gate,
      ...surroundings,
      columns: surroundings.store.batches.get(stored.batchId).columns,
      firstOrdinal: surroundings.store.runTasks.nextOrdinal(stored.runId),
    });
  }

  start(): void {
    this.#clock.start();
    this.#progress.setStatus('running');
    this.#progress.started(this.#surroundings.wallClock().toISOString());
    this.#progress.setConcurrency(this.#concurrency);
    this.#progress.setSlots(this.#clock.nowMs(), this.#concurrency);
    this.#dispatcher.open();
    this.#saveHeader();
    this.#endIfIdleSoon();
  }

  header(): RunHeader {
    return this.#progress.header({ activeMs: this.#clock.nowMs(), limitedBy: this.#phase === 'running' ? this.#dispatcher.limitedBy(this.#attempts.inFlight()) : 'nothing', inFlight: this.#attempts.inFlight() });
  }

  partialAnswer(index: number): { readonly attempt: number; readonly text: string } | null {
    return this.#attempts.partialAnswer(index);
  }

  setConcurrency(concurrency: number): void {
    this.#concurrency = concurrency;
    this.#progress.setConcurrency(concurrency);
    if (this.#phase === 'running') this.#progress.setSlots(this.#clock.nowMs(), concurrency);
    this.#dispatcher.setConcurrency(concurrency);
    this.#saveHeader();
  }

  /** Sends nothing more; what is in flight finishes first. */
  pause(reason: StopReason, failure: Failure | null = null): void {
    if (this.#phase !== 'running') return;
    this.#phase = 'pausing';
    this.#stop = { reason, message: stopMessage(reason, failure) };
    this.#dispatcher.hold();
    this.#progress.setStatus('pausing', this.#stop);
    this.#progress.setSlots(this.#clock.nowMs(), 0);
    this.#saveHeader();
    this.#endIfIdle();
  }

  /** Takes back a pause that has not finished yet. */
  unpause(): void {
    if (this.#phase !== 'pausing') return;
    this.#phase = 'running';
    this.#progress.setStatus('running');
    this.#progress.setSlots(this.#clock.nowMs(), this.#concurrency);
    this.#dispatcher.open();
    this.#saveHeader();
    this.#endIfIdleSoon();
  }

  /** Aborts what is in flight and cancels what is queued. */
  cancel(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'cancelling';
    this.#dispatcher.hold();
    this.#attempts.abortAll('cancel');
    this.#endIfIdle();
  }

  /** Aborts what is in flight, which is kept as interrupted, and pauses. */
  interrupt(): void {
    this.pause('interrupted');
    this.#attempts.abortAll('interrupt');
  }

  cancelTasks(indices: readonly number[]): void {
    const queued = indices.filter((index) => this.#backlog.drop(index) || !this.#backlog.isHeld(index));
    for (const index of indices) this.#attempts.abort(index, 'cancel');
    const { journal, runTasks } = this.#surroundings.store;
    journal.flush();
    this.#progress.count('cancelled', runTasks.cancelQueued(this.#source, queued, this.#clock.nowMs()));
    for (const index of queued) this.#surroundings.listener.taskChanged(this.#source.runId, taskRowOf(index, runTasks.standing(this.#source.runId, index)));
    this.#changed();
    this.#endIfIdle();
  }

  /** Puts failed (and named cancelled) tasks back into the queue while the run is on. */
  retry(indices: readonly number[] | null): number {
    const { count, failed, cancelled } = requeueTasks(this.#surroundings.store, this.#source.runId, indices);
    this.#progress.count('failed', -failed);
    this.#progress.count('cancelled', -cancelled);
    this.#source.requeuedSinceMs = this.#clock.nowMs();
    this.#backlog.rewind();
    this.#surroundings.listener.tasksReplaced(this.#source.runId);
    this.#changed();
    this.#dispatcher.feed();
    return count;
  }

  /** A task's next attempt. The slot is given back when this returns. */
  async #runTask(task: HeldTask): Promise<void> {
    const report = await this.#attempts.run(task, (sentMs, number) => {
      this.#progress.attemptBegun(sentMs, number, this.#attempts.inFlight());
      this.#changed();
    });
    this.#settleAttempt(task, report);
    this.#dispatcher.feed();
    this.#changed();
    this.#endIfIdleSoon();
  }

  /** Once the slot of the job that asks was given back. */
  #endIfIdleSoon(): void {
    if (this.#endPlanned) return;
    this.#endPlanned = true;
    setImmediate(() => {
      this.#endPlanned = false;
      this.#endIfIdle();
    });
  }

  #settleAttempt(task: HeldTask, report: AttemptReport): void {
    if (report.kind === 'not_sent') {
      this.#backlog.putBack(task);
      this.pause('disk');
      return;
    }
    this.#progress.attemptEnded(report.finishedMs, report.inputTokens, report.outputTokens);
    switch (report.kind) {
      case 'completed':
        this.#judge.succeeded(report.finishedMs);
        this.#finish(task, 'completed', report);
        return;
      case 'aborted':
        if (report.cause === 'cancel') this.#finish(task, 'cancelled', report);
        else this.#requeue(task, report, 0, null);
        return;
      case 'failed':
        this.#settleFailure(task, report);
        return;
      default:
        assertNever(report);
    }
  }

  #settleFailure(task: HeldTask, report: EndedAttempt & { kind: 'failed' }): void {
    const judgement = this.#judge.judge(report.failure, task.standing.spent + 1, report.finishedMs);
    switch (judgement.kind) {
      case 'retry':
        this.#requeue(task, report, 1, judgement.delayMs);
        return;
      case 'hold':
        this.#requeue(task, report, 0, null);
        if (this.#phase === 'running') this.#dispatcher.holdFor(judgement.delayMs);
        return;
      case 'stop':
        this.#requeue(task, report, 0, null);
        this.pause(judgement.reason, report.failure);
        return;
      case 'fail':
        this.#finish(task, 'failed', report);
        if (judgement.stop) this.pause(judgement.stop, report.failure);
        return;
      default:
        assertNever(judgement);
    }
  }

  #finish(task: HeldTask, status: 'completed' | 'failed' | 'cancelled', report: EndedAttempt): void {
    this.#attempts.commit(task, report, { status, spent: task.standing.spent + 1 }, () => {
      this.#progress.count(status, 1);
      this.#changed();
    });
    this.#backlog.release(task.index);
  }

  /** Back into the queue, at once (`delayMs` null) or after a backoff; `counted` attempts count towards the maximum. */
  #requeue(task: HeldTask, report: EndedAttempt, counted: 0 | 1, delayMs: number | null): void {
    const standing = this.#attempts.commit(task, report, { status: 'queued', spent: task.standing.spent + counted }, () => {
      this.#changed();
    });
    this.#dispatcher.putBack({ ...task, standing }, report, delayMs);
  }

  #endIfIdle(): void {
    if (this.#phase === 'over' || this.#attempts.inFlight() > 0) return;
    if (this.#phase === 'running') {
      if (!this.#dispatcher.isEmpty()) return;
      this.#end(() => {
        this.#progress.setStatus('completed');
        this.#progress.ended(this.#surroundings.wallClock().toISOString());
      });
    } else if (this.#phase === 'pausing') {
      this.#end(() => {
        this.#progress.setStatus('paused', this.#stop);
      });
    } else {
      this.#end(() => {
        this.#progress.count('cancelled', this.#surroundings.store.runTasks.cancelQueued(this.#source, null, this.#clock.nowMs()));
        this.#progress.setStatus('cancelled');
        this.#progress.ended(this.#surroundings.wallClock().toISOString());
        this.#surroundings.listener.tasksReplaced(this.#source.runId);
      });
    }
  }

  #end(conclude: () => void): void {
    try {
      this.#surroundings.store.journal.flush();
    } catch (error) {
      // The disk is full or gone: what was answered waits in the journal, which tries again and calls `commitWorked`.
      if (!(error instanceof TasklaneError)) throw error;
      setTimeout(() => {
        this.#endIfIdle();
      }, 1000);
      return;
    }
    this.#phase = 'over';
    this.#dispatcher.clear();
    this.#clock.stop();
    queueMicrotask(() => {
      // After the callbacks of what was just committed.
      conclude();
      this.#saveHeader();
      void this.#surroundings.executor.close();
      this.#settle();
    });
  }

  #saveHeader(): void {
    try {
      this.#surroundings.store.runs.save(this.header());
    } catch (error) {
      if (this.#phase === 'running') this.pause('disk');
      else if (!(error instanceof Error)) throw error;
    }
    this.#changed();
  }

  #changed(): void {
    this.#surroundings.listener.runChanged(this.#source.runId);
  }
}
