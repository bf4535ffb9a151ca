import { Command } from 'commander';

import { TasklaneError } from '../../shared/errors.ts';
import { addExportCommand } from './commands/export.ts';
import { addFailuresCommand } from './commands/failures.ts';
import { addMeasureCommand } from './commands/measure.ts';
import { addProjectCommand } from './commands/project.ts';
import { addResumeCommand } from './commands/resume.ts';
import { addRetryCommand } from './commands/retry.ts';
import { addRunCommand } from './commands/run.ts';
import { addRunsCommand } from './commands/runs.ts';
import { addServeCommand } from './commands/serve.ts';
import { addShowCommand } from './commands/show.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { addSkipCommand } from './commands/skip.ts';
import type { CommandContext } from './context.ts';
import { programVersion } from './version.ts';

/** Commands of the terminal contract that later versions will have: refused by name, not taken for typos. */
const COMMANDS_NOT_BUILT_YET = ['doctor'] as const;

const EXAMPLES = `
Examples:
  tasklane run questions.csv --out answers.csv
  tasklane measure questions.csv --concurrency 1,3,5 --repeats 3
  tasklane serve

Each command explains itself: tasklane run --help`;

/** The command line of Tasklane. Parsing throws instead of ending the process. */
export function buildProgram(context: CommandContext): Command {
  const { io } = context;
  const program = new Command('tasklane')
    .description('Batches of LLM tasks: run them in parallel, see where the time went, export everything.')
    .version(programVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'explain the command')
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    // Errors are thrown and printed once, by runCli.
    .configureOutput({ writeOut: (text) => io.stdout(text), writeErr: () => undefined, getOutHelpWidth: () => 100, getErrHelpWidth: () => 100 });

  addRunCommand(program, context);
  addResumeCommand(program, context);
  addFailuresCommand(program, context);
  addRetryCommand(program, context);
  addSkipCommand(program, context);
  addMeasureCommand(program, context);
  addProjectCommand(program, context);
  addRunsCommand(program, context);
  addShowCommand(program, context);
  addExportCommand(program, context);
  addServeCommand(program, context);
  addSimulateCommand(program, context);
  for (const name of COMMANDS_NOT_BUILT_YET) addCommandNotBuiltYet(program, name);
  return program;
}

function addCommandNotBuiltYet(program: Command, name: string): void {
  program
    .command(name, { hidden: true })
    .argument('[rest...]')
    .allowUnknownOption()
    .helpOption(false)
    .action(() => {
      throw new TasklaneError('unsupported', `The command ${name} is not built yet.`, 'See `tasklane --help` for those that are.');
    });
}
