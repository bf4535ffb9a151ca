import type { Vars } from '../../../shared/contract/commands.ts';
import type { FailureClass, TaskStatus } from '../../../shared/vocabulary.ts';

/** One task's result, as it goes to a file. Durations in ms; null = unknown or not there. */
export interface ResultRow {
  readonly customId: string;
  readonly status: TaskStatus;
  readonly output: string | null;
  readonly errorClass: FailureClass | null;
  readonly error: string | null;
  /** Attempts made, rate-limited ones included. */
  readonly attempts: number;
  /** Wall clock of the first send, ISO 8601 UTC. */
  readonly startedAt: string | null;
  readonly queueMs: number | null;
  readonly ttftMs: number | null;
  /** The final attempt's own. */
  readonly serviceMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costUsd: number | null;
  readonly model: string | null;
  readonly finishReason: string | null;
  readonly vars: Vars;
}

type Cell = string | number | null;

/** Columns of every result file, in this order; scripts depend on it. */
const FIELDS = [
  ['custom_id', (row) => row.customId],
  ['status', (row) => row.status],
  ['output', (row) => row.output],
  ['error_class', (row) => row.errorClass],
  ['error', (row) => row.error],
  ['attempts', (row) => row.attempts],
  ['started_at', (row) => row.startedAt],
  ['queue_ms', (row) => wholeMs(row.queueMs)],
  ['ttft_ms', (row) => wholeMs(row.ttftMs)],
  ['service_ms', (row) => wholeMs(row.serviceMs)],
  ['input_tokens', (row) => row.inputTokens],
  ['output_tokens', (row) => row.outputTokens],
  ['cost_usd', (row) => row.costUsd],
  ['model', (row) => row.model],
  ['finish_reason', (row) => row.finishReason],
] as const satisfies readonly (readonly [name: string, value: (row: ResultRow) => Cell])[];

export const RESULT_COLUMNS: readonly string[] = FIELDS.map(([name]) => name);

/** The values of RESULT_COLUMNS, in their order. */
export function resultCells(row: ResultRow): readonly Cell[] {
  return FIELDS.map(([, value]) => value(row));
}

/** NaN stands for "not yet" elsewhere and is nothing here. */
function wholeMs(ms: number | null): number | null {
  return ms === null || Number.isNaN(ms) ? null : Math.round(ms);
}
