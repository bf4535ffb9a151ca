import type { Command } from 'commander';

import { TasklaneError } from '../../../shared/errors.ts';
import { formatCount, formatCounted } from '../../../shared/format/format.ts';
import type { RunHeader, TaskEdit } from '../../../shared/vocabulary.ts';
import type { Tasklane } from '../../api/types.ts';
import type { CommandContext } from '../context.ts';
import { escapeForTerminal } from '../escape.ts';
import { exitCodeOfRun } from '../exit-code.ts';
import { addSelectionOptions, selectTasks, type Selection, type SelectionOptions } from '../failure-selection.ts';
import { finishRun, printSummary, reportOuts } from '../finish.ts';
import { followRun } from '../follow.ts';
import { readTemplate } from '../inputs.ts';
import { chooseKey } from '../key-rule.ts';
import { addDataOptions, addOptionsNotBuiltYet, commandLine, repeated, resumeCommand, RUN_OPTIONS_NOT_BUILT_YET, single, type DataOptions } from '../options.ts';
import { checkOuts } from '../outs.ts';
import { findRun } from '../run-selection.ts';
import { withTasklane } from '../session.ts';
import * as values from '../values.ts';
import { announceRun } from './run.ts';

interface RetryOptions extends SelectionOptions, DataOptions {
  readonly prompt?: string;
  readonly template?: string;
  readonly templateFile?: string;
  readonly system?: string;
  readonly model?: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
  /** From `--timeout SECONDS`, in ms. */
  readonly timeout?: number;
  readonly concurrency?: number;
  readonly apiKeyEnv?: string;
  readonly out?: readonly string[];
}

const EXAMPLES = `
Examples:
  tasklane retry r12
  tasklane retry r12 --class rate_limit --concurrency 2 --out answers.csv
  tasklane retry r12 --class context_length --model a-model-with-more-context
  tasklane retry r12 --task t17 --prompt 'Sum up the first chapter in one line.'

What is changed counts for the tasks that are sent again, and is kept with each attempt; all earlier attempts stay
visible. Prompts that were too long are left out unless something is changed or they are named. Exit codes: as run.`;

/** `tasklane retry RUN` */
export function addRetryCommand(program: Command, context: CommandContext): void {
  const command = program.command('retry').description('send the failed tasks of a run again').argument('<run>', 'run such as r12, or "latest"');
  addSelectionOptions(command)
    .addOption(single('--prompt <text>', 'another prompt, as it is sent; for one task', values.nonEmpty).conflicts(['template', 'templateFile']))
    .addOption(single('--template <text>', 'another prompt with {{column}} placeholders', values.nonEmpty).conflicts('templateFile'))
    .addOption(single('--template-file <file>', 'the same from a file', values.nonEmpty))
    .addOption(single('--system <text>', 'another system prompt, with placeholders too', values.nonEmpty))
    .addOption(single('--model <name>', 'another model of the same provider', values.nonEmpty))
    .addOption(single('--max-tokens <n>', 'longest answer, tokens', values.positiveCount))
    .addOption(single('--temperature <x>', '0 to 2', values.decimalIn(0, 2)))
    .addOption(single('--timeout <seconds>', 'time allowed for one attempt', values.seconds))
    .addOption(single('--concurrency <n>', 'tasks in flight at once from now on, 1 to 1000', values.concurrency))
    .addOption(single('--api-key-env <variable>', 'environment variable that holds the key of the provider', values.variableName))
    .addOption(repeated('--out <file>', 'write the results to this .csv or .jsonl file; may be repeated'));
  addDataOptions(command).addHelpText('after', EXAMPLES);
  addOptionsNotBuiltYet(command, RUN_OPTIONS_NOT_BUILT_YET);
  command.action((name: string, options: RetryOptions) => retry(name, options, context));
}

async function retry(name: string, options: RetryOptions, context: CommandContext): Promise<void> {
  const { io } = context;
  const outs = await checkOuts(options.out ?? [], io.cwd, []);
  const edit = editOf(options, await readTemplate(options, io.cwd));
  await withTasklane(io, options, 'write', async (tasklane, interrupts) => {
    const run = await findRun(tasklane, name);
    const { runId, settings } = run;
    const selection = await selectTasks(tasklane, run, options, true);
    const indices = withoutHopeless(selection, edit);
    if (edit !== null && edit.prompt !== null && indices.length > 1) {
      throw new TasklaneError('usage', `--prompt is for one task, but ${formatCounted(indices.length, 'task')} would be sent.`, 'Name the task with --task ID, or use --template, which is rendered for each task.');
    }
    if (indices.length < selection.indices.length) io.stderr(leftOutText(run, selection.tooLong.length, options));
    if (indices.length === 0) {
      if (!selection.anyFailed) io.stderr(`Run ${runId} has no failed task: there is nothing to send again.\n${run.status === 'paused' ? `\`${resumeCommand(runId, options)}\` goes on with what is left.\n` : ''}`);
      await reportOuts(tasklane, runId, outs, context);
      const summary = await tasklane.call('run.summary', { runId });
      if (options.json === true) await printSummary(tasklane, summary, true, context);
      context.exitWith(exitCodeOfRun(summary));
      return;
    }
    const key = settings.simulated ? null : chooseKey(settings.baseUrl, options.apiKeyEnv ?? null, io.env);
    if (key !== null) tasklane.setKey(settings.baseUrl, key);
    let count = 0;
    const start = async (): Promise<string> => {
      count = await sendAgain(tasklane, run, indices, edit, options.concurrency ?? null);
      return runId;
    };
    const announce = (header: RunHeader): string => `Sending ${formatCounted(count, 'task')} again. ${announceRun(header)}`;
    const followed = await followRun(tasklane, start, { io, interrupts, announce, onInterrupt: { kind: 'pause', resumeCommand: () => resumeCommand(runId, options) } });
    await finishRun(tasklane, followed, outs, options, context);
  });
}

/** A run that had ended goes on by itself; one that stands still is resumed. */
async function sendAgain(tasklane: Tasklane, { runId, status }: RunHeader, indices: readonly number[], edit: TaskEdit | null, concurrency: number | null): Promise<number> {
  const { count } = await tasklane.call('run.retry', { runId, indices, edit, concurrency });
  if (status === 'paused') await tasklane.resumeRun(runId, {});
  return count;
}

function editOf(options: RetryOptions, template: string | null): TaskEdit | null {
  const edit: TaskEdit = {
    prompt: options.prompt ?? null,
    template,
    system: options.system ?? null,
    model: options.model ?? null,
    maxTokens: options.maxTokens ?? null,
    temperature: options.temperature ?? null,
    timeoutMs: options.timeout ?? null,
  };
  return Object.values(edit).every((value) => value === null) ? null : edit;
}

/** A prompt that was too long fails again, unless something changes that decides how much fits. */
function withoutHopeless({ indices, tooLong }: Selection, edit: TaskEdit | null): readonly number[] {
  if (edit !== null && [edit.prompt, edit.template, edit.system, edit.model, edit.maxTokens].some((value) => value !== null)) return indices;
  const hopeless = new Set(tooLong);
  return indices.filter((index) => !hopeless.has(index));
}

function leftOutText({ runId }: RunHeader, count: number, options: DataOptions): string {
  const command = escapeForTerminal(commandLine(`retry ${runId} --class context_length --model MODEL`, options));
  return `Left out ${formatCount(count)} whose prompt is too long: they would fail again as they are. Change something, for example: ${command}\n`;
}
