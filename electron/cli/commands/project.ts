import type { Command } from 'commander';

import type { RunSnapshot } from '../../../shared/contract/commands.ts';
import { TasklaneError } from '../../../shared/errors.ts';
import { formatCounted } from '../../../shared/format/format.ts';
import type { RunHeader } from '../../../shared/vocabulary.ts';
import type { Tasklane } from '../../api/types.ts';
import type { CommandContext } from '../context.ts';
import { escapeForTerminal, jsonLine } from '../escape.ts';
import { addDataOptions, single, type DataOptions } from '../options.ts';
import { projectionOf, type RunProjection } from '../project-run.ts';
import { projectionTable } from '../projection-text.ts';
import { findRun } from '../run-selection.ts';
import { withTasklane } from '../session.ts';
import * as values from '../values.ts';

interface ProjectOptions extends DataOptions {
  readonly concurrency?: readonly number[];
}

const DEFAULT_CONCURRENCIES = [1, 2, 3, 5, 10];
/** Runs of the same tasks that are looked at besides, newest first. */
const SIBLINGS_MAX = 20;

const EXAMPLES = `
Examples:
  tasklane project r12
  tasklane project latest --concurrency 1,2,3,5,10,20 --json`;

/** `tasklane project RUN` */
export function addProjectCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('project')
    .description('what other concurrencies would have given a run')
    .argument('<run>', 'run such as r12, or "latest"')
    .addOption(single('--concurrency <list>', `numbers of tasks in flight (default: ${DEFAULT_CONCURRENCIES.join(',')})`, values.concurrencyList));
  addDataOptions(command).addHelpText('after', EXAMPLES);
  command.action((name: string, options: ProjectOptions) => project(name, options, context));
}

async function project(name: string, options: ProjectOptions, { io }: CommandContext): Promise<void> {
  await withTasklane(io, options, 'read', async (tasklane) => {
    const run = await findRun(tasklane, name);
    const snapshot = await tasklane.call('run.snapshot', { runId: run.runId });
    const result = projectionOf(snapshot, await siblingsOf(tasklane, run), options.concurrency ?? DEFAULT_CONCURRENCIES);
    if (result.taskCount === 0) throw new TasklaneError('run_state', `Run ${run.runId} has no finished task to project from.`, 'Run it first.');
    io.stdout(options.json === true ? jsonLine(result) : projectionText(result));
  });
}

function isSibling(run: RunHeader, other: RunHeader): boolean {
  const settings = JSON.stringify({ ...run.settings, concurrency: 1 });
  return other.batchId === run.batchId && other.runId !== run.runId && other.status === 'completed' && JSON.stringify({ ...other.settings, concurrency: 1 }) === settings;
}

async function siblingsOf(tasklane: Tasklane, run: RunHeader): Promise<readonly RunSnapshot[]> {
  const others = (await tasklane.call('run.list', {})).filter((other) => isSibling(run, other)).slice(0, SIBLINGS_MAX);
  return Promise.all(others.map(({ runId }) => tasklane.call('run.snapshot', { runId })));
}

function projectionText(result: RunProjection): string {
  const slowdown = result.slowdown === null ? 'Slowdown under load cannot be told from runs at one concurrency and is left out; `tasklane measure` finds it.' : 'The slowdown under load is fitted from runs at several concurrencies.';
  return `Run ${result.runId}, ${escapeForTerminal(result.batch)}: ${formatCounted(result.taskCount, 'task')}, measured at up to ${result.observedConcurrency} in flight${result.simulated ? ' (simulated provider)' : ''}\n\n${projectionTable(result.projection)}\n${slowdown}\n`;
}
