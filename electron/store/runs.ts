import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { TasklaneError } from '../../shared/errors.ts';
import type { RunHeader, RunInterruption, RunSettings, RunStatus, SlotStep, StopReason } from '../../shared/vocabulary.ts';
import { batchIdOf, batchKeyOf, runIdOf, runKeyOf } from './ids.ts';
import { transact } from './transaction.ts';

export interface Runs {
  create(run: { readonly batchId: string; readonly settings: RunSettings; readonly total: number; readonly createdAt: string }): RunHeader;
  /** Throws `run_not_found`. */
  get(runId: string): RunHeader;
  exists(runId: string): boolean;
  /** Newest first. */
  list(): readonly RunHeader[];
  /** Newest first. */
  listOf(batchId: string): readonly RunHeader[];
  /** The newest run of each batch. */
  latestByBatch(): ReadonlyMap<string, RunHeader>;
  /** Everything of the header that can change. */
  save(header: RunHeader): void;
  remove(runId: string): void;
}

const SELECT = 'SELECT runs.*, batches.name AS batch_name FROM runs JOIN batches ON batches.key = runs.batch_key';

export function createRuns(db: DatabaseSync): Runs {
  /** Whole numbers of any size: one sum that is too large for a number must not keep every run from being read. */
  const select = (rest: string): StatementSync => {
    const statement = db.prepare(`${SELECT} ${rest}`);
    statement.setReadBigInts(true);
    return statement;
  };
  const get = (runId: string): RunHeader => {
    const row = select('WHERE runs.key = ?').get(runKeyOf(runId));
    if (!row) throw new TasklaneError('run_not_found', `There is no run ${runId} in this data folder.`, 'List the runs with `tasklane runs`, or name the right data folder with --data-dir.');
    return headerOf(row);
  };
  return {
    create({ batchId, settings, total, createdAt }) {
      const { lastInsertRowid } = db
        .prepare("INSERT INTO runs(batch_key, status, settings, total, concurrency, created_at) VALUES(?, 'ready', ?, ?, ?, ?)")
        .run(batchKeyOf(batchId), JSON.stringify(settings), total, settings.concurrency, createdAt);
      return get(runIdOf(Number(lastInsertRowid)));
    },
    get,
    exists: (runId) => db.prepare('SELECT 1 FROM runs WHERE key = ?').get(runKeyOf(runId)) !== undefined,
    list: () => select('ORDER BY runs.key DESC').all().map(headerOf),
    listOf: (batchId) => select('WHERE batch_key = ? ORDER BY runs.key DESC').all(batchKeyOf(batchId)).map(headerOf),
    latestByBatch() {
      const rows = select('WHERE runs.key IN (SELECT max(key) FROM runs GROUP BY batch_key)').all();
      return new Map(rows.map(headerOf).map((header) => [header.batchId, header]));
    },
    save(header) {
      db.prepare(
        `UPDATE runs SET status = ?, stop_reason = ?, stop_message = ?, settings = ?, total = ?, completed = ?, failed = ?, cancelled = ?,
         attempts = ?, retries = ?, input_tokens = ?, output_tokens = ?, concurrency = ?, peak_in_flight = ?, active_ms = ?,
         first_sent_ms = ?, last_finished_ms = ?, slot_steps = ?, interruption = ?, started_at = ?, ended_at = ? WHERE key = ?`,
      ).run(
        header.status,
        header.stopReason,
        header.stopMessage,
        JSON.stringify(header.settings),
        header.total,
        header.completed,
        header.failed,
        header.cancelled,
        header.attempts,
        header.retries,
        header.inputTokens,
        header.outputTokens,
        header.effectiveConcurrency,
        header.peakInFlight,
        header.activeMs,
        header.firstSentMs,
        header.lastFinishedMs,
        JSON.stringify(header.slotSteps.map((step) => [step.atMs, step.slots])),
        header.interruption ? JSON.stringify(header.interruption) : null,
        header.startedAt,
        header.endedAt,
        runKeyOf(header.runId),
      );
    },
    remove(runId) {
      const key = runKeyOf(runId);
      transact(db, () => {
        for (const table of ['run_tasks', 'attempts', 'results', 'edits']) db.prepare(`DELETE FROM ${table} WHERE run_key = ?`).run(key);
        db.prepare('DELETE FROM runs WHERE key = ?').run(key);
      });
    },
  };
}

function headerOf(row: Record<string, unknown>): RunHeader {
  const total = Number(row['total']);
  const completed = Number(row['completed']);
  const failed = Number(row['failed']);
  const cancelled = Number(row['cancelled']);
  const steps = JSON.parse(String(row['slot_steps'])) as [number, number][];
  return {
    runId: runIdOf(Number(row['key'])),
    batchId: batchIdOf(Number(row['batch_key'])),
    batchName: String(row['batch_name']),
    status: String(row['status']) as RunStatus,
    stopReason: textOrNull(row['stop_reason']) as StopReason | null,
    stopMessage: textOrNull(row['stop_message']),
    settings: JSON.parse(String(row['settings'])) as RunSettings,
    total,
    queued: total - completed - failed - cancelled,
    running: 0,
    completed,
    failed,
    cancelled,
    attempts: Number(row['attempts']),
    retries: Number(row['retries']),
    inputTokens: sumOf(row['input_tokens']),
    outputTokens: sumOf(row['output_tokens']),
    effectiveConcurrency: Number(row['concurrency']),
    peakInFlight: Number(row['peak_in_flight']),
    limitedBy: 'nothing',
    trouble: null,
    activeMs: Number(row['active_ms']),
    firstSentMs: numberOrNull(row['first_sent_ms']),
    lastFinishedMs: numberOrNull(row['last_finished_ms']),
    interruption: typeof row['interruption'] === 'string' ? (JSON.parse(row['interruption']) as RunInterruption) : null,
    slotSteps: steps.map(([atMs, slots]): SlotStep => ({ atMs, slots })),
    createdAt: String(row['created_at']),
    startedAt: textOrNull(row['started_at']),
    endedAt: textOrNull(row['ended_at']),
  };
}

/** Nearest sum that a header may carry. */
function sumOf(value: unknown): number {
  return Math.min(Math.max(Number(value), 0), Number.MAX_SAFE_INTEGER);
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
