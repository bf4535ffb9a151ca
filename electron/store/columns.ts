import type { DatabaseSync } from 'node:sqlite';

import { TOKEN_COUNT_MAX, type AttemptPatch, type TaskPatch } from '../../shared/contract/columns.ts';
import { FAILURE_CLASSES } from '../../shared/vocabulary.ts';

/** Rows read at once: enough to be quick, few enough to be forgotten again. */
const PAGE = 20_000;

type Row = readonly (number | string | null)[];

/** Reads page by page, as arrays: five times as quick as row objects. The first column is the key, ascending. */
function readRows(db: DatabaseSync, sql: string, runKey: number, take: (row: Row, position: number) => void): void {
  const select = db.prepare(sql);
  select.setReturnArrays(true);
  let after = -1;
  let position = 0;
  for (;;) {
    const rows = select.all(runKey, after, PAGE) as unknown as readonly Row[];
    for (const row of rows) {
      take(row, position);
      position += 1;
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = Number(last[0]);
  }
}

function countOf(db: DatabaseSync, table: 'run_tasks' | 'attempts', runKey: number): number {
  return Number(db.prepare(`SELECT count(*) AS count FROM ${table} WHERE run_key = ?`).get(runKey)?.['count']);
}

const orNaN = (value: number | string | null | undefined): number => (typeof value === 'number' ? value : Number.NaN);
const orUnknown = (value: number | string | null | undefined): number => (typeof value === 'number' && value <= TOKEN_COUNT_MAX ? value : -1);

/** Every touched task of a run, by position. */
export function readTaskColumns(db: DatabaseSync, runKey: number): TaskPatch {
  const length = countOf(db, 'run_tasks', runKey);
  const columns = {
    index: new Uint32Array(length),
    status: new Uint8Array(length),
    attempts: new Uint16Array(length),
    failure: new Uint8Array(length),
    startedMs: new Float64Array(length),
    finishedMs: new Float64Array(length),
    serviceMs: new Float64Array(length),
    finalServiceMs: new Float64Array(length),
    timeToFirstTokenMs: new Float64Array(length),
    inputTokens: new Int32Array(length),
    outputTokens: new Int32Array(length),
    flags: new Uint8Array(length),
  } satisfies TaskPatch;
  const sql = `SELECT position, status, attempts, failure ->> '$.class', started_ms, finished_ms, service_ms, final_service_ms, first_token_ms, input_tokens, output_tokens, flags
    FROM run_tasks WHERE run_key = ? AND position > ? ORDER BY position LIMIT ?`;
  readRows(db, sql, runKey, (row, at) => {
    columns.index[at] = Number(row[0]);
    columns.status[at] = Number(row[1]);
    columns.attempts[at] = Number(row[2]);
    columns.failure[at] = 1 + FAILURE_CLASSES.findIndex((name) => name === row[3]);
    columns.startedMs[at] = orNaN(row[4]);
    columns.finishedMs[at] = orNaN(row[5]);
    columns.serviceMs[at] = orNaN(row[6]);
    columns.finalServiceMs[at] = orNaN(row[7]);
    columns.timeToFirstTokenMs[at] = orNaN(row[8]);
    columns.inputTokens[at] = orUnknown(row[9]);
    columns.outputTokens[at] = orUnknown(row[10]);
    columns.flags[at] = Number(row[11]);
  });
  return columns;
}

/** Every attempt of a run, in the order of sending. */
export function readAttemptColumns(db: DatabaseSync, runKey: number): AttemptPatch {
  const length = countOf(db, 'attempts', runKey);
  const columns = {
    ordinal: new Uint32Array(length),
    taskIndex: new Uint32Array(length),
    number: new Uint16Array(length),
    slot: new Uint16Array(length),
    queueWaitMs: new Float64Array(length),
    rateWaitMs: new Float64Array(length),
    backoffMs: new Float64Array(length),
    sentMs: new Float64Array(length),
    firstTokenMs: new Float64Array(length),
    finishedMs: new Float64Array(length),
    outcome: new Uint8Array(length),
    outputTokens: new Int32Array(length),
  } satisfies AttemptPatch;
  const sql = `SELECT ordinal, position, number, slot, queue_wait_ms, rate_wait_ms, backoff_ms, sent_ms, first_token_ms, finished_ms, outcome, output_tokens
    FROM attempts WHERE run_key = ? AND ordinal > ? ORDER BY ordinal LIMIT ?`;
  readRows(db, sql, runKey, (row, at) => {
    columns.ordinal[at] = Number(row[0]);
    columns.taskIndex[at] = Number(row[1]);
    columns.number[at] = Number(row[2]);
    columns.slot[at] = Number(row[3]);
    columns.queueWaitMs[at] = Number(row[4]);
    columns.rateWaitMs[at] = Number(row[5]);
    columns.backoffMs[at] = Number(row[6]);
    columns.sentMs[at] = Number(row[7]);
    columns.firstTokenMs[at] = orNaN(row[8]);
    columns.finishedMs[at] = orNaN(row[9]);
    columns.outcome[at] = Number(row[10]);
    columns.outputTokens[at] = orUnknown(row[11]);
  });
  return columns;
}
