import type { Failure, RunHeader, StopReason, TaskEdit } from '../../shared/vocabulary.ts';
import { createAttempts, type Attempts, type AttemptReport } from './attempts.ts';
import { createBacklog, type Backlog, type BacklogRun, type HeldTask } from './backlog.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createFailureJudge } from './failure-judge.ts';
import { stopAfter, type Stop } from './fault.ts';
import { createHeaderSaver, type HeaderSaver } from './header-saver.ts';
import { createLimitGovernor, type LimitGovernor } from './limit-governor.ts';
import { createProgress, type Progress } from './progress.ts';
import { createQueueChanges, type QueueChanges } from './queue-changes.ts';
import { createRateGate, type RateGate } from './rate-gate.ts';
import { stopMessage } from './retry-policy.ts';
import { createRunClock, type RunClock } from './run-clock.ts';
import { createRunEnding, type RunEnding } from './run-ending.ts';
import { createSettlement, type Sending } from './settlement.ts';
import type { EarlierLife, RunSurroundings } from './surroundings.ts';

/**
 * One run that is on, from start or resume until it has ended or is paused; then it is dropped, and a resume makes a
 * new one from the store.
 */
export class ActiveRun {
  /** Settles when the run has ended or is paused, all of it committed. */
  readonly finished: Promise<void>;
  readonly #refusal = Promise.withResolvers<void>();
  /** Settles when its end could not be written at the first try; it is tried again every second. */
  readonly refused: Promise<void> = this.#refusal.promise;

  readonly #surroundings: RunSurroundings;
  readonly #source: BacklogRun;
  readonly #clock: RunClock;
  readonly #progress: Progress;
  readonly #backlog: Backlog;
  readonly #gate: RateGate;
  readonly #dispatcher: Dispatcher;
  readonly #attempts: Attempts;
  readonly #governor: LimitGovernor;
  readonly #queue: QueueChanges;
  readonly #settle: (task: HeldTask, report: AttemptReport, sending: Sending) => void;
  readonly #ending: RunEnding;
  readonly #saver: HeaderSaver;
  readonly #leaveProvider: () => void;
  #phase: 'running' | 'pausing' | 'cancelling' | 'interrupting' = 'running';
  #stop: Stop = { reason: 'user', message: stopMessage('user', null) };
  #endPlanned = false;

  constructor(stored: RunHeader, earlier: EarlierLife, surroundings: RunSurroundings) {
    const { store, provider, monotonicMs, random } = surroundings;
    const { concurrency, maxAttempts } = stored.settings;
    this.#surroundings = surroundings;
    this.#source = { runId: stored.runId, batchId: stored.batchId, total: stored.total, untouchedSinceMs: earlier.untouchedSinceMs, untouchedGateMs: 0, requeuedSinceMs: stored.activeMs, requeuedGateMs: earlier.gateClosedMs };
    this.#saver = createHeaderSaver({ ...surroundings, runId: stored.runId, header: () => this.header(), isEnding: () => this.#ending.hasBegun(), failed: (error) => this.fault(error) });
    this.#clock = createRunClock(stored.activeMs, monotonicMs);
    this.#progress = createProgress(stored);
    this.#backlog = createBacklog(this.#source, store.runTasks);
    this.#gate = createRateGate(() => this.#clock.nowMs(), earlier.gateClosedMs);
    this.#governor = createLimitGovernor(concurrency);
    this.#dispatcher = createDispatcher({ backlog: this.#backlog, gate: this.#gate, provider, clock: this.#clock, monotonicMs, limit: concurrency, runTask: (task, probe) => this.#runTask(task, probe), failed: (error) => this.fault(error) });
    this.#attempts = createAttempts({ header: stored, columns: store.batches.get(stored.batchId).columns, clock: this.#clock, gate: this.#gate, firstOrdinal: store.runTasks.nextOrdinal(stored.runId), ...surroundings });
    this.#queue = createQueueChanges({ ...surroundings, source: this.#source, clock: this.#clock, gate: this.#gate, progress: this.#progress, backlog: this.#backlog, attempts: this.#attempts });
    this.#settle = createSettlement({
      attempts: this.#attempts,
      backlog: this.#backlog,
      dispatcher: this.#dispatcher,
      progress: this.#progress,
      provider,
      governor: this.#governor,
      judge: createFailureJudge(maxAttempts, stored.activeMs, random, provider),
      pause: (reason, failure) => this.pause(reason, failure),
      changed: () => this.#saver.changed(),
    });
    this.#leaveProvider = provider.join({
      reconsider: () => this.#guarded(() => this.#reconsider(), undefined),
      isFreshLeft: () => this.#guarded(() => this.#backlog.isFreshLeft(), false),
      giveUp: (reason, failure) => this.pause(reason, failure),
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#ending = createRunEnding({
      flush: () => store.journal.flush(),
      conclude: () => this.#conclude(),
      refused: (error) => this.#showRefusal(error),
      over: () => this.#tearDown(resolve),
    });
  }

  start(): void {
    this.#progress.setStatus('running');
    this.#progress.started(this.#surroundings.wallClock().toISOString());
    this.#progress.setConcurrency(this.#governor.limit());
    this.#saver.save();
    this.#surroundings.executor.then(
      () => this.#open(),
      (error: unknown) => this.fault(error),
    );
  }

  header(): RunHeader {
    const inFlight = this.#attempts.inFlight();
    const limitedBy = this.#phase === 'running' && !this.#ending.hasBegun() ? this.#guarded(() => this.#dispatcher.limitedBy(inFlight, this.#governor.requested()), 'nothing') : 'nothing';
    return this.#progress.header({ activeMs: this.#clock.nowMs(), inFlight, limitedBy, trouble: limitedBy === 'provider' ? this.#surroundings.provider.trouble() : null });
  }

  /** Nothing can be changed any more; `finished` settles soon. */
  isEnding(): boolean {
    return this.#ending.hasBegun();
  }

  partialAnswer(index: number): { readonly attempt: number; readonly text: string } | null {
    return this.#attempts.partialAnswer(index);
  }

  /** How long the provider kept it from sending so far, ms; a later resume in this program has to know. */
  gateClosedMs(): number {
    return this.#gate.closedMs();
  }

  setConcurrency(concurrency: number): void {
    this.#governor.request(concurrency);
    this.#progress.setConcurrency(concurrency);
    this.#applyLimit();
    this.#saver.save();
  }

  /** Sends nothing more; what is in flight finishes first. */
  pause(reason: StopReason, failure: Failure | null = null, message = stopMessage(reason, failure)): void {
    if (this.#phase !== 'running' || this.#ending.hasBegun()) return;
    this.#phase = 'pausing';
    this.#stop = { reason, message };
    this.#dispatcher.hold();
    this.#progress.setStatus('pausing', this.#stop);
    this.#progress.setSlots(this.#clock.nowMs(), 0);
    this.#saver.save();
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
    try {
      this.#queue.cancel(indices);
    } catch (error) {
      // Some were dropped from memory already; a resume reads them again.
      this.fault(error);
      throw error;
    }
    this.#saver.changed();
    this.#endIfIdleSoon();
  }

  /** Puts failed (and named cancelled) tasks back into the queue while the run is on; the limit changes only where there are some. */
  retry(indices: readonly number[] | null, edit: TaskEdit | null, concurrency: number | null): number {
    const count = this.#queue.retry(indices, edit);
    if (count > 0 && concurrency !== null) this.setConcurrency(concurrency);
    this.#saver.changed();
    this.#guarded(() => this.#dispatcher.feed(), undefined);
    return count;
  }

  /** Gives failed tasks up while the run is on. */
  skip(indices: readonly number[] | null): number {
    const count = this.#queue.skip(indices);
    this.#saver.changed();
    return count;
  }

  #open(): void {
    if (this.#phase !== 'running' || this.#ending.hasBegun()) return;
    this.#clock.start();
    this.#progress.setSlots(this.#clock.nowMs(), this.#governor.limit());
    this.#guarded(() => this.#dispatcher.open(), undefined);
    this.#saver.save();
    this.#endIfIdleSoon();
  }

  /** The provider's state changed, which decides what may go out and what the header says. */
  #reconsider(): void {
    this.#dispatcher.reconsider();
    this.#saver.changed();
  }

  /** Brings what the governor decides into effect. */
  #applyLimit(): void {
    const limit = this.#governor.limit();
    this.#progress.setLimit(limit);
    if (this.#phase === 'running') this.#progress.setSlots(this.#clock.nowMs(), limit);
    this.#guarded(() => this.#dispatcher.setLimit(limit), undefined);
  }

  /** A task's next attempt. The slot is given back when this returns. */
  async #runTask(task: HeldTask, probe: number | null): Promise<void> {
    const sending: Sending = { inFlight: 0, probe };
    try {
      const report = await this.#attempts.run(task, (sentMs, number) => {
        sending.inFlight = this.#attempts.inFlight();
        this.#progress.attemptBegun(sentMs, number, sending.inFlight);
        this.#saver.changed();
      });
      this.#settle(task, report, sending);
      this.#applyLimit();
    } catch (error) {
      this.fault(error);
    }
    this.#saver.changed();
    this.#endIfIdleSoon();
  }

  /** Once what ended in this turn of the event loop is settled. */
  #endIfIdleSoon(): void {
    if (this.#endPlanned) return;
    this.#endPlanned = true;
    setImmediate(() => {
      this.#endPlanned = false;
      this.#guarded(() => {
        if (this.#attempts.inFlight() > 0 || (this.#phase === 'running' && !this.#dispatcher.isEmpty())) return;
        this.#ending.begin();
      }, undefined);
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
  #showRefusal(error: unknown): void {
    const stop = stopAfter(error);
    if (this.#stop.reason !== stop.reason) this.#stop = stop;
    this.#progress.setStatus('paused', this.#stop);
    this.#saver.changed();
    this.#refusal.resolve();
  }

  #tearDown(settle: () => void): void {
    this.#leaveProvider();
    this.#dispatcher.clear();
    this.#clock.stop();
    this.#surroundings.executor.then((executor) => executor.close()).catch(() => undefined);
    this.#saver.changed();
    settle();
  }

  /** For what timers, promises and other runs begin: what it throws pauses the run, and `otherwise` stands for its value. */
  #guarded<T>(action: () => T, otherwise: T): T {
    try {
      return action();
    } catch (error) {
      this.fault(error);
      return otherwise;
    }
  }

  /** Something was thrown where nobody is left to see it. */
  fault(error: unknown): void {
    const { reason, message } = stopAfter(error);
    this.pause(reason, null, message);
  }
}
