import type { Command } from 'commander';

import { formatCounted } from '../../../shared/format/format.ts';
import { DEFAULTS, type RunHeader } from '../../../shared/vocabulary.ts';
import type { CommandContext } from '../context.ts';
import { escapeForTerminal } from '../escape.ts';
import { finishRun } from '../finish.ts';
import { followRun } from '../follow.ts';
import { checkInputs, readTemplate } from '../inputs.ts';
import { addDataOptions, addOptionsNotBuiltYet, addTaskOptions, repeated, resumeCommand, RUN_OPTIONS_NOT_BUILT_YET, single, type TaskOptions } from '../options.ts';
import { checkOuts } from '../outs.ts';
import { withTasklane } from '../session.ts';
import { prepareTasks } from '../settings.ts';
import * as values from '../values.ts';

interface RunOptions extends TaskOptions {
  readonly concurrency?: number;
  readonly out?: readonly string[];
}

const EXAMPLES = `
Examples:
  tasklane run questions.csv --out answers.csv
  tasklane run reviews.csv --template 'Sum up in one line: {{review}}' --concurrency 8 --out out.jsonl
  tasklane run tasks.jsonl --base-url https://api.openai.com/v1 --api-key-env MY_KEY --model gpt-5-mini
  tasklane run prompts.txt --limit 3 --json

Without a provider the tasks go to OPENAI_BASE_URL or OPENAI_API_KEY's endpoint where these are set, and to the
built-in simulated provider otherwise. Without a template the column "prompt" is sent, else the only column.
Exit codes: 0 all completed, 1 some failed, 2 wrong usage or input, 3 stopped, 70 internal error, 130 interrupted.`;

/** One line on what was just started or goes on. */
export function announceRun(run: RunHeader): string {
  const { settings } = run;
  const where = settings.simulated ? 'the simulated provider' : escapeForTerminal(settings.providerName);
  return `Run ${run.runId}: ${formatCounted(run.total, 'task')}, model ${escapeForTerminal(settings.model)} at ${where}, ${settings.concurrency} at once`;
}

/** `tasklane run FILE...` */
export function addRunCommand(program: Command, context: CommandContext): void {
  const command = program.command('run').description('run every row of the files as a task and write the answers').argument('<file...>', 'CSV, TSV, JSONL or text');
  addTaskOptions(command)
    .addOption(single('--concurrency <n>', `tasks in flight at once, 1 to 1000 (default: ${DEFAULTS.concurrency})`, values.concurrency))
    .addOption(repeated('--out <file>', 'write the results to this .csv or .jsonl file; may be repeated'));
  addDataOptions(command).addHelpText('after', EXAMPLES);
  addOptionsNotBuiltYet(command, RUN_OPTIONS_NOT_BUILT_YET);
  command.action((names: readonly string[], options: RunOptions) => run(names, options, context));
}

async function run(names: readonly string[], options: RunOptions, context: CommandContext): Promise<void> {
  const { io } = context;
  const files = await checkInputs(names, io.cwd);
  const outs = await checkOuts(options.out ?? [], io.cwd, files);
  const template = await readTemplate(options, io.cwd);
  await withTasklane(io, options, 'write', async (tasklane, interrupts) => {
    const concurrency = options.concurrency ?? DEFAULTS.concurrency;
    const tasks = await interrupts.orInterrupted(prepareTasks(tasklane, { files, options, concurrency, template }, io));
    const batchId = await interrupts.orInterrupted(tasks.createBatch(null));
    const start = (): Promise<string> => tasklane.startRun(batchId, tasks.settings, options.limit ?? null);
    const followed = await followRun(tasklane, start, { io, interrupts, announce: announceRun, onInterrupt: { kind: 'pause', resumeCommand: (runId) => resumeCommand(runId, options) } });
    await finishRun(tasklane, followed, outs, options, context);
  });
}
