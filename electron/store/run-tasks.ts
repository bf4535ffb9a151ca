import type { DatabaseSync } from 'node:sqlite';

import { ATTEMPT_CANCELLED, ATTEMPT_COMPLETED, ATTEMPT_FAILED, ATTEMPT_RUNNING, type AttemptPatch, type TaskPatch, type TaskRow } from '../../shared/contract/columns.ts';
import type { AttemptDetail } from '../../shared/contract/commands.ts';
import { FAILURE_CLASSES, TASK_STATUSES, type Failure, type TaskEdit, type TaskStatus } from '../../shared/vocabulary.ts';
import { readAttemptColumns, readTaskColumns } from './columns.ts';
import { AT_POSITIONS, batchKeyOf, runKeyOf } from './ids.ts';
import type { TaskStanding } from './journal.ts';
import { numberOrNull, textOrNull } from './runs.ts';
import { varsFromText } from './batches.ts';
import type { StoredTask } from './batches.ts';
import { transact } from './transaction.ts';

/** A task that waits to be sent, with what earlier attempts of it left behind. */
export interface QueuedTask extends StoredTask {
  /** What a person changed for it since the run began; null = nothing. */
  readonly edit: TaskEdit | null;
  readonly standing: TaskStanding;
  /** Whether this run has dealt with it before. */
  readonly isTouched: boolean;
}

export interface RunTasks {
  /** Tasks with a row that are queued again (retried, interrupted, paused in backoff), by keyset. */
  requeued(runId: string, batchId: string, after: number, limit: number): readonly QueuedTask[];
  /** Tasks below `total` that were never touched in this run, by keyset. */
  untouched(runId: string, batchId: string, total: number, after: number, limit: number): readonly QueuedTask[];
  standing(runId: string, index: number): TaskStanding;
  /** Cancels everything that is still queued, or only the named tasks; returns how many. */
  cancelQueued(run: { readonly runId: string; readonly batchId: string; readonly total: number }, indices: readonly number[] | null, atMs: number): number;
  taskColumns(runId: string): TaskPatch;
  attemptColumns(runId: string): AttemptPatch;
  attemptsOf(runId: string, index: number): readonly AttemptDetail[];
  nextOrdinal(runId: string): number;
  /** Gives tasks that wait all their tries back. */
  forgiveTries(runId: string): void;
  /** How many tasks of a run are in each status, counted from the rows; tasks without a row are in none. */
  counts(runId: string): Readonly<Record<TaskStatus, number>>;
}

const UNTOUCHED: TaskStanding = {
  status: 'queued',
  attempts: 0,
  spent: 0,
  failure: null,
  startedMs: null,
  finishedMs: null,
  serviceMs: 0,
  finalServiceMs: null,
  timeToFirstTokenMs: null,
  inputTokens: null,
  outputTokens: null,
  flags: 0,
};

const QUEUED = TASK_STATUSES.indexOf('queued');
const CANCELLED = TASK_STATUSES.indexOf('cancelled');

export function createRunTasks(db: DatabaseSync): RunTasks {
  return {
    requeued: (runId, batchId, after, limit) =>
      db
        .prepare(
          `SELECT t.custom_id, t.vars, r.*, e.edit FROM run_tasks r JOIN tasks t ON t.batch_key = ? AND t.position = r.position
           LEFT JOIN edits e ON e.run_key = r.run_key AND e.position = r.position
           WHERE r.run_key = ? AND r.status = ${QUEUED} AND r.position > ? ORDER BY r.position LIMIT ?`,
        )
        .all(batchKeyOf(batchId), runKeyOf(runId), after, limit)
        .map((row) => ({ ...storedTask(row), standing: standingOf(row), isTouched: true, edit: editOf(row['edit']) })),
    untouched: (runId, batchId, total, after, limit) =>
      db
        .prepare(
          `SELECT t.position, t.custom_id, t.vars FROM tasks t WHERE t.batch_key = ? AND t.position > ? AND t.position < ?
           AND NOT EXISTS (SELECT 1 FROM run_tasks r WHERE r.run_key = ? AND r.position = t.position) ORDER BY t.position LIMIT ?`,
        )
        .all(batchKeyOf(batchId), after, total, runKeyOf(runId), limit)
        .map((row) => ({ ...storedTask(row), standing: UNTOUCHED, isTouched: false, edit: null })),
    standing(runId, index) {
      const row = db.prepare('SELECT * FROM run_tasks WHERE run_key = ? AND position = ?').get(runKeyOf(runId), index);
      return row ? standingOf(row) : UNTOUCHED;
    },
    cancelQueued(run, indices, atMs) {
      const key = runKeyOf(run.runId);
      const batchKey = batchKeyOf(run.batchId);
      const touched = `UPDATE run_tasks SET status = ${CANCELLED}, finished_ms = ? WHERE run_key = ? AND status = ${QUEUED}`;
      const untouched = `INSERT INTO run_tasks(run_key, position, status, attempts, spent, finished_ms)
        SELECT ?, t.position, ${CANCELLED}, 0, 0, ? FROM tasks t WHERE t.batch_key = ? AND t.position < ?
        AND NOT EXISTS (SELECT 1 FROM run_tasks r WHERE r.run_key = ? AND r.position = t.position)`;
      return transact(db, () => {
        if (indices === null) return Number(db.prepare(touched).run(atMs, key).changes) + Number(db.prepare(untouched).run(key, atMs, batchKey, run.total, key).changes);
        const list = JSON.stringify(indices);
        return Number(db.prepare(`${touched} AND ${AT_POSITIONS}`).run(atMs, key, list).changes) + Number(db.prepare(`${untouched} AND t.${AT_POSITIONS}`).run(key, atMs, batchKey, run.total, key, list).changes);
      });
    },
    taskColumns: (runId) => readTaskColumns(db, runKeyOf(runId)),
    attemptColumns: (runId) => readAttemptColumns(db, runKeyOf(runId)),
    attemptsOf: (runId, index) => db.prepare('SELECT * FROM attempts WHERE run_key = ? AND position = ? ORDER BY number').all(runKeyOf(runId), index).map(attemptDetailOf),
    forgiveTries(runId) {
      db.prepare(`UPDATE run_tasks SET spent = 0 WHERE run_key = ? AND status = ${QUEUED}`).run(runKeyOf(runId));
    },
    nextOrdinal: (runId) => Number(db.prepare('SELECT coalesce(max(ordinal), -1) + 1 AS next FROM attempts WHERE run_key = ?').get(runKeyOf(runId))?.['next']),
    counts(runId) {
      const counts = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 } satisfies Record<TaskStatus, number>;
      for (const { status, count } of db.prepare('SELECT status, count(*) AS count FROM run_tasks WHERE run_key = ? GROUP BY status').all(runKeyOf(runId))) {
        const name = TASK_STATUSES[Number(status)];
        if (name) counts[name] = Number(count);
      }
      return counts;
    },
  };
}

/** A task's row as events carry it. */
export function taskRowOf(index: number, standing: TaskStanding): TaskRow {
  return {
    index,
    status: TASK_STATUSES.indexOf(standing.status),
    attempts: standing.attempts,
    failure: standing.failure ? 1 + FAILURE_CLASSES.indexOf(standing.failure.class) : 0,
    startedMs: standing.startedMs ?? Number.NaN,
    finishedMs: standing.finishedMs ?? Number.NaN,
    serviceMs: standing.serviceMs,
    finalServiceMs: standing.finalServiceMs ?? Number.NaN,
    timeToFirstTokenMs: standing.timeToFirstTokenMs ?? Number.NaN,
    inputTokens: standing.inputTokens ?? -1,
    outputTokens: standing.outputTokens ?? -1,
    flags: standing.flags,
  };
}

function storedTask(row: Record<string, unknown>): StoredTask {
  return { index: Number(row['position']), customId: String(row['custom_id']), vars: varsFromText(String(row['vars'])) };
}

function failureOf(value: unknown): Failure | null {
  return typeof value === 'string' ? (JSON.parse(value) as Failure) : null;
}

function editOf(value: unknown): TaskEdit | null {
  return typeof value === 'string' ? (JSON.parse(value) as TaskEdit) : null;
}

function standingOf(row: Record<string, unknown>): TaskStanding {
  return {
    status: TASK_STATUSES[Number(row['status'])] ?? ('queued' satisfies TaskStatus),
    attempts: Number(row['attempts']),
    spent: Number(row['spent']),
    failure: failureOf(row['failure']),
    startedMs: numberOrNull(row['started_ms']),
    finishedMs: numberOrNull(row['finished_ms']),
    serviceMs: Number(row['service_ms']),
    finalServiceMs: numberOrNull(row['final_service_ms']),
    timeToFirstTokenMs: numberOrNull(row['first_token_ms']),
    inputTokens: numberOrNull(row['input_tokens']),
    outputTokens: numberOrNull(row['output_tokens']),
    flags: Number(row['flags']),
  };
}

function attemptDetailOf(row: Record<string, unknown>): AttemptDetail {
  const sentMs = Number(row['sent_ms']);
  const firstTokenMs = numberOrNull(row['first_token_ms']);
  const finishedMs = numberOrNull(row['finished_ms']);
  return {
    number: Number(row['number']),
    startedAt: String(row['started_at']),
    state: attemptState(Number(row['outcome'])),
    slot: Number(row['slot']),
    queueWaitMs: Number(row['queue_wait_ms']),
    rateWaitMs: Number(row['rate_wait_ms']),
    backoffMs: Number(row['backoff_ms']),
    timeToFirstTokenMs: firstTokenMs === null ? null : firstTokenMs - sentMs,
    generationMs: firstTokenMs === null || finishedMs === null ? null : finishedMs - firstTokenMs,
    serviceMs: finishedMs === null ? null : finishedMs - sentMs,
    inputTokens: numberOrNull(row['input_tokens']),
    outputTokens: numberOrNull(row['output_tokens']),
    requestId: textOrNull(row['request_id']),
    fingerprint: textOrNull(row['fingerprint']),
    edit: editOf(row['edit']),
    failure: failureOf(row['failure']),
  };
}

function attemptState(outcome: number): AttemptDetail['state'] {
  if (outcome === ATTEMPT_RUNNING) return 'sent';
  if (outcome === ATTEMPT_COMPLETED) return 'completed';
  if (outcome === ATTEMPT_CANCELLED) return 'cancelled';
  return FAILURE_CLASSES[outcome - ATTEMPT_FAILED] === 'interrupted' ? 'interrupted' : 'failed';
}
