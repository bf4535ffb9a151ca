import type { DatabaseSync } from 'node:sqlite';

import type { Vars } from '../../shared/contract/commands.ts';
import { TASK_STATUSES, type Failure, type TaskStatus } from '../../shared/vocabulary.ts';
import { likePattern, varsFromText } from './batches.ts';
import { batchKeyOf, runKeyOf } from './ids.ts';
import { numberOrNull, textOrNull } from './runs.ts';

export interface StoredResult {
  readonly output: string;
  readonly finishReason: string | null;
  readonly model: string | null;
}

/** One task of a run with everything that a result file holds. */
export interface ResultRecord {
  readonly index: number;
  readonly customId: string;
  readonly vars: Vars;
  readonly status: TaskStatus;
  readonly output: string | null;
  readonly failure: Failure | null;
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly queueWaitMs: number | null;
  readonly timeToFirstTokenMs: number | null;
  readonly serviceMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly model: string | null;
  readonly finishReason: string | null;
}

export interface Results {
  get(runId: string, index: number): StoredResult | null;
  /** First `length` characters of an answer; '' when there is none. */
  digest(runId: string, index: number, length: number): string;
  /** Tasks of a run in input order, by keyset: up to `limit` of those after position `after` and below `total`. */
  page(run: { readonly runId: string; readonly batchId: string; readonly total: number }, after: number, limit: number): readonly ResultRecord[];
  /** Positions of the tasks whose answer contains the text, ascending. */
  find(runId: string, text: string): readonly number[];
}

export function createResults(db: DatabaseSync): Results {
  return {
    get(runId, index) {
      const row = db.prepare('SELECT output, finish_reason, model FROM results WHERE run_key = ? AND position = ?').get(runKeyOf(runId), index);
      return row ? { output: String(row['output']), finishReason: textOrNull(row['finish_reason']), model: textOrNull(row['model']) } : null;
    },
    digest: (runId, index, length) => String(db.prepare('SELECT substr(output, 1, ?) AS start FROM results WHERE run_key = ? AND position = ?').get(length, runKeyOf(runId), index)?.['start'] ?? ''),
    // The index is named, because SQLite would look through all attempts of the run for each task.
    page: (run, after, limit) =>
      db
        .prepare(
          `SELECT t.position, t.custom_id, t.vars, s.status, s.attempts, s.failure, s.final_service_ms, s.first_token_ms,
             s.input_tokens, s.output_tokens, o.output, o.finish_reason, o.model, first.started_at, last.queue_wait_ms
           FROM tasks t
           LEFT JOIN run_tasks s ON s.run_key = ?1 AND s.position = t.position
           LEFT JOIN results o ON o.run_key = ?1 AND o.position = t.position
           LEFT JOIN attempts first INDEXED BY attempts_task ON first.run_key = ?1 AND first.position = t.position AND first.number = 1
           LEFT JOIN attempts last INDEXED BY attempts_task ON last.run_key = ?1 AND last.position = t.position AND last.number = s.attempts
           WHERE t.batch_key = ?2 AND t.position > ?3 AND t.position < ?4 ORDER BY t.position LIMIT ?5`,
        )
        .all(runKeyOf(run.runId), batchKeyOf(run.batchId), after, run.total, limit)
        .map(recordOf),
    find: (runId, text) =>
      db
        .prepare("SELECT position FROM results WHERE run_key = ? AND output LIKE ? ESCAPE '\\' ORDER BY position")
        .all(runKeyOf(runId), likePattern(text))
        .map((row) => Number(row['position'])),
  };
}

function recordOf(row: Record<string, unknown>): ResultRecord {
  const status = TASK_STATUSES[Number(row['status'] ?? 0)] ?? 'queued';
  return {
    index: Number(row['position']),
    customId: String(row['custom_id']),
    vars: varsFromText(String(row['vars'])),
    status,
    output: textOrNull(row['output']),
    failure: typeof row['failure'] === 'string' ? (JSON.parse(row['failure']) as Failure) : null,
    attempts: Number(row['attempts'] ?? 0),
    startedAt: textOrNull(row['started_at']),
    queueWaitMs: numberOrNull(row['queue_wait_ms']),
    timeToFirstTokenMs: numberOrNull(row['first_token_ms']),
    serviceMs: numberOrNull(row['final_service_ms']),
    inputTokens: numberOrNull(row['input_tokens']),
    outputTokens: numberOrNull(row['output_tokens']),
    model: textOrNull(row['model']),
    finishReason: textOrNull(row['finish_reason']),
  };
}
