import type { Command } from 'commander';

import { formatCounted } from '../../../shared/format/format.ts';
import type { CommandContext } from '../context.ts';
import { jsonLine } from '../escape.ts';
import { addSelectionOptions, selectTasks, type SelectionOptions } from '../failure-selection.ts';
import { addDataOptions, type DataOptions } from '../options.ts';
import { findRun } from '../run-selection.ts';
import { withTasklane } from '../session.ts';

const EXAMPLES = `
Examples:
  tasklane skip r12 --class context_length
  tasklane skip r12 --task t17 --task t18

What was tried stays on record, and \`tasklane retry RUN --task ID\` brings a task back.`;

/** `tasklane skip RUN` */
export function addSkipCommand(program: Command, context: CommandContext): void {
  const command = program.command('skip').description('give failed tasks of a run up: they become cancelled').argument('<run>', 'run such as r12, or "latest"');
  addSelectionOptions(command);
  addDataOptions(command).addHelpText('after', EXAMPLES);
  command.action((name: string, options: SelectionOptions & DataOptions) => skip(name, options, context));
}

async function skip(name: string, options: SelectionOptions & DataOptions, { io }: CommandContext): Promise<void> {
  await withTasklane(io, options, 'write', async (tasklane) => {
    const run = await findRun(tasklane, name);
    const { indices } = await selectTasks(tasklane, run, options, false);
    const { count } = await tasklane.call('run.skip', { runId: run.runId, indices });
    if (options.json === true) io.stdout(jsonLine({ count }));
    else io.stdout(count === 0 ? `Run ${run.runId} has no failed task to skip.\n` : `Skipped ${formatCounted(count, 'failed task')} of run ${run.runId}; the history is kept.\n`);
  });
}
