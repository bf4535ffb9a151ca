import { formatCounted } from '../../shared/format/format.ts';
import { FAILURE_CLASSES, TASK_STATUSES, type RunHeader } from '../../shared/vocabulary.ts';
import type { RunSummary } from '../../shared/contract/summary.ts';
import type { Tasklane } from '../api/types.ts';
import { escapeForTerminal } from './escape.ts';

const EXAMPLES_MAX = 3;
const MESSAGE_CHARACTERS_MAX = 160;
const FAILED = TASK_STATUSES.indexOf('failed');

function shortened(text: string): string {
  return text.length <= MESSAGE_CHARACTERS_MAX ? text : `${text.slice(0, MESSAGE_CHARACTERS_MAX)}…`;
}

/** The first failed tasks with what the provider said, one line each; '' when none failed. */
export async function failureExamples(tasklane: Tasklane, { runId, failed }: Pick<RunSummary, 'runId' | 'failed'>): Promise<string> {
  if (failed === 0) return '';
  const { run, tasks } = await tasklane.call('run.snapshot', { runId });
  const rows = [...tasks.index.keys()].filter((row) => tasks.status[row] === FAILED).sort((left, right) => (tasks.index[left] ?? 0) - (tasks.index[right] ?? 0));
  const indices = rows.slice(0, EXAMPLES_MAX).map((row) => tasks.index[row] ?? 0);
  const classes = new Map(rows.map((row) => [tasks.index[row] ?? 0, FAILURE_CLASSES[(tasks.failure[row] ?? 0) - 1]]));
  const lines = await exampleLines(tasklane, run, indices, classes);
  const more = rows.length - indices.length;
  return `\n${lines.join('')}${more > 0 ? `and ${formatCounted(more, 'more failed task')}; \`tasklane failures ${runId}\` lists them all\n` : ''}`;
}

async function exampleLines(tasklane: Tasklane, run: RunHeader, indices: readonly number[], classes: ReadonlyMap<number, string | undefined>): Promise<readonly string[]> {
  const digests = await tasklane.call('task.digests', { batchId: run.batchId, runId: run.runId, indices });
  return digests.map(({ index, customId, error }) => `Failed: ${escapeForTerminal(customId)} (${classes.get(index) ?? 'unknown'}): ${escapeForTerminal(shortened(error))}\n`);
}
