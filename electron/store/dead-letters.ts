import type { DatabaseSync } from 'node:sqlite';

import { TASK_STATUSES, type Failure, type TaskEdit } from '../../shared/vocabulary.ts';
import { batchKeyOf, runKeyOf } from './ids.ts';
import { textOrNull } from './runs.ts';
import { transact } from './transaction.ts';

/** A task that failed for good. */
export interface DeadLetter {
  readonly index: number;
  readonly customId: string;
  readonly failure: Failure;
  /** When its last attempt was sent; wall clock, ISO 8601 UTC. */
  readonly lastAt: string | null;
}

/** The failed tasks of a run: read, edited, given up. */
export interface DeadLetters {
  /** By position, ascending, by keyset: up to `limit` of those after position `after`. */
  page(runId: string, batchId: string, after: number, limit: number): readonly DeadLetter[];
  /** Gives failed tasks up (all, or the named ones): they become cancelled; returns their positions. */
  skip(runId: string, indices: readonly number[] | null): readonly number[];
  editOf(runId: string, index: number): TaskEdit | null;
  /** Changes what is sent for these tasks from now on, on top of what was changed before. */
  edit(runId: string, indices: readonly number[], edit: TaskEdit): void;
}

const FAILED = TASK_STATUSES.indexOf('failed');
const CANCELLED = TASK_STATUSES.indexOf('cancelled');

export function createDeadLetters(db: DatabaseSync): DeadLetters {
  const editOf = (runKey: number, index: number): TaskEdit | null => {
    const row = db.prepare('SELECT edit FROM edits WHERE run_key = ? AND position = ?').get(runKey, index);
    return row ? (JSON.parse(String(row['edit'])) as TaskEdit) : null;
  };
  return {
    page: (runId, batchId, after, limit) =>
      db
        .prepare(
          `SELECT r.position, r.failure, t.custom_id, a.started_at FROM run_tasks r
           JOIN tasks t ON t.batch_key = ?1 AND t.position = r.position
           LEFT JOIN attempts a ON a.run_key = r.run_key AND a.position = r.position AND a.number = r.attempts
           WHERE r.run_key = ?2 AND r.status = ${FAILED} AND r.position > ?3 ORDER BY r.position LIMIT ?4`,
        )
        .all(batchKeyOf(batchId), runKeyOf(runId), after, limit)
        .map((row) => ({ index: Number(row['position']), customId: String(row['custom_id']), failure: JSON.parse(String(row['failure'])) as Failure, lastAt: textOrNull(row['started_at']) })),
    skip(runId, indices) {
      const key = runKeyOf(runId);
      const change = `UPDATE run_tasks SET status = ${CANCELLED} WHERE run_key = ? AND status = ${FAILED}`;
      if (indices === null) return db.prepare(`${change} RETURNING position`).all(key).map((row) => Number(row['position']));
      const one = db.prepare(`${change} AND position = ? RETURNING position`);
      return transact(db, () => indices.flatMap((index) => one.all(key, index).map((row) => Number(row['position']))));
    },
    editOf: (runId, index) => editOf(runKeyOf(runId), index),
    edit(runId, indices, edit) {
      const key = runKeyOf(runId);
      const save = db.prepare('INSERT INTO edits(run_key, position, edit) VALUES(?, ?, ?) ON CONFLICT(run_key, position) DO UPDATE SET edit = excluded.edit');
      transact(db, () => {
        for (const index of indices) save.run(key, index, JSON.stringify(joinEdits(editOf(key, index), edit)));
      });
    },
  };
}

/** The later edit counts where it says something; a new template takes the place of a prompt that was written by hand. */
function joinEdits(earlier: TaskEdit | null, later: TaskEdit): TaskEdit {
  if (!earlier) return later;
  return {
    prompt: later.prompt ?? (later.template === null ? earlier.prompt : null),
    template: later.template ?? earlier.template,
    system: later.system ?? earlier.system,
    model: later.model ?? earlier.model,
    maxTokens: later.maxTokens ?? earlier.maxTokens,
    temperature: later.temperature ?? earlier.temperature,
    timeoutMs: later.timeoutMs ?? earlier.timeoutMs,
  };
}
