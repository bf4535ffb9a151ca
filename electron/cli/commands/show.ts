import type { Command } from 'commander';

import type { CommandContext } from '../context.ts';
import { printSummary } from '../finish.ts';
import { addDataOptions, type DataOptions } from '../options.ts';
import { findRun } from '../run-selection.ts';
import { withTasklane } from '../session.ts';

const EXAMPLES = `
Examples:
  tasklane show r12
  tasklane show latest --json`;

/** `tasklane show RUN` */
export function addShowCommand(program: Command, context: CommandContext): void {
  const command = program.command('show').description('the summary of a run').argument('<run>', 'run such as r12, or "latest"');
  addDataOptions(command).addHelpText('after', EXAMPLES);
  command.action((name: string, options: DataOptions) =>
    withTasklane(context.io, options, 'read', async (tasklane) => {
      const run = await findRun(tasklane, name);
      await printSummary(tasklane, await tasklane.call('run.summary', { runId: run.runId }), options.json === true, context, run);
    }),
  );
}
