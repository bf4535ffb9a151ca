import { toErrorInfo } from '../../shared/errors.ts';
import type { Failure, RunHeader, StopReason, TaskEdit } from '../../shared/vocabulary.ts';
import { taskRowOf } from '../store/run-tasks.ts';
import { isStoreError } from '../store/store-error.ts';
import { createAttempts, type Attempts, type AttemptReport } from './attempts.ts';
import { createBacklog, type Backlog, type BacklogRun, type HeldTask } from './backlog.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createFailureJudge } from './failure-judge.ts';
import { createProgress, type Progress } from './progress.ts';
import { createRateGate, type RateGate } from './rate-gate.ts';
import { requeueTasks } from './requeue.ts';
import { stopMessage } from './retry-policy.ts';
import { createRunClock, type RunClock } from './run-clock.ts';
import { createRunEnding, type RunEnding } from './run-ending.ts';
import { createSettlement } from './settlement.ts';
import type { EarlierLife, RunSurroundings } from './surroundings.ts';

const HEADER_SAVE_MS = 1000;

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
  readonly #gate: RateGate;
  readonly #dispatcher: Dispatcher;
  readonly #attempts: Attempts;
  readonly #settle: (task: HeldTask, report: AttemptReport) => void;
  readonly #ending: RunEnding;
  readonly #holdMs: number;
  #phase: 'running' | 'pausing' | 'cancelling' | 'interrupting' = 'running';
  #stop: { reason: StopReason; message: string } = { reason: 'user', message: stopMessage('user', null) };
  #concurrency: number;
  #endPlanned = false;
  #savedAtMs = 0;
  #leftMsAtEnd = 0;

  constructor(stored: RunHeader, earlier: EarlierLife, surroundings: RunSurroundings) {
    const { store, monotonicMs, random } = surroundings;
    this.#surroundings = surroundings;
    this.#holdMs = earlier.holdMs;
    this.#concurrency = stored.settings.concurrency;
    this.#source = { runId: stored.runId, batchId: stored.batchId, total: stored.total, untouchedSinceMs: earlier.untouchedSinceMs, untouchedGateMs: 0, requeuedSinceMs: stored.activeMs, requeuedGateMs: earlier.gateClosedMs };
    this.#clock = createRunClock(stored.activeMs, monotonicMs);
    this.#progress = createProgress(stored);
    this.#backlog = createBacklog(this.#source, store.runTasks);
    this.#gate = createRateGate(() => this.#clock.nowMs(), () => this.#openAgain(), earlier.gateClosedMs);
    this.#dispatcher = createDispatcher({ backlog: this.#backlog, gate: this.#gate, clock: this.#clock, concurrency: this.#concurrency, runTask: (task) => this.#runTask(task) });
    this.#attempts = createAttempts({ header: stored, columns: store.batches.get(stored.batchId).columns, clock: this.#clock, gate: this.#gate, firstOrdinal: store.runTasks.nextOrdinal(stored.runId), ...surroundings });
    this.#settle = createSettlement({
      attempts: this.#attempts,
      backlog: this.#backlog,
      dispatcher: this.#dispatcher,
      progress: this.#progress,
      judge: createFailureJudge(stored.settings.maxAttempts, stored.activeMs, random),
      pause: (reason, failure) => this.pause(reason, failure),
      changed: () => this.#changed(),
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#ending = createRunEnding({
      flush: () => store.journal.flush(),
      conclude: () => this.#conclude(),
      refused: () => this.#showDiskRefusal(),
      over: () => this.#tearDown(resolve),
    });
  }

  start(): void {
    this.#progress.setStatus('running');
    this.#progress.started(this.#surroundings.wallClock().toISOString());
    this.#progress.setConcurrency(this.#concurrency);
    this.#saveHeader();
    this.#surroundings.executor.then(
      () => this.#open(),
      (error: unknown) => this.pause('internal', null, toErrorInfo(error).message),
    );
  }

  header(): RunHeader {
    const inFlight = this.#attempts.inFlight();
    return this.#progress.header({ activeMs: this.#clock.nowMs(), inFlight, limitedBy: this.#phase === 'running' && !this.#ending.hasBegun() ? this.#dispatcher.limitedBy(inFlight) : 'nothing' });
  }

  /** Nothing can be changed any more; `finished` settles soon. */
  isEnding(): boolean {
    return this.#ending.hasBegun();
  }

  partialAnswer(index: number): { readonly attempt: number; readonly text: string } | null {
    return this.#attempts.partialAnswer(index);
  }

  /** What a later resume in this program has to know: how long the provider still asks to wait, and asked so far. */
  rateHold(): { readonly leftMs: number; readonly closedMs: number } {
    return { leftMs: this.#leftMsAtEnd, closedMs: this.#gate.closedMs() };
  }

  setConcurrency(concurrency: number): void {
    this.#concurrency = concurrency;
    this.#progress.setConcurrency(concurrency);
    if (this.#phase === 'running') this.#progress.setSlots(this.#clock.nowMs(), concurrency);
    this.#dispatcher.setConcurrency(concurrency);
    this.#saveHeader();
  }

  /** Sends nothing more; what is in flight finishes first. */
  pause(reason: StopReason, failure: Failure | null = null, message = stopMessage(reason, failure)): void {
    if (this.#phase !== 'running' || this.#ending.hasBegun()) return;
    this.#phase = 'pausing';
    this.#stop = { reason, message };
    this.#dispatcher.hold();
    this.#progress.setStatus('pausing', this.#stop);
    this.#progress.setSlots(this.#clock.nowMs(), 0);
    this.#saveHeader();
    this.#endIfIdleSoon();
  }

  /** Takes back a pause that has not finished yet; false when it is too late for that. */
  unpause(): boolean {
    if (this.#phase !== 'pausing' || this.#ending.hasBegun()) return false;
    this.#phase = 'running';
    this.#progress.setStatus('running');
    this.#open();
    return true;
  }

  /** Aborts what is in flight and cancels what is queued. */
  cancel(): void {
    if (this.#ending.hasBegun()) return;
    this.#phase = 'cancelling';
    this.#dispatcher.hold();
    this.#attempts.abortAll('cancel');
    this.#endIfIdleSoon();
  }

  /** The program has to end: what is in flight is left as a crash would leave it, to be sorted out at the next start. */
  interrupt(): void {
    this.#ending.giveUp();
    if (this.#ending.hasBegun()) return;
    this.#phase = 'interrupting';
    this.#dispatcher.hold();
    this.#attempts.abortAll('interrupt');
    this.#endIfIdleSoon();
  }

  /** As `pause`, for a program that ends: where the disk refuses, it does not wait for it. */
  pauseToEnd(): void {
    this.#ending.giveUp();
    this.pause('user');
  }

  cancelTasks(indices: readonly number[]): void {
    const { store, listener } = this.#surroundings;
    const queued = indices.filter((index) => this.#backlog.drop(index) || !this.#backlog.isHeld(index));
    for (const index of indices) this.#attempts.abort(index, 'cancel');
    store.journal.flush();
    this.#progress.count('cancelled', store.runTasks.cancelQueued(this.#source, queued, this.#clock.nowMs()));
    for (const index of queued) listener.taskChanged(this.#source.runId, taskRowOf(index, store.runTasks.standing(this.#source.runId, index)));
    this.#changed();
    this.#endIfIdleSoon();
  }

  /** Puts failed (and named cancelled) tasks back into the queue while the run is on. */
  retry(indices: readonly number[] | null, edit: TaskEdit | null): number {
    const { count, failed, cancelled } = requeueTasks(this.#surroundings.store, this.#source.runId, indices, edit);
    this.#progress.count('failed', -failed);
    this.#progress.count('cancelled', -cancelled);
    this.#source.requeuedSinceMs = this.#clock.nowMs();
    this.#source.requeuedGateMs = this.#gate.closedMs();
    this.#backlog.rewind();
    this.#surroundings.listener.tasksReplaced(this.#source.runId);
    this.#changed();
    this.#dispatcher.feed();
    return count;
  }

  /** Gives failed tasks up while the run is on. */
  skip(indices: readonly number[] | null): number {
    const { store, listener } = this.#surroundings;
    store.journal.flush();
    const count = store.deadLetters.skip(this.#source.runId, indices).length;
    this.#progress.count('failed', -count);
    this.#progress.count('cancelled', count);
    listener.tasksReplaced(this.#source.runId);
    this.#changed();
    return count;
  }

  #open(): void {
    if (this.#phase !== 'running' || this.#ending.hasBegun()) return;
    this.#clock.start();
    this.#progress.setSlots(this.#clock.nowMs(), this.#concurrency);
    if (this.#holdMs > 0 && !this.#gate.isClosed()) this.#dispatcher.holdFor(this.#holdMs);
    else this.#dispatcher.open();
    this.#saveHeader();
    this.#endIfIdleSoon();
  }

  #openAgain(): void {
    if (this.#phase === 'running') this.#dispatcher.open();
    this.#changed();
  }

  /** A task's next attempt. The slot is given back when this returns. */
  async #runTask(task: HeldTask): Promise<void> {
    const report = await this.#attempts.run(task, (sentMs, number) => {
      this.#progress.attemptBegun(sentMs, number, this.#attempts.inFlight());
      this.#changed();
    });
    try {
      this.#settle(task, report);
      this.#dispatcher.feed();
    } catch (error) {
      if (isStoreError(error)) this.pause('disk');
      else this.pause('internal', null, toErrorInfo(error).message);
    }
    this.#changed();
    this.#endIfIdleSoon();
  }

  /** Once what ended in this turn of the event loop is settled. */
  #endIfIdleSoon(): void {
    if (this.#endPlanned) return;
    this.#endPlanned = true;
    setImmediate(() => {
      this.#endPlanned = false;
      if (this.#attempts.inFlight() > 0 || (this.#phase === 'running' && !this.#dispatcher.isEmpty())) return;
      this.#ending.begin();
    });
  }

  #conclude(): void {
    const { store, wallClock, listener } = this.#surroundings;
    if (this.#phase === 'interrupting') return;
    if (this.#phase === 'pausing') this.#progress.setStatus('paused', this.#stop);
    if (this.#phase === 'running') this.#progress.setStatus('completed');
    if (this.#phase === 'cancelling') {
      this.#progress.count('cancelled', store.runTasks.cancelQueued(this.#source, null, this.#clock.nowMs()));
      this.#progress.setStatus('cancelled');
      listener.tasksReplaced(this.#source.runId);
    }
    if (this.#phase !== 'pausing') this.#progress.ended(wallClock().toISOString());
    store.runs.save(this.header());
  }

  /** What was answered waits in memory and is written as soon as the disk takes it. */
  #showDiskRefusal(): void {
    this.#stop = { reason: 'disk', message: stopMessage('disk', null) };
    this.#progress.setStatus('paused', this.#stop);
    this.#changed();
  }

  #tearDown(settle: () => void): void {
    this.#leftMsAtEnd = this.#gate.leftMs();
    this.#dispatcher.clear();
    this.#clock.stop();
    this.#surroundings.executor.then((executor) => executor.close()).catch(() => undefined);
    this.#changed();
    settle();
  }

  #saveHeader(): void {
    this.#savedAtMs = this.#surroundings.monotonicMs();
    try {
      this.#surroundings.store.runs.save(this.header());
    } catch (error) {
      if (!isStoreError(error)) throw error;
      this.pause('disk');
    }
    this.#changed();
  }

  /** Tells the listener; and about once a second the store, for readers and for recovery. */
  #changed(): void {
    this.#surroundings.listener.runChanged(this.#source.runId);
    if (!this.#ending.hasBegun() && this.#surroundings.monotonicMs() - this.#savedAtMs > HEADER_SAVE_MS) this.#saveHeader();
  }
}
