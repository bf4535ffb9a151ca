import { CommanderError, type Command } from 'commander';

import { TasklaneError, toErrorInfo, type ErrorInfo } from '../../shared/errors.ts';
import { escapeLines, jsonLine } from './escape.ts';
import { CommandFailure, EXIT, exitCodeOfError, type ExitCode } from './exit-code.ts';
import { Interrupted } from './interrupts.ts';
import type { CliIo } from './io.ts';
import { buildProgram } from './program.ts';

/**
 * Runs one command line and returns its exit code; never throws and never ends the process itself.
 * @param argv what the user typed after the program's name.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = buildProgram({
    io,
    exitWith: (code) => {
      exitCode = code;
    },
  });
  try {
    if (argv.length === 0) {
      io.stderr(program.helpInformation());
      throw new TasklaneError('usage', 'A command is needed.', 'Try `tasklane run FILE`, or `tasklane --help`.');
    }
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (thrown) {
    return report(thrown, wantsJson(argv), helpCommandFor(argv, program), io);
  }
}

/** Known without parsing, because parsing itself may fail. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}

/** The help that fits what was typed: the command's own where there is such a command. */
function helpCommandFor([name = '']: readonly string[], program: Command): string {
  return program.commands.some((command) => command.name() === name) ? `tasklane ${name} --help` : 'tasklane --help';
}

function report(thrown: unknown, json: boolean, helpCommand: string, io: CliIo): number {
  // Help and version end parsing by throwing as well; they were printed already.
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.ok;
  const { error, exitCode } = failureOf(thrown, helpCommand);
  io.stderr(`tasklane: ${escapeLines(error.message)}\n${error.hint === '' ? '' : `${escapeLines(error.hint)}\n`}`);
  const isAnswered = thrown instanceof CommandFailure && thrown.isAnswered;
  if (json && !isAnswered) io.stdout(jsonLine({ error: { code: error.code, message: error.message, hint: error.hint } }));
  return exitCode;
}

function failureOf(thrown: unknown, helpCommand: string): { readonly error: ErrorInfo; readonly exitCode: ExitCode } {
  if (thrown instanceof CommandFailure) return { error: thrown.error, exitCode: thrown.exitCode };
  if (thrown instanceof Interrupted) return { error: { code: 'run_state', message: 'Interrupted before anything was sent.', hint: '' }, exitCode: EXIT.interrupted };
  const error = thrown instanceof CommanderError ? usageError(thrown, helpCommand) : toErrorInfo(thrown);
  return { error, exitCode: exitCodeOfError(error.code) };
}

function usageError(thrown: CommanderError, helpCommand: string): ErrorInfo {
  const [message = '', ...suggestion] = thrown.message.replace(/^error: /, '').split('\n');
  return { code: 'usage', message, hint: suggestion.length > 0 ? suggestion.join(' ').replace(/^\(|\)$/g, '') : `See \`${helpCommand}\`.` };
}
