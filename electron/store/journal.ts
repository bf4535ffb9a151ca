import type { DatabaseSync } from 'node:sqlite';

import { ATTEMPT_RUNNING } from '../../shared/contract/columns.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { TASK_STATUSES, type Failure, type TaskEdit, type TaskStatus } from '../../shared/vocabulary.ts';
import { runKeyOf } from './ids.ts';
import { reasonOf, toStoreError } from './store-error.ts';
import { transact } from './transaction.ts';

/** An attempt that is about to be sent. */
export interface AttemptBegin {
  readonly runId: string;
  readonly ordinal: number;
  readonly index: number;
  readonly number: number;
  readonly slot: number;
  /** Wall clock, ISO 8601 UTC. */
  readonly startedAt: string;
  readonly queueWaitMs: number;
  readonly rateWaitMs: number;
  readonly backoffMs: number;
  readonly sentMs: number;
  /** First send of the task. */
  readonly startedMs: number;
  /** Of its task from now on; bits of TASK_FLAGS. */
  readonly flags: number;
  /** Of what is sent, see engine/fingerprint.ts. */
  readonly fingerprint: string;
  readonly edit: TaskEdit | null;
}

/** Where a task stands after an attempt of it. */
export interface TaskStanding {
  readonly status: TaskStatus;
  readonly attempts: number;
  /** Attempts that count towards the maximum. */
  readonly spent: number;
  readonly failure: Failure | null;
  readonly startedMs: number | null;
  readonly finishedMs: number | null;
  readonly serviceMs: number;
  readonly finalServiceMs: number | null;
  readonly timeToFirstTokenMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Bits of TASK_FLAGS. */
  readonly flags: number;
}

export interface AttemptEnd {
  readonly runId: string;
  readonly ordinal: number;
  readonly index: number;
  /** As in AttemptPatch. */
  readonly outcome: number;
  readonly queueWaitMs: number;
  readonly sentMs: number;
  readonly firstTokenMs: number | null;
  readonly finishedMs: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly requestId: string | null;
  readonly failure: Failure | null;
  readonly task: TaskStanding;
  /** The answer, or what came of it before it failed. */
  readonly result: { readonly output: string; readonly finishReason: string | null; readonly model: string | null } | null;
}

/**
 * The record of what was sent and what came of it. An attempt is committed before it is sent: all that begin in one
 * turn of the event loop share a commit. Ends wait at most END_DELAY_MS or for END_COUNT of them, and ride along with
 * any commit of begins. A begin that could not be committed is rejected and must not be sent; an end that could not
 * be committed is kept and tried again every second, so that no paid answer is lost while the program lives.
 */
export interface Journal {
  begin(attempt: AttemptBegin): Promise<void>;
  /** Resolves once it is on disk. Rejected only where the store is closed. */
  end(attempt: AttemptEnd): Promise<void>;
  /** Commits all that waits, now. Throws when that fails. */
  flush(): void;
  /** The same for readers, who make do with what is committed when the disk is full. */
  tryFlush(): void;
  /** Ended attempts that are not on disk yet. */
  unsavedCount(): number;
  /** Takes nothing more, and tries nothing again. */
  close(): void;
  /** Called with each failed commit. */
  onFailure(listener: (error: TasklaneError) => void): void;
}

const END_DELAY_MS = 50;
const END_COUNT = 100;
const RETRY_DELAY_MS = 1000;

interface Waiting<T> {
  readonly row: T;
  readonly resolve: () => void;
  readonly reject: (error: TasklaneError) => void;
}

export function createJournal(db: DatabaseSync): Journal {
  let begins: Waiting<AttemptBegin>[] = [];
  let ends: Waiting<AttemptEnd>[] = [];
  let turn: NodeJS.Immediate | null = null;
  let timer: NodeJS.Timeout | null = null;
  const failureListeners: ((error: TasklaneError) => void)[] = [];
  let closed = false;
  let statements: ReturnType<typeof prepareStatements> | null = null;

  const commit = (): void => {
    if (turn) clearImmediate(turn);
    if (timer) clearTimeout(timer);
    turn = null;
    timer = null;
    if (begins.length === 0 && ends.length === 0) return;
    const begun = begins;
    const ended = ends;
    begins = [];
    ends = [];
    try {
      const write = (statements ??= prepareStatements(db));
      transact(db, () => {
        for (const { row } of ended) write.end(row);
        for (const { row } of begun) write.begin(row);
      });
    } catch (error) {
      ends = [...ended, ...ends];
      const failure = refusalOf(error);
      for (const { reject } of begun) reject(failure);
      if (ends.length > 0 && !closed) timer = setTimeout(commitQuietly, RETRY_DELAY_MS);
      for (const listener of failureListeners) listener(failure);
      throw failure;
    }
    for (const { resolve } of ended) resolve();
    for (const { resolve } of begun) resolve();
  };

  const commitQuietly = (): void => {
    try {
      commit();
    } catch (error) {
      // Everybody who waits was told by rejection and by onFailure.
      if (!(error instanceof TasklaneError)) throw error;
    }
  };
  const whenOpen = (wait: () => Promise<void>): Promise<void> => (closed ? Promise.reject(new TasklaneError('store_failed', 'The store is closed.')) : wait());

  return {
    begin: (row) =>
      whenOpen(() => {
        turn ??= setImmediate(commitQuietly);
        return new Promise((resolve, reject) => {
          begins.push({ row, resolve, reject });
        });
      }),
    end: (row) =>
      whenOpen(() => {
        const written = new Promise<void>((resolve, reject) => {
          ends.push({ row, resolve, reject });
        });
        if (ends.length >= END_COUNT) turn ??= setImmediate(commitQuietly);
        else timer ??= setTimeout(commitQuietly, END_DELAY_MS);
        return written;
      }),
    flush: commit,
    tryFlush: commitQuietly,
    unsavedCount: () => ends.length,
    close() {
      closed = true;
      if (turn) clearImmediate(turn);
      if (timer) clearTimeout(timer);
    },
    onFailure(listener) {
      failureListeners.push(listener);
    },
  };
}

/** A fault of ours is answered like a refusal of the disk: whoever waits is told, and nothing that was answered is dropped. */
function refusalOf(thrown: unknown): TasklaneError {
  const error = toStoreError(thrown);
  return error instanceof TasklaneError ? error : new TasklaneError('store_failed', `The store can't take what is to be written: ${reasonOf(thrown)}.`, 'This is a fault of Tasklane. Nothing that was answered is lost while it is open.', { cause: thrown });
}

function prepareStatements(db: DatabaseSync): { begin(row: AttemptBegin): void; end(row: AttemptEnd): void } {
  const beginAttempt = db.prepare(
    'INSERT INTO attempts(run_key, ordinal, position, number, slot, outcome, started_at, queue_wait_ms, rate_wait_ms, backoff_ms, sent_ms, fingerprint, edit) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const beginTask = db.prepare(
    `INSERT INTO run_tasks(run_key, position, status, attempts, spent, started_ms, flags) VALUES(?, ?, 1, ?, 0, ?, ?)
     ON CONFLICT(run_key, position) DO UPDATE SET status = 1, attempts = excluded.attempts, flags = excluded.flags, started_ms = coalesce(started_ms, excluded.started_ms)`,
  );
  const endAttempt = db.prepare(
    'UPDATE attempts SET outcome = ?, queue_wait_ms = ?, sent_ms = ?, first_token_ms = ?, finished_ms = ?, input_tokens = ?, output_tokens = ?, request_id = ?, failure = ? WHERE run_key = ? AND ordinal = ?',
  );
  const endTask = db.prepare(
    `UPDATE run_tasks SET status = ?, attempts = ?, spent = ?, failure = ?, started_ms = ?, finished_ms = ?, service_ms = ?, final_service_ms = ?,
     first_token_ms = ?, input_tokens = ?, output_tokens = ?, flags = ? WHERE run_key = ? AND position = ?`,
  );
  const saveResult = db.prepare(
    `INSERT INTO results(run_key, position, output, finish_reason, model) VALUES(?, ?, ?, ?, ?)
     ON CONFLICT(run_key, position) DO UPDATE SET output = excluded.output, finish_reason = excluded.finish_reason, model = excluded.model`,
  );
  return {
    begin(row) {
      const runKey = runKeyOf(row.runId);
      beginAttempt.run(runKey, row.ordinal, row.index, row.number, row.slot, ATTEMPT_RUNNING, row.startedAt, row.queueWaitMs, row.rateWaitMs, row.backoffMs, row.sentMs, row.fingerprint, row.edit ? JSON.stringify(row.edit) : null);
      beginTask.run(runKey, row.index, row.number, row.startedMs, row.flags);
    },
    end(row) {
      const runKey = runKeyOf(row.runId);
      const { task, result } = row;
      const failure = row.failure ? JSON.stringify(row.failure) : null;
      endAttempt.run(row.outcome, row.queueWaitMs, row.sentMs, row.firstTokenMs, row.finishedMs, row.inputTokens, row.outputTokens, row.requestId, failure, runKey, row.ordinal);
      endTask.run(
        TASK_STATUSES.indexOf(task.status),
        task.attempts,
        task.spent,
        task.failure ? JSON.stringify(task.failure) : null,
        task.startedMs,
        task.finishedMs,
        task.serviceMs,
        task.finalServiceMs,
        task.timeToFirstTokenMs,
        task.inputTokens,
        task.outputTokens,
        task.flags,
        runKey,
        row.index,
      );
      if (result) saveResult.run(runKey, row.index, result.output, result.finishReason, result.model);
    },
  };
}
