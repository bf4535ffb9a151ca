import { TasklaneError } from '../../shared/errors.ts';
import type { CommandInput } from '../../shared/contract/commands.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import { writeResults } from '../files/write-results.ts';
import type { ResultRow } from '../files/writers/result-row.ts';
import { writeFileAtomic } from '../files/writers/write-atomic.ts';
import type { ResultRecord } from '../store/results.ts';
import type { Store } from '../store/open.ts';

const PAGE = 500;

/** Writes a run's tasks in input order, streaming from the store; `indices` null means all. */
export function exportResults(store: Store, run: RunHeader, filePath: string, format: CommandInput<'export.results'>['format'], indices: readonly number[] | null): Promise<{ readonly rows: number; readonly sizeBytes: number }> {
  store.journal.tryFlush();
  const { columns } = store.batches.get(run.batchId);
  return writeResults({ path: filePath, format, columns, rows: resultRows(store, run, indices === null ? null : new Set(indices)) });
}

function* resultRows(store: Store, run: RunHeader, wanted: ReadonlySet<number> | null): Generator<ResultRow> {
  let after = -1;
  for (;;) {
    const page = store.results.page(run, after, PAGE);
    for (const record of page) if (wanted === null || wanted.has(record.index)) yield resultRow(record);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.index;
  }
}

/** What came of a failed task's answer stays out of `output`, so that no half answer passes for a whole one. */
function resultRow(record: ResultRecord): ResultRow {
  const { customId, status, output, failure, attempts, startedAt, queueWaitMs, timeToFirstTokenMs, serviceMs, inputTokens, outputTokens, model, finishReason, vars } = record;
  const completed = status === 'completed';
  const reason = status === 'failed' ? failure : null;
  return {
    customId,
    status,
    output: completed ? output : null,
    errorClass: reason?.class ?? null,
    error: reason?.message ?? null,
    attempts,
    startedAt,
    queueMs: queueWaitMs,
    ttftMs: timeToFirstTokenMs,
    serviceMs,
    inputTokens,
    outputTokens,
    costUsd: null,
    model,
    finishReason,
    vars,
  };
}

/** Writes a chart that the page drew. Throws `command_invalid` for text that is not base64. */
export async function exportChart(filePath: string, { encoding, data }: Pick<CommandInput<'export.chart'>, 'encoding' | 'data'>): Promise<{ readonly sizeBytes: number }> {
  if (encoding === 'utf8') return writeFileAtomic(filePath, data);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data)) throw new TasklaneError('command_invalid', 'Expected the chart as base64, got other text.');
  return writeFileAtomic(filePath, Buffer.from(data, 'base64'));
}
