import type { Command } from 'commander';

import type { FailureGroup } from '../../../shared/contract/commands.ts';
import { formatCounted } from '../../../shared/format/format.ts';
import type { FailureClass, RunHeader } from '../../../shared/vocabulary.ts';
import type { Tasklane } from '../../api/types.ts';
import type { CommandContext } from '../context.ts';
import { escapeForTerminal, jsonLine } from '../escape.ts';
import { groupsOfClasses } from '../failure-selection.ts';
import { failuresText, type NamedGroup } from '../failure-text.ts';
import { addDataOptions, repeated, repeatedOf, type DataOptions } from '../options.ts';
import { checkOuts, type Out } from '../outs.ts';
import { findRun } from '../run-selection.ts';
import { withTasklane } from '../session.ts';
import * as values from '../values.ts';

interface FailuresOptions extends DataOptions {
  readonly class?: readonly FailureClass[];
  readonly out?: readonly string[];
}

const EXAMPLES = `
Examples:
  tasklane failures
  tasklane failures r12 --class timeout --json
  tasklane failures r12 --out dead-letters.jsonl

A .jsonl file holds each failed task with its prompt, its settings and every attempt; a .csv file has the columns of
\`tasklane export\`. Failed tasks stay until the run is removed; \`tasklane retry\` sends them again.`;

/** `tasklane failures [RUN]` */
export function addFailuresCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('failures')
    .description('what went wrong in a run, grouped, and what to do about it')
    .argument('[run]', 'run such as r12, or "latest" (default: the newest one with failures)')
    .addOption(repeatedOf('--class <class>', 'only failures of this class; may be repeated', values.failureClass))
    .addOption(repeated('--out <file>', 'write the failed tasks to this .jsonl or .csv file; may be repeated'));
  addDataOptions(command).addHelpText('after', EXAMPLES);
  command.action((name: string | undefined, options: FailuresOptions) => showFailures(name, options, context));
}

async function showFailures(name: string | undefined, options: FailuresOptions, { io }: CommandContext): Promise<void> {
  const outs = await checkOuts(options.out ?? [], io.cwd, []);
  await withTasklane(io, options, 'read', async (tasklane) => {
    const run = name === undefined ? await newestWithFailures(tasklane) : await findRun(tasklane, name);
    const groups = run === null ? [] : await namedGroups(tasklane, run, options.class);
    if (run !== null) await writeFailures(tasklane, run, groups, outs, (text) => io.stderr(text));
    if (options.json === true) io.stdout(jsonLine({ runId: run?.runId ?? null, groups: groups.map(groupRecord) }));
    else if (run === null) io.stderr('No run here has a failed task.\n');
    else if (groups.length === 0) io.stderr(`Run ${run.runId} has no failed task.\n`);
    else io.stdout(failuresText(run, groups, options));
  });
}

async function newestWithFailures(tasklane: Tasklane): Promise<RunHeader | null> {
  return (await tasklane.call('run.list', {})).find((run) => run.failed > 0) ?? null;
}

async function namedGroups(tasklane: Tasklane, run: RunHeader, classes: readonly FailureClass[] | undefined): Promise<readonly NamedGroup[]> {
  const groups = groupsOfClasses(run, await tasklane.call('failure.groups', { runId: run.runId }), classes);
  const ids = new Map((await tasklane.redrivable(run.runId)).map(({ index, customId }) => [index, customId]));
  // While another program goes on with the run, a task may have left the failures since.
  return groups.map((group) => ({ ...group, taskIds: [...group.indices].flatMap((index) => ids.get(index) ?? []) }));
}

function groupRecord({ class: failureClass, httpStatus, code, message, indices, example, taskIds, lastAt }: NamedGroup): object {
  return { class: failureClass, code, message, count: indices.length, example: example.message, taskIds, httpStatus, lastAt, exampleTaskId: example.customId };
}

async function writeFailures(tasklane: Tasklane, { runId }: RunHeader, groups: readonly FailureGroup[], outs: readonly Out[], say: (text: string) => void): Promise<void> {
  const indices = groups.flatMap((group) => [...group.indices]);
  for (const { path, format } of outs) {
    const { targetId } = tasklane.addTarget(path);
    const { rows } = format === 'jsonl' ? await tasklane.call('export.failures', { runId, targetId, indices }) : await tasklane.call('export.results', { runId, targetId, format, indices });
    say(`Wrote ${formatCounted(rows, 'failed task')} to ${escapeForTerminal(path)}\n`);
  }
}
