import { ATTEMPT_CANCELLED, ATTEMPT_COMPLETED, ATTEMPT_FAILED, ATTEMPT_RUNNING, type AttemptRow } from '../../shared/contract/columns.ts';
import { assertNever, TasklaneError, toErrorInfo } from '../../shared/errors.ts';
import { FAILURE_CLASSES, TASK_FLAGS, type Failure, type RunHeader, type TaskStatus } from '../../shared/vocabulary.ts';
import type { AttemptOutcome, Executor } from '../executors/executor.ts';
import type { TaskStanding } from '../store/journal.ts';
import type { Store } from '../store/open.ts';
import { taskRowOf } from '../store/run-tasks.ts';
import type { HeldTask } from './backlog.ts';
import { createFingerprints } from './fingerprint.ts';
import type { EngineListener } from './listener.ts';
import type { RateGate } from './rate-gate.ts';
import type { RunClock } from './run-clock.ts';
import { createRequests } from './requests.ts';
import { createSlots } from './slots.ts';

/** Why attempts in flight are aborted: the user cancels the tasks, or the program has to end. */
export type AbortCause = 'cancel' | 'interrupt';

interface Ended {
  /** Bits of TASK_FLAGS for its task. */
  readonly flags: number;
  readonly row: AttemptRow;
  readonly finishedMs: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly requestId: string | null;
  readonly result: { readonly output: string; readonly finishReason: string | null; readonly model: string | null } | null;
}

/** How one attempt ended; times on the run clock. */
export type EndedAttempt =
  | (Ended & { readonly kind: 'completed' })
  /** `isCancelled`: its task was cancelled when the failure was on its way already. */
  | (Ended & { readonly kind: 'failed'; readonly failure: Failure; readonly isCancelled: boolean })
  | (Ended & { readonly kind: 'aborted'; readonly cause: AbortCause; readonly wasSent: boolean });
export type AttemptReport = EndedAttempt | { readonly kind: 'not_sent' };

export interface Attempts {
  /** Commits the attempt, sends it, waits for its end. Never rejects for what a provider, the network or the disk does. */
  run(task: HeldTask, begun: (sentMs: number, number: number) => void): Promise<AttemptReport>;
  /** Writes down an ended attempt and where its task stands now; `committed` is called once both are on disk. */
  commit(task: HeldTask, ended: EndedAttempt, next: { readonly status: TaskStatus; readonly spent: number }, committed: () => void): TaskStanding;
  inFlight(): number;
  abort(index: number, cause: AbortCause): void;
  abortAll(cause: AbortCause): void;
  /** What has come of a streamed answer so far; null when the task is not in flight. */
  partialAnswer(index: number): { readonly attempt: number; readonly text: string } | null;
}

export interface AttemptSurroundings {
  readonly header: RunHeader;
  readonly columns: readonly string[];
  readonly store: Store;
  readonly executor: Promise<Executor>;
  readonly listener: EngineListener;
  readonly clock: RunClock;
  readonly gate: RateGate;
  readonly wallClock: () => Date;
  readonly firstOrdinal: number;
}

interface InFlight {
  readonly controller: AbortController;
  readonly number: number;
  cause: AbortCause;
  text: string;
  /** Handed to the executor, so that bytes may have left. */
  isSent: boolean;
}

export function createAttempts({ header, columns, store, executor, listener, clock, gate, wallClock, firstOrdinal }: AttemptSurroundings): Attempts {
  const { runId, settings } = header;
  const requestFor = createRequests(settings, columns);
  const fingerprintOf = createFingerprints(settings);
  const slots = createSlots();
  const flights = new Map<number, InFlight>();
  let nextOrdinal = firstOrdinal;

  const send = async (task: HeldTask, flight: InFlight, row: AttemptRow, onFirstToken: (atMs: number) => void): Promise<AttemptOutcome> => {
    const request = requestFor(task);
    const place = await executor;
    if (flight.controller.signal.aborted) return { ok: 'aborted' };
    flight.isSent = true;
    return place.send(
      request,
      flight.controller.signal,
      {
        firstToken() {
          const firstTokenMs = clock.nowMs();
          onFirstToken(firstTokenMs);
          listener.attemptChanged(runId, { ...row, firstTokenMs });
        },
        delta(text) {
          listener.answerExtended(runId, task.index, flight.number, flight.text.length, text);
          flight.text += text;
        },
      },
    );
  };

  return {
    async run(task, begun) {
      const slot = slots.take();
      const number = task.standing.attempts + 1;
      const flight: InFlight = { controller: new AbortController(), number, cause: 'cancel', text: '', isSent: false };
      flights.set(task.index, flight);
      try {
        const rateWaitMs = Math.max(0, gate.closedMs() - task.gateMsAtReady);
        const waited = (nowMs: number): { sentMs: number; queueWaitMs: number } => ({ sentMs: nowMs, queueWaitMs: Math.max(0, nowMs - task.readySinceMs - rateWaitMs) });
        const flags = flagsAtSend(task);
        const planned = { runId, ordinal: nextOrdinal, index: task.index, number, slot, startedAt: wallClock().toISOString(), rateWaitMs, backoffMs: task.backoffMs, ...waited(clock.nowMs()) };
        nextOrdinal += 1;
        try {
          await store.journal.begin({ ...planned, fingerprint: fingerprintOf(task), edit: task.edit, flags, startedMs: task.standing.startedMs ?? planned.sentMs });
        } catch (error) {
          if (!(error instanceof TasklaneError)) throw error;
          return { kind: 'not_sent' };
        }
        const { sentMs, queueWaitMs } = waited(clock.nowMs());
        const row: AttemptRow = { ordinal: planned.ordinal, taskIndex: task.index, number, slot, queueWaitMs, rateWaitMs, backoffMs: task.backoffMs, sentMs, firstTokenMs: Number.NaN, finishedMs: Number.NaN, outcome: ATTEMPT_RUNNING, outputTokens: -1 };
        begun(sentMs, number);
        listener.taskChanged(runId, taskRowOf(task.index, { ...task.standing, status: 'running', attempts: number, startedMs: task.standing.startedMs ?? sentMs, flags }));
        listener.attemptChanged(runId, row);
        let firstTokenMs = Number.NaN;
        const outcome = await send(task, flight, row, (atMs) => {
          firstTokenMs = atMs;
        }).catch((error: unknown) => faultOutcome(error, flight.isSent));
        return reportOf(outcome, { ...row, firstTokenMs, finishedMs: clock.nowMs() }, flight, flags);
      } finally {
        slots.give(slot);
        flights.delete(task.index);
      }
    },
    commit(task, ended, next, committed) {
      const standing = standingAfter(task, ended, next);
      const { row } = ended;
      const written = store.journal.end({
        runId,
        ordinal: row.ordinal,
        index: task.index,
        outcome: row.outcome,
        queueWaitMs: row.queueWaitMs,
        sentMs: row.sentMs,
        firstTokenMs: Number.isNaN(row.firstTokenMs) ? null : row.firstTokenMs,
        finishedMs: row.finishedMs,
        inputTokens: ended.inputTokens,
        outputTokens: ended.outputTokens,
        requestId: ended.requestId,
        failure: ended.kind === 'failed' ? ended.failure : null,
        task: standing,
        result: ended.result,
      });
      void written.then(() => {
        listener.attemptChanged(runId, row);
        listener.taskChanged(runId, taskRowOf(task.index, standing));
        committed();
      });
      return standing;
    },
    inFlight: () => flights.size,
    abort(index, cause) {
      const flight = flights.get(index);
      if (!flight) return;
      flight.cause = cause;
      flight.controller.abort();
    },
    abortAll(cause) {
      for (const index of flights.keys()) this.abort(index, cause);
    },
    partialAnswer(index) {
      const flight = flights.get(index);
      return flight ? { attempt: flight.number, text: flight.text } : null;
    },
  };
}

function reportOf(outcome: AttemptOutcome, row: AttemptRow, flight: InFlight, flags: number): EndedAttempt {
  const { finishedMs } = row;
  if (outcome.ok === 'aborted') {
    const { cause, isSent } = flight;
    return { kind: 'aborted', cause, wasSent: isSent, flags, row: { ...row, outcome: ATTEMPT_CANCELLED }, finishedMs, inputTokens: null, outputTokens: null, requestId: null, result: partialResult(flight.text) };
  }
  if (!outcome.ok) {
    const { failure, requestId, partialText } = outcome;
    const isCancelled = flight.controller.signal.aborted && flight.cause === 'cancel';
    return { kind: 'failed', failure, isCancelled, flags, row: { ...row, outcome: ATTEMPT_FAILED + FAILURE_CLASSES.indexOf(failure.class) }, finishedMs, inputTokens: null, outputTokens: null, requestId, result: partialResult(partialText ?? '') };
  }
  const { inputTokens, outputTokens, requestId, text, finishReason, model } = outcome;
  return { kind: 'completed', flags: flags | finishFlags(finishReason), row: { ...row, outcome: ATTEMPT_COMPLETED, outputTokens: outputTokens ?? -1 }, finishedMs, inputTokens, outputTokens, requestId, result: { output: text, finishReason, model } };
}

/** What an attempt inherits: the flags of earlier answers fall away, a doubt about the bill stays. */
function flagsAtSend({ standing, edit }: HeldTask): number {
  // A task that was sent before and has no failure was cancelled in flight.
  const isDoubtful = standing.failure ? standing.failure.maybeBilled : standing.attempts > 0;
  const billedTwice = isDoubtful ? TASK_FLAGS.maybeBilledTwice : standing.flags & TASK_FLAGS.maybeBilledTwice;
  return billedTwice | (edit ? TASK_FLAGS.edited : 0);
}

/** What the provider's finish_reason says about an answer. */
function finishFlags(finishReason: string | null): number {
  switch (finishReason) {
    case null:
      return TASK_FLAGS.unconfirmed;
    case 'length':
      return TASK_FLAGS.cutShort;
    case 'content_filter':
      return TASK_FLAGS.filtered;
    default:
      return 0;
  }
}

/** A fault of ours in dealing with a task or its answer must cost that task, not the run. */
function faultOutcome(thrown: unknown, wasSent: boolean): AttemptOutcome {
  const { message } = toErrorInfo(thrown);
  return { ok: false, failure: { class: 'invalid_response', httpStatus: null, code: 'internal', message: `Tasklane could not deal with this task or its answer: ${message}`.slice(0, 2000), maybeBilled: wasSent, retryAfterMs: null, shouldRetry: false }, partialText: null, requestId: null, rateLimit: null };
}

function partialResult(text: string): Ended['result'] {
  return text === '' ? null : { output: text, finishReason: null, model: null };
}

/** That of the last attempt; where nothing of it was sent, that of the one before. */
function failureAfter({ standing }: HeldTask, ended: EndedAttempt): Failure | null {
  switch (ended.kind) {
    case 'completed':
      return null;
    case 'failed':
      return ended.failure;
    case 'aborted':
      return ended.wasSent ? null : standing.failure;
    default:
      return assertNever(ended);
  }
}

function standingAfter(task: HeldTask, ended: EndedAttempt, { status, spent }: { readonly status: TaskStatus; readonly spent: number }): TaskStanding {
  const { row } = ended;
  const serviceMs = row.finishedMs - row.sentMs;
  return {
    status,
    attempts: row.number,
    spent,
    failure: failureAfter(task, ended),
    startedMs: task.standing.startedMs ?? row.sentMs,
    finishedMs: status === 'queued' ? null : row.finishedMs,
    serviceMs: task.standing.serviceMs + serviceMs,
    finalServiceMs: serviceMs,
    timeToFirstTokenMs: Number.isNaN(row.firstTokenMs) ? null : row.firstTokenMs - row.sentMs,
    inputTokens: ended.inputTokens,
    outputTokens: ended.outputTokens,
    flags: ended.flags,
  };
}
