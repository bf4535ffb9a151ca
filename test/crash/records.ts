import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { runIdOf, runKeyOf } from '../../electron/store/ids.ts';
import { STORE_FILE } from '../../electron/store/open.ts';
import type { RunInterruption, RunStatus } from '../../shared/vocabulary.ts';

export interface AttemptRecord {
  readonly number: number;
  /** As in AttemptPatch. */
  readonly outcome: number;
  /** JSON, as stored. */
  readonly failure: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** All that the store holds of one task of a run. */
export interface TaskRecord {
  readonly position: number;
  /** As in TASK_STATUSES; 0 where there is no row. */
  readonly status: number;
  readonly hasRow: boolean;
  readonly attempts: number;
  readonly flags: number;
  /** JSON, as stored. */
  readonly failure: string | null;
  /** Ascending by number. */
  readonly history: readonly AttemptRecord[];
  readonly output: string | null;
  /** JSON of its input, as stored. */
  readonly input: string;
}

export interface RunCounters {
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly attempts: number;
  readonly retries: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A run as it lies on disk after a life has ended. */
export interface RunRecord {
  readonly runId: string;
  readonly status: RunStatus;
  readonly stopReason: string | null;
  readonly total: number;
  readonly counters: RunCounters;
  readonly interruption: RunInterruption | null;
  readonly tasks: readonly TaskRecord[];
}

/** Reads a store beside the program, by SQL alone, and changes nothing. */
export interface StoreReader {
  /** What `PRAGMA integrity_check` says; `ok` when the file is sound. */
  integrity(): string;
  /** Newest first, of runs whose template holds this text. */
  runIdsWith(template: string): readonly string[];
  /** Null when there is no such run (any more). */
  run(runId: string): RunRecord | null;
  close(): void;
}

/** Null when there is no store yet. */
export function readStore(dataDir: string): StoreReader | null {
  const db = openReadOnly(path.join(dataDir, STORE_FILE));
  if (db === null) return null;
  return {
    integrity: () => db.prepare('PRAGMA integrity_check').all().map((row) => String(row['integrity_check'])).join('; '),
    runIdsWith: (template) => db.prepare("SELECT key FROM runs WHERE instr(json_extract(settings, '$.template'), ?) > 0 ORDER BY key DESC").all(template).map((row) => runIdOf(Number(row['key']))),
    run: (runId) => readRun(db, runId),
    close: () => db.close(),
  };
}

/** Null for a store that was never finished: no file, or one without its tables. */
function openReadOnly(file: string): DatabaseSync | null {
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
  } catch (error) {
    const CANTOPEN = 14;
    if (error instanceof Error && 'errcode' in error && error.errcode === CANTOPEN) return null;
    throw error;
  }
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'runs'").get() !== undefined) return db;
  db.close();
  return null;
}

function readRun(db: DatabaseSync, runId: string): RunRecord | null {
  const key = runKeyOf(runId);
  const run = db.prepare('SELECT * FROM runs WHERE key = ?').get(key);
  if (!run) return null;
  const rows = new Map(db.prepare('SELECT position, status, attempts, flags, failure FROM run_tasks WHERE run_key = ?').all(key).map((row) => [Number(row['position']), row]));
  const outputs = new Map(db.prepare('SELECT position, output FROM results WHERE run_key = ?').all(key).map((row) => [Number(row['position']), String(row['output'])]));
  const histories = new Map<number, AttemptRecord[]>();
  for (const row of db.prepare('SELECT position, number, outcome, failure, input_tokens, output_tokens FROM attempts WHERE run_key = ? ORDER BY position, number').all(key)) {
    const position = Number(row['position']);
    const history = histories.get(position) ?? [];
    histories.set(position, history);
    history.push({ number: Number(row['number']), outcome: Number(row['outcome']), failure: text(row['failure']), inputTokens: Number(row['input_tokens'] ?? 0), outputTokens: Number(row['output_tokens'] ?? 0) });
  }
  const tasks = db.prepare('SELECT position, vars FROM tasks WHERE batch_key = ? ORDER BY position').all(Number(run['batch_key'])).map(({ position: at, vars }): TaskRecord => {
    const position = Number(at);
    const row = rows.get(position);
    return {
      position,
      status: Number(row?.['status'] ?? 0),
      hasRow: row !== undefined,
      attempts: Number(row?.['attempts'] ?? 0),
      flags: Number(row?.['flags'] ?? 0),
      failure: text(row?.['failure']),
      history: histories.get(position) ?? [],
      output: outputs.get(position) ?? null,
      input: String(vars),
    };
  });
  return {
    runId,
    status: String(run['status']) as RunStatus,
    stopReason: text(run['stop_reason']),
    total: Number(run['total']),
    counters: {
      completed: Number(run['completed']),
      failed: Number(run['failed']),
      cancelled: Number(run['cancelled']),
      attempts: Number(run['attempts']),
      retries: Number(run['retries']),
      inputTokens: Number(run['input_tokens']),
      outputTokens: Number(run['output_tokens']),
    },
    interruption: typeof run['interruption'] === 'string' ? (JSON.parse(run['interruption']) as RunInterruption) : null,
    tasks,
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
