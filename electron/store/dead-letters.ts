import type { DatabaseSync } from 'node:sqlite';

import { TASK_STATUSES, type Failure, type TaskEdit } from '../../shared/vocabulary.ts';
import { AT_POSITIONS, batchKeyOf, runKeyOf } from './ids.ts';
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

/** A task that may be sent again. */
export interface Redrivable {
  readonly index: number;
  readonly customId: string;
  readonly status: 'failed' | 'cancelled';
}

/** How many tasks were put back into the queue. */
export interface Requeued {
  readonly count: number;
  /** How many of them had failed, and how many were cancelled. */
  readonly failed: number;
  readonly cancelled: number;
}

/** The failed tasks of a run: read, edited, sent again, given up. */
export interface DeadLetters {
  /** By position, ascending, by keyset: up to `limit` of those after position `after`. */
  page(runId: string, batchId: string, after: number, limit: number): readonly DeadLetter[];
  /** Every failed and cancelled task by its id, in input order. */
  redrivable(runId: string, batchId: string): readonly Redrivable[];
  /**
   * Puts failed tasks (all, or the named failed and cancelled ones) back into the queue, all in one commit: the tasks,
   * what `editFrom` makes of what was changed for them before (null: nothing is changed any more; absent: it stays), and
   * the counts of a run that is not on. A run that had ended is paused then.
   */
  requeue(runId: string, indices: readonly number[] | null, editFrom?: (earlier: TaskEdit | null) => TaskEdit | null): Requeued;
  /** Gives failed tasks up (all, or the named ones): they become cancelled, the counts of a run that is not on with them. Returns how many. */
  skip(runId: string, indices: readonly number[] | null): number;
  editOf(runId: string, index: number): TaskEdit | null;
}

const QUEUED = TASK_STATUSES.indexOf('queued');
const FAILED = TASK_STATUSES.indexOf('failed');
const CANCELLED = TASK_STATUSES.indexOf('cancelled');

export function createDeadLetters(db: DatabaseSync): DeadLetters {
  const editOf = (runKey: number, index: number): TaskEdit | null => {
    const row = db.prepare('SELECT edit FROM edits WHERE run_key = ? AND position = ?').get(runKey, index);
    return row ? (JSON.parse(String(row['edit'])) as TaskEdit) : null;
  };
  /** Of the tasks at these positions, a JSON array. One statement for all that had the same before: mostly there is one. */
  const changeEdits = (runKey: number, positions: string, editFrom: (earlier: TaskEdit | null) => TaskEdit | null): void => {
    const earlier = db.prepare(`SELECT edit, json_group_array(position) AS positions FROM edits WHERE run_key = ? AND ${AT_POSITIONS} GROUP BY edit`).all(runKey, positions);
    const added = editFrom(null);
    if (added) db.prepare('INSERT OR IGNORE INTO edits(run_key, position, edit) SELECT ?, value, ? FROM json_each(?)').run(runKey, JSON.stringify(added), positions);
    const change = db.prepare(`UPDATE edits SET edit = ? WHERE run_key = ? AND ${AT_POSITIONS}`);
    const remove = db.prepare(`DELETE FROM edits WHERE run_key = ? AND ${AT_POSITIONS}`);
    for (const row of earlier) {
      const edit = editFrom(JSON.parse(String(row['edit'])) as TaskEdit);
      if (edit) change.run(JSON.stringify(edit), runKey, String(row['positions']));
      else remove.run(runKey, String(row['positions']));
    }
  };
  return {
    // The indexes are named, because SQLite would look through all attempts of the run for each task.
    page: (runId, batchId, after, limit) =>
      db
        .prepare(
          `SELECT r.position, r.failure, t.custom_id, a.started_at FROM run_tasks r INDEXED BY run_tasks_status
           JOIN tasks t ON t.batch_key = ?1 AND t.position = r.position
           LEFT JOIN attempts a INDEXED BY attempts_task ON a.run_key = r.run_key AND a.position = r.position AND a.number = r.attempts
           WHERE r.run_key = ?2 AND r.status = ${FAILED} AND r.position > ?3 ORDER BY r.position LIMIT ?4`,
        )
        .all(batchKeyOf(batchId), runKeyOf(runId), after, limit)
        .map((row) => ({ index: Number(row['position']), customId: String(row['custom_id']), failure: JSON.parse(String(row['failure'])) as Failure, lastAt: textOrNull(row['started_at']) })),
    redrivable: (runId, batchId) =>
      db
        .prepare(
          `SELECT r.position, r.status, t.custom_id FROM run_tasks r JOIN tasks t ON t.batch_key = ? AND t.position = r.position
           WHERE r.run_key = ? AND r.status IN (${FAILED}, ${CANCELLED}) ORDER BY r.position`,
        )
        .all(batchKeyOf(batchId), runKeyOf(runId))
        .map((row) => ({ index: Number(row['position']), customId: String(row['custom_id']), status: Number(row['status']) === FAILED ? 'failed' : 'cancelled' })),
    requeue(runId, indices, editFrom) {
      const key = runKeyOf(runId);
      const [which, named] = indices === null ? [`status = ${FAILED}`, []] : [`status IN (${FAILED}, ${CANCELLED}) AND ${AT_POSITIONS}`, [JSON.stringify(indices)]];
      return transact(db, () => {
        const found = db.prepare(`SELECT status, count(*) AS count, json_group_array(position) AS positions FROM run_tasks WHERE run_key = ? AND ${which} GROUP BY status`).all(key, ...named);
        const countOf = (status: number): number => Number(found.find((row) => row['status'] === status)?.['count'] ?? 0);
        const failed = countOf(FAILED);
        const cancelled = countOf(CANCELLED);
        db.prepare(`UPDATE run_tasks SET status = ${QUEUED}, spent = 0, interruptions = 0, finished_ms = NULL WHERE run_key = ? AND ${which}`).run(key, ...named);
        if (editFrom) for (const row of found) changeEdits(key, String(row['positions']), editFrom);
        if (failed + cancelled > 0) {
          // Were the program to end right here, the run would have to be one that can be resumed.
          db.prepare(
            `UPDATE runs SET failed = failed - ?, cancelled = cancelled - ?, ended_at = NULL,
             stop_reason = CASE status WHEN 'paused' THEN stop_reason ELSE 'interrupted' END, status = 'paused'
             WHERE key = ? AND status NOT IN ('running', 'pausing')`,
          ).run(failed, cancelled, key);
        }
        return { count: failed + cancelled, failed, cancelled };
      });
    },
    skip(runId, indices) {
      const key = runKeyOf(runId);
      const change = `UPDATE run_tasks SET status = ${CANCELLED} WHERE run_key = ? AND status = ${FAILED}`;
      return transact(db, () => {
        const { changes } = indices === null ? db.prepare(change).run(key) : db.prepare(`${change} AND ${AT_POSITIONS}`).run(key, JSON.stringify(indices));
        const count = Number(changes);
        db.prepare("UPDATE runs SET failed = failed - ?1, cancelled = cancelled + ?1 WHERE key = ?2 AND status NOT IN ('running', 'pausing')").run(count, key);
        return count;
      });
    },
    editOf: (runId, index) => editOf(runKeyOf(runId), index),
  };
}
