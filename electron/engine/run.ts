import { toErrorInfo } from '../../shared/errors.ts';
import type { Failure, RunHeader, StopReason, TaskEdit } from '../../shared/vocabulary.ts';
import { damageSentence, isStoreError } from '../store/store-error.ts';
import { createAttempts, type Attempts, type AttemptReport } from './attempts.ts';
import { createBacklog, type Backlog, type BacklogRun, type HeldTask } from './backlog.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { createFailureJudge } from './failure-judge.ts';
import { createLimitGovernor, type LimitGovernor } from './limit-governor.ts';
import { createProgress, type Progress } from './progress.ts';
import { createQueueChanges, type QueueChanges } from './queue-changes.ts';
import { createRateGate, type RateGate } from './rate-gate.ts';
import { stopMessage } from './retry-policy.ts';
import { createRunClock, type RunClock } from './run-clock.ts';
import { createRunEnding, type RunEnding } from './run-ending.ts';
import { createSettlement, type Sending } from './settlement.ts';
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
  readonly #governor: LimitGovernor;
  readonly #queue: QueueChanges;
  readonly #settle: (task: HeldTask, report: AttemptReport, sending: Sending) => void;
  readonly #ending: RunEnding;
  readonly #leaveProvider: () => void;
  #phase: 'running' | 'pausing' | 'cancelling' | 'interrupting' = 'running';
  #stop: { reason: StopReason; message: string } = { reason: 'user', message: stopMessage('user', null) };
  #endPlanned = false;
  #savedAtMs = 0;

  constructor(stored: RunHeader, earlier: EarlierLife, surroundings: RunSurroundings) {
    const { store, provider, monotonicMs, random } = surroundings;
    const { concurrency, maxAttempts } = stored.settings;
    this.#surroundings = surroundings;
    this.#source = { runId: stored.runId, batchId: stored.batchId, total: stored.total, untouchedSinceMs: earlier.untouchedSinceMs, untouchedGateMs: 0, requeuedSinceMs: stored.activeMs, requeuedGateMs: earlier.gateClosedMs };
    this.#clock = createRunClock(stored.activeMs, monotonicMs);
    this.#progress = createProgress(stored);
    this.#backlog = createBacklog(this.#source, store.runTasks);
    this.#gate = createRateGate(() => this.#clock.nowMs(), earlier.gateClosedMs);
    this.#governor = createLimitGovernor(concurrency);
    this.#dispatcher = createDispatcher({ backlog: this.#backlog, gate: this.#gate, provider, clock: this.#clock, monotonicMs, limit: concurrency, runTask: (task, probe) => this.#runTask(task, probe) });
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
      changed: () => this.#changed(),
    });
    this.#leaveProvider = provider.join({
      reconsider: () => this.#reconsider(),
      isFreshLeft: () => this.#backlog.isFreshLeft(),
      giveUp: (reason, failure) => this.pause(reason, failure),
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
    this.#progress.setConcurrency(this.#governor.limit());
    this.#saveHeader();
    this.#surroundings.executor.then(
      () => this.#open(),
      (error: unknown) => this.pause('internal', null, toErrorInfo(error).message),
    );
  }

  header(): RunHeader {
    const inFlight = this.#attempts.inFlight();
    return this.#progress.header({ activeMs: this.#clock.nowMs(), inFlight, limitedBy: this.#phase === 'running' && !this.#ending.hasBegun() ? this.#dispatcher.limitedBy(inFlight, this.#governor.requested()) : 'nothing' });
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
    this.#queue.cancel(indices);
    this.#changed();
    this.#endIfIdleSoon();
  }

  /** Puts failed (and named cancelled) tasks back into the queue while the run is on. */
  retry(indices: readonly number[] | null, edit: TaskEdit | null): number {
    const count = this.#queue.retry(indices, edit);
    this.#changed();
    this.#dispatcher.feed();
    return count;
  }

  /** Gives failed tasks up while the run is on. */
  skip(indices: readonly number[] | null): number {
    const count = this.#queue.skip(indices);
    this.#changed();
    return count;
  }

  #open(): void {
    if (this.#phase !== 'running' || this.#ending.hasBegun()) return;
    this.#clock.start();
    this.#progress.setSlots(this.#clock.nowMs(), this.#governor.limit());
    this.#dispatcher.open();
    this.#saveHeader();
    this.#endIfIdleSoon();
  }

  /** The provider's state changed, which decides what may go out and what the header says. */
  #reconsider(): void {
    this.#dispatcher.reconsider();
    this.#changed();
  }

  /** Brings what the governor decides into effect. */
  #applyLimit(): void {
    const limit = this.#governor.limit();
    this.#progress.setLimit(limit);
    if (this.#phase === 'running') this.#progress.setSlots(this.#clock.nowMs(), limit);
    this.#dispatcher.setLimit(limit);
  }

  /** A task's next attempt. The slot is given back when this returns. */
  async #runTask(task: HeldTask, probe: number | null): Promise<void> {
    const sending: Sending = { inFlight: 0, probe };
    const report = await this.#attempts.run(task, (sentMs, number) => {
      sending.inFlight = this.#attempts.inFlight();
      this.#progress.attemptBegun(sentMs, number, sending.inFlight);
      this.#changed();
    });
    try {
      this.#settle(task, report, sending);
      this.#applyLimit();
    } catch (error) {
      if (isStoreError(error)) this.pause('disk', null, damageSentence(error));
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
    if (this.#stop.reason !== 'disk') this.#stop = { reason: 'disk', message: stopMessage('disk', null) };
    this.#progress.setStatus('paused', this.#stop);
    this.#changed();
  }

  #tearDown(settle: () => void): void {
    this.#leaveProvider();
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
      this.pause('disk', null, damageSentence(error));
    }
    this.#changed();
  }

  /** Tells the listener; and about once a second the store, for readers and for recovery. */
  #changed(): void {
    this.#surroundings.listener.runChanged(this.#source.runId);
    if (!this.#ending.hasBegun() && this.#surroundings.monotonicMs() - this.#savedAtMs > HEADER_SAVE_MS) this.#saveHeader();
  }
}
