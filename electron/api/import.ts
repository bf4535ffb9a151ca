import type { BadRow, BatchDraft, CommandInput, CommandOutput, Vars } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { suggestTemplate } from '../../shared/template/template.ts';
import { readRows } from '../files/read-rows.ts';
import type { NewTask } from '../store/batches.ts';
import type { Store } from '../store/open.ts';
import type { Source } from './places.ts';

const NAMED_BAD_ROWS = 5;

/**
 * Reads sources into a new batch, streaming. The batch becomes visible only once all of it is stored. Throws
 * `row_invalid`, naming the first bad rows, unless they are accepted; `empty_input` when no row is left.
 */
export async function importBatch(store: Store, sources: readonly Source[], input: CommandInput<'batch.create'>, draft: BatchDraft, createdAt: string): Promise<CommandOutput<'batch.create'>> {
  const { batches } = store;
  const batchId = batches.begin({ name: input.name ?? batchName(sources), createdAt, files: sources.map(({ name }) => name), columns: [], draft });
  const columns = new Set<string>();
  const bad: BadRow[] = [];
  let badCount = 0;
  let taskCount = 0;
  try {
    for (const source of sources) {
      for await (const chunk of readRows(source.path, source.name, input.options)) {
        badCount += chunk.bad.length;
        bad.push(...chunk.bad.slice(0, NAMED_BAD_ROWS - bad.length));
        for (const { vars } of chunk.rows) for (const column of Object.keys(vars)) columns.add(column);
        batches.append(batchId, taskCount, chunk.rows.map(({ vars }, offset) => newTask(vars, input.idColumn, taskCount + offset)));
        taskCount += chunk.rows.length;
      }
    }
    if (badCount > 0 && !input.acceptBadRows) throw badRowsError(bad, badCount, taskCount);
    if (taskCount === 0) throw new TasklaneError('empty_input', `${sources.map(({ name }) => name).join(', ')} holds no rows.`, 'Choose a file with at least one row below its column names.');
    batches.finishImport(batchId, taskCount, [...columns]);
    batches.update(batchId, { draft: { ...draft, template: input.template ?? suggestTemplate([...columns]) } });
  } catch (error) {
    batches.remove(batchId);
    throw error;
  }
  return { batchId, taskCount, skippedCount: badCount };
}

function newTask(vars: Vars, idColumn: string | null, position: number): NewTask {
  const named = idColumn !== null && Object.hasOwn(vars, idColumn) ? (vars[idColumn] ?? '').trim() : '';
  return { customId: named === '' ? `task-${position + 1}` : named, vars };
}

function batchName(sources: readonly Source[]): string {
  const [first, ...others] = sources.map(({ name }) => name.replace(/\.[A-Za-z0-9]{1,8}$/, ''));
  return others.length === 0 ? (first ?? 'Batch') : `${first} + ${others.length} more`;
}

function badRowsError(bad: readonly BadRow[], badCount: number, goodCount: number): TasklaneError {
  const named = bad.map(({ file, line, reason }) => `${file} line ${line}: ${reason}`).join('; ');
  const more = badCount > bad.length ? `; and ${badCount - bad.length} more` : '';
  return new TasklaneError('row_invalid', `${badCount} of ${badCount + goodCount} rows can't be read: ${named}${more}.`, 'Mend these lines, or import without them.');
}
