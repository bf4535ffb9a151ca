import type { Command } from 'commander';

import { formatCount } from '../../../shared/format/format.ts';
import { runStatusLabel, stopReasonLabel } from '../../../shared/format/stop-reason.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';
import type { CommandContext } from '../context.ts';
import { escapeForTerminal, jsonLine } from '../escape.ts';
import { addDataOptions, type DataOptions } from '../options.ts';
import { withTasklane } from '../session.ts';
import { formatTable } from '../table.ts';

const EXAMPLES = `
Examples:
  tasklane runs
  tasklane runs --json`;

/** `tasklane runs` */
export function addRunsCommand(program: Command, context: CommandContext): void {
  const command = program.command('runs').description('list the runs, newest first');
  addDataOptions(command).addHelpText('after', EXAMPLES);
  command.action((options: DataOptions) => listRuns(options, context));
}

async function listRuns(options: DataOptions, { io }: CommandContext): Promise<void> {
  await withTasklane(io, options, 'read', async (tasklane) => {
    const runs = await tasklane.call('run.list', {});
    if (options.json === true) {
      io.stdout(jsonLine({ runs: runs.map(({ runId, batchName, status, total, completed, failed, startedAt }) => ({ runId, batch: batchName, status, total, completed, failed, startedAt })) }));
    } else if (runs.length === 0) {
      io.stderr('There are no runs here yet. Start one with `tasklane run FILE`.\n');
    } else {
      io.stdout(formatTable([['RUN', 'STATUS', 'DONE', 'FAILED', 'CANCELLED', 'TOTAL', 'STARTED', 'BATCH'], ...runs.map(rowOf)], 'llrrrrll'));
    }
  });
}

function rowOf(run: RunHeader): readonly string[] {
  const status = run.stopReason === null ? runStatusLabel(run.status) : `${runStatusLabel(run.status)} (${stopReasonLabel(run.stopReason)})`;
  const started = run.startedAt === null ? '' : `${run.startedAt.slice(0, 16).replace('T', ' ')} UTC`;
  return [run.runId, status, formatCount(run.completed), formatCount(run.failed), formatCount(run.cancelled), formatCount(run.total), started, escapeForTerminal(run.batchName)];
}
