import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

import { TASK_STATUSES, type Failure } from '../../shared/vocabulary.ts';
import { runIdOf } from './ids.ts';
import { numberOrNull, textOrNull } from './runs.ts';

/** Where the row of a run is lost, its tasks are still known if there is one batch only. */
const SELECT = `
  WITH touched AS (SELECT run_key, position FROM run_tasks UNION SELECT run_key, position FROM results),
       only_batch AS (SELECT min(batch_key) AS key FROM tasks HAVING count(DISTINCT batch_key) = 1)
  SELECT k.run_key, k.position, b.name, t.custom_id, t.vars, s.status, s.attempts, s.failure, s.final_service_ms,
    s.first_token_ms, s.input_tokens, s.output_tokens, o.output, o.finish_reason, o.model, first.started_at, last.queue_wait_ms
  FROM touched k
  LEFT JOIN run_tasks s ON s.run_key = k.run_key AND s.position = k.position
  LEFT JOIN results o ON o.run_key = k.run_key AND o.position = k.position
  LEFT JOIN runs r ON r.key = k.run_key
  LEFT JOIN batches b ON b.key = coalesce(r.batch_key, (SELECT key FROM only_batch))
  LEFT JOIN tasks t ON t.batch_key = coalesce(r.batch_key, (SELECT key FROM only_batch)) AND t.position = k.position
  LEFT JOIN attempts first ON first.run_key = k.run_key AND first.position = k.position AND first.number = 1
  LEFT JOIN attempts last ON last.run_key = k.run_key AND last.position = k.position AND last.number = s.attempts
  ORDER BY k.run_key, k.position`;

const FLUSH_CHARACTERS = 256 * 1024;

export interface SalvagedCounts {
  readonly taskCount: number;
  /** Those of them that have an answer, a whole one as far as can be told. */
  readonly answerCount: number;
}

/**
 * One JSON object a line for each task that has a result or a status, with the names of Tasklane's result files; before
 * them `batch`, `run` and `row` (counted from 1), by which a task can be told whose own row is lost, and behind `output`
 * `partial_output`, what came of an answer that is none. Lost values are null.
 */
export function writeSalvagedResults(rescued: DatabaseSync, file: string): SalvagedCounts {
  const handle = openSync(file, 'wx', 0o600);
  let taskCount = 0;
  let answerCount = 0;
  let pending = '';
  try {
    for (const row of rescued.prepare(SELECT).iterate()) {
      const line = lineOf(row);
      pending += `${JSON.stringify(line)}\n`;
      taskCount += 1;
      if (line.output !== null) answerCount += 1;
      if (pending.length < FLUSH_CHARACTERS) continue;
      writeFileSync(handle, pending);
      pending = '';
    }
    writeFileSync(handle, pending);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return { taskCount, answerCount };
}

/** As in a result file, no half answer passes for a whole one; where the status is lost, nobody knows better. */
function lineOf(row: Record<string, unknown>): Readonly<Record<string, unknown>> & { readonly output: string | null } {
  const status = TASK_STATUSES[Number(row['status'] ?? -1)] ?? null;
  const isWhole = status === 'completed' || status === null;
  const output = textOrNull(row['output']);
  const failure = status === 'failed' || status === null ? (parsed(row['failure']) as Partial<Failure> | null) : null;
  return {
    batch: textOrNull(row['name']),
    run: runIdOf(Number(row['run_key'])),
    row: Number(row['position']) + 1,
    custom_id: textOrNull(row['custom_id']),
    status,
    output: isWhole ? output : null,
    partial_output: isWhole ? null : output,
    error_class: failure?.class ?? null,
    error: failure?.message ?? null,
    attempts: numberOrNull(row['attempts']),
    started_at: textOrNull(row['started_at']),
    queue_ms: numberOrNull(row['queue_wait_ms']),
    ttft_ms: numberOrNull(row['first_token_ms']),
    service_ms: numberOrNull(row['final_service_ms']),
    input_tokens: numberOrNull(row['input_tokens']),
    output_tokens: numberOrNull(row['output_tokens']),
    cost_usd: null,
    model: textOrNull(row['model']),
    finish_reason: textOrNull(row['finish_reason']),
    vars: varsOf(row['vars']),
  };
}

/** Null for text that is no JSON (any more). */
function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Null-prototype, so that a column `__proto__` stays a member. */
function varsOf(text: unknown): Record<string, string> | null {
  const pairs = parsed(text);
  if (!Array.isArray(pairs)) return null;
  const vars = Object.create(null) as Record<string, string>;
  for (const pair of pairs as readonly unknown[]) if (Array.isArray(pair)) vars[String(pair[0])] = String(pair[1]);
  return vars;
}
