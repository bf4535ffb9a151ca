import type { Command } from 'commander';

import type { CommandContext } from '../context.ts';
import { finishRun } from '../finish.ts';
import { followRun } from '../follow.ts';
import { chooseKey } from '../key-rule.ts';
import { addDataOptions, addOptionsNotBuiltYet, repeated, resumeCommand, RUN_OPTIONS_NOT_BUILT_YET, single, type DataOptions } from '../options.ts';
import { checkOuts } from '../outs.ts';
import { findResumable } from '../run-selection.ts';
import { withTasklane } from '../session.ts';
import { interruptionLine } from '../summary-text.ts';
import * as values from '../values.ts';
import { announceRun } from './run.ts';

interface ResumeOptions extends DataOptions {
  readonly apiKeyEnv?: string;
  readonly concurrency?: number;
  readonly out?: readonly string[];
}

const EXAMPLES = `
Examples:
  tasklane resume
  tasklane resume r12 --concurrency 2 --out answers.csv
  tasklane resume r12 --api-key-env MY_KEY

Tasks that are done are never sent again. A run goes on with the settings it began with; failed tasks stay failed until
\`tasklane retry\` sends them again.`;

/** `tasklane resume [RUN]` */
export function addResumeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('resume')
    .description('go on with a run that was paused, stopped or interrupted')
    .argument('[run]', 'run such as r12 (default: the newest one that stands still)')
    .addOption(single('--api-key-env <variable>', 'environment variable that holds the key of the provider', values.variableName))
    .addOption(single('--concurrency <n>', 'tasks in flight at once from now on, 1 to 1000', values.concurrency))
    .addOption(repeated('--out <file>', 'write the results to this .csv or .jsonl file; may be repeated'));
  addDataOptions(command).addHelpText('after', EXAMPLES);
  addOptionsNotBuiltYet(command, RUN_OPTIONS_NOT_BUILT_YET);
  command.action((name: string | undefined, options: ResumeOptions) => resume(name, options, context));
}

async function resume(name: string | undefined, options: ResumeOptions, context: CommandContext): Promise<void> {
  const { io } = context;
  const outs = await checkOuts(options.out ?? [], io.cwd, []);
  await withTasklane(io, options, 'write', async (tasklane, interrupts) => {
    const run = await findResumable(tasklane, name);
    const { runId, settings } = run;
    if (run.stopReason === 'interrupted') io.stderr(`${interruptionLine(run)}\n`);
    const key = settings.simulated ? null : chooseKey(settings.baseUrl, options.apiKeyEnv ?? null, io.env);
    if (key !== null) tasklane.setKey(settings.baseUrl, key);
    const start = async (): Promise<string> => {
      await tasklane.resumeRun(runId, options.concurrency === undefined ? {} : { concurrency: options.concurrency });
      return runId;
    };
    const followed = await followRun(tasklane, start, { io, interrupts, announce: announceRun, onInterrupt: { kind: 'pause', resumeCommand: (runId) => resumeCommand(runId, options) } });
    await finishRun(tasklane, followed, outs, options, context);
  });
}
