import { assertNever, TasklaneError } from '../../shared/errors.ts';
import type { Failure, LimitedBy, RunHeader, RunSettings, StopReason } from '../../shared/vocabulary.ts';
import type { Executor } from '../executors/executor.ts';
import type { Store } from '../store/open.ts';
import { taskRowOf } from '../store/run-tasks.ts';
import { createAttempts, type Attempts, type AttemptReport, type EndedAttempt } from './attempts.ts';
import { createBacklog, type Backlog, type BacklogRun, type HeldTask } from './backlog.ts';
import { createLane, type Lane } from './lane.ts';
import type { EngineListener } from './listener.ts';
import { createProgress, type Progress } from './progress.ts';
import { createRateGate, type RateGate } from './rate-gate.ts';
import { decide, stopMessage } from './retry-policy.ts';
import { createRunClock, type RunClock } from './run-clock.ts';

export interface RunSurroundings {
  readonly store: Store;
  readonly executor: Executor;
  readonly listener: EngineListener;
  readonly monotonicMs: () => number;
  readonly wallClock: () => Date;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

const IDENTICAL_FAILURES_LIMIT = 5;
/** A run that gets nothing but rate-limit answers for this long stops. */
const RATE_LIMIT_PATIENCE_MS = 15 * 60_000;

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
  readonly #lane: Lane;
  readonly #gate: RateGate;
  readonly #attempts: Attempts;
  readonly #settings: RunSettings;
  #phase: 'running' | 'pausing' | 'cancelling' | 'over' = 'running';
  #stop: { reason: StopReason; message: string } = { reason: 'user', message: stopMessage('user', null) };
  #concurrency: number;
  #consecutiveHolds = 0;
  #lastSuccessMs: number;
  #identical = { signature: '', count: 0 };
  #settle: () => void = () => undefined;
  #feedPlanned = false;

  /** `untouchedSinceMs`: since when untouched tasks could be sent (run clock); later than 0 for an extended trial run. */
  constructor(stored: RunHeader, untouchedSinceMs: number, surroundings: RunSurroundings) {
    this.#surroundings = surroundings;
    this.#settings = stored.settings;
    this.finished = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#source = { runId: stored.runId, batchId: stored.batchId, total: stored.total, untouchedSinceMs, requeuedSinceMs: stored.activeMs };
    this.#concurrency = stored.settings.concurrency;
    this.#clock = createRunClock(stored.activeMs, surroundings.monotonicMs);
    this.#lastSuccessMs = stored.activeMs;
    this.#progress = createProgress(stored);
    this.#backlog = createBacklog(this.#source, surroundings.store.runTasks);
    this.#lane = createLane(this.#concurrency);
    this.#gate = createRateGate(() => this.#clock.nowMs(), () => {
      this.#openLane();
    });
    this.#attempts = createAttempts({
      header: stored,
      clock: this.#clock,
      gate: this.#gate,
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
    this.#saveHeader();
    this.#openLane();
  }

  get status(): RunHeader['status'] {
    return this.header().status;
  }

  header(): RunHeader {
    return this.#progress.header({ activeMs: this.#clock.nowMs(), limitedBy: this.#limitedBy(), inFlight: this.#attempts.inFlight() });
  }

  partialAnswer(index: number): { readonly attempt: number; readonly text: string } | null {
    return this.#attempts.partialAnswer(index);
  }

  setConcurrency(concurrency: number): void {
    this.#concurrency = concurrency;
    this.#progress.setConcurrency(concurrency);
    if (this.#phase === 'running') this.#progress.setSlots(this.#clock.nowMs(), concurrency);
    this.#lane.setConcurrency(concurrency);
    this.#saveHeader();
    this.#feed();
  }

  /** Sends nothing more; what is in flight finishes first. */
  pause(reason: StopReason, failure: Failure | null = null): void {
    if (this.#phase !== 'running') return;
    this.#phase = 'pausing';
    this.#stop = { reason, message: stopMessage(reason, failure) };
    this.#lane.hold();
    this.#gate.reset();
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
    this.#saveHeader();
    this.#openLane();
  }

  /** Aborts what is in flight and cancels what is queued. */
  cancel(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'cancelling';
    this.#lane.hold();
    this.#gate.reset();
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
    const { runTasks, journal } = this.#surroundings.store;
    journal.flush();
    const before = indices?.map((index) => [index, runTasks.standing(this.#source.runId, index).status] as const) ?? null;
    const again = new Set(runTasks.requeue(this.#source.runId, indices));
    const cancelled = before?.filter(([index, status]) => status === 'cancelled' && again.has(index)).length ?? 0;
    this.#progress.count('cancelled', -cancelled);
    this.#progress.count('failed', cancelled - again.size);
    this.#source.requeuedSinceMs = this.#clock.nowMs();
    this.#backlog.rewind();
    this.#surroundings.listener.tasksReplaced(this.#source.runId);
    this.#changed();
    this.#feed();
    return again.size;
  }

  #limitedBy(): LimitedBy {
    if (this.#phase !== 'running') return 'nothing';
    if (this.#gate.isClosed()) return 'rate_limit';
    if (this.#attempts.inFlight() >= this.#concurrency) return 'setting';
    if (this.#backlog.hasReady()) return 'setting';
    return this.#backlog.waitingForBackoff() > 0 ? 'backoff' : 'few_tasks';
  }

  #openLane(): void {
    if (this.#phase !== 'running' || this.#gate.isClosed()) return;
    this.#lane.open();
    this.#feed();
  }

  /** Keeps about twice the concurrency in the lane: in flight and next in line. */
  #feed(): void {
    if (this.#phase !== 'running') return;
    let missing = this.#concurrency - this.#lane.waiting();
    while (missing > 0 && this.#backlog.hasReady()) {
      this.#lane.add(() => this.#runNext());
      missing -= 1;
      if (this.#lane.waiting() >= this.#concurrency) break;
    }
    this.#changed();
  }

  #feedSoon(): void {
    if (this.#feedPlanned) return;
    this.#feedPlanned = true;
    setImmediate(() => {
      this.#feedPlanned = false;
      this.#feed();
      this.#endIfIdle();
    });
  }

  /** A job of the lane: the next task's next attempt. The slot is given back when it returns. */
  async #runNext(): Promise<void> {
    if (this.#phase !== 'running') return;
    const task = this.#backlog.next();
    if (!task) return;
    const report = await this.#attempts.run(task, (sentMs, number) => {
      this.#progress.attemptBegun(sentMs, number, this.#attempts.inFlight());
      this.#changed();
    });
    this.#settleAttempt(task, report);
    this.#feedSoon();
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
        this.#consecutiveHolds = 0;
        this.#lastSuccessMs = report.finishedMs;
        this.#identical = { signature: '', count: 0 };
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
    const { failure } = report;
    if (failure.class === 'rate_limit') this.#consecutiveHolds += 1;
    const spent = task.standing.spent + 1;
    const verdict = decide({ failure, spent, maxAttempts: this.#settings.maxAttempts, consecutiveHolds: this.#consecutiveHolds, random: this.#surroundings.random });
    switch (verdict.kind) {
      case 'retry':
        this.#requeue(task, report, 1, verdict.delayMs);
        return;
      case 'hold':
        this.#requeue(task, report, 0, null);
        if (report.finishedMs - this.#lastSuccessMs > RATE_LIMIT_PATIENCE_MS) this.pause('rate_limit', failure);
        else this.#holdBack(verdict.delayMs);
        return;
      case 'stop':
        this.#requeue(task, report, 0, null);
        this.pause(verdict.reason, failure);
        return;
      case 'fail':
        this.#finish(task, 'failed', report);
        this.#countIdentical(failure);
        return;
      default:
        assertNever(verdict);
    }
  }

  #holdBack(delayMs: number): void {
    if (this.#phase !== 'running') return;
    this.#lane.hold();
    this.#gate.close(this.#clock.nowMs() + delayMs);
  }

  #countIdentical(failure: Failure): void {
    if (failure.class !== 'bad_request' && failure.class !== 'context_length' && failure.class !== 'redirect') return;
    const signature = `${failure.class} ${failure.httpStatus} ${failure.code}`;
    this.#identical = { signature, count: signature === this.#identical.signature ? this.#identical.count + 1 : 1 };
    if (this.#identical.count >= IDENTICAL_FAILURES_LIMIT) this.pause('identical_failures', failure);
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
    const next: HeldTask = { ...task, standing, backoffMs: delayMs ?? 0, readySinceMs: report.finishedMs + (delayMs ?? 0), gateMsAtReady: this.#gate.closedMs() };
    if (delayMs === null) {
      this.#backlog.putBack(next);
      return;
    }
    this.#backlog.putBackLater(next, delayMs, () => {
      next.gateMsAtReady = this.#gate.closedMs();
      next.readySinceMs = Math.min(next.readySinceMs, this.#clock.nowMs());
      this.#feed();
    });
  }

  #endIfIdle(): void {
    if (this.#phase === 'over' || this.#attempts.inFlight() > 0) return;
    if (this.#phase === 'running') {
      if (this.#backlog.waitingForBackoff() > 0 || this.#backlog.hasReady()) return;
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
    this.#backlog.clear();
    this.#lane.clear();
    this.#gate.reset();
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
