import { InvalidArgumentError, Option, type Command } from 'commander';

import { TasklaneError } from '../../shared/errors.ts';
import { DEFAULTS } from '../../shared/vocabulary.ts';
import { escapeForTerminal } from './escape.ts';
import * as values from './values.ts';

/** Where the store is, and how to answer. */
export interface DataOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** A word of a command line, to be typed as it stands. */
export function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${escapeForTerminal(text).replaceAll("'", String.raw`'\''`)}'`;
}

/** A command to be typed as it stands: the same data folder must be named again. */
export function commandLine(words: string, { dataDir }: DataOptions): string {
  return `tasklane ${words}${dataDir === undefined ? '' : ` --data-dir ${shellWord(dataDir)}`}`;
}

/** How to go on with a run later. */
export function resumeCommand(runId: string, options: DataOptions): string {
  return commandLine(`resume ${runId}`, options);
}

/** What is sent where; shared by `run` and `measure`. Absent means "use the default". */
export interface TaskOptions extends DataOptions {
  readonly template?: string;
  readonly templateFile?: string;
  readonly system?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly baseUrl?: string;
  readonly apiKeyEnv?: string;
  readonly maxAttempts?: number;
  /** From `--timeout SECONDS`, in ms. */
  readonly timeout?: number;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly limit?: number;
  /** False with `--no-stream`. */
  readonly stream: boolean;
  readonly skipBadRows?: boolean;
}

/** An option that may be given once: a second value would silently win over the first. */
export function single<T>(flags: string, description: string, parse: values.ValueParser<T>): Option {
  return new Option(flags, description).argParser((text, previous: T | undefined) => {
    if (previous !== undefined) throw new InvalidArgumentError('It was given twice.');
    return parse(text);
  });
}

/** An option that may be given several times; its values are kept in order. */
export function repeated(flags: string, description: string): Option {
  return repeatedOf(flags, description, values.nonEmpty);
}

/** `repeated` for values that are more than text. */
export function repeatedOf<T>(flags: string, description: string, parse: values.ValueParser<T>): Option {
  return new Option(flags, description).argParser((text, previous: readonly T[] | undefined) => [...(previous ?? []), parse(text)]);
}

export function addDataOptions(command: Command): Command {
  return command
    .addOption(single('--data-dir <dir>', 'folder of the store (default: TASKLANE_DATA_DIR, else your user folder)', values.nonEmpty))
    .option('--json', 'print exactly one JSON object on stdout');
}

export function addTaskOptions(command: Command): Command {
  return command
    .addOption(single('--template <text>', 'prompt with {{column}} placeholders', values.nonEmpty).conflicts('templateFile'))
    .addOption(single('--template-file <file>', 'the same from a file', values.nonEmpty))
    .addOption(single('--system <text>', 'system prompt, with placeholders too', values.nonEmpty))
    .addOption(single('--model <name>', 'model; needed for every provider but the simulated one', values.nonEmpty))
    .addOption(single('--provider <name>', 'a saved provider by name, or "simulated"', values.nonEmpty).conflicts('baseUrl'))
    .addOption(single('--base-url <url>', 'any OpenAI-compatible endpoint, with its version path', values.baseUrl))
    .addOption(single('--api-key-env <variable>', 'environment variable that holds the key for it', values.variableName))
    .addOption(single('--max-attempts <n>', `attempts per task, 1 to 100 (default: ${DEFAULTS.maxAttempts})`, values.integerIn(1, 100)))
    .addOption(single('--timeout <seconds>', `time allowed for one attempt (default: ${DEFAULTS.timeoutMs / 1000})`, values.seconds))
    .addOption(single('--max-tokens <n>', 'longest answer, tokens', values.positiveCount))
    .addOption(single('--temperature <x>', '0 to 2', values.decimalIn(0, 2)))
    .addOption(single('--limit <n>', 'only the first n tasks', values.positiveCount))
    .option('--no-stream', 'ask for each answer in one piece')
    .option('--skip-bad-rows', 'go on without the rows that cannot be read (they are listed)');
}

/** Options of the terminal contract that later versions will have: they are refused by name, not taken for typos. */
export function addOptionsNotBuiltYet(command: Command, flags: readonly string[]): Command {
  for (const flag of flags) command.addOption(new Option(`${flag} [value]`).hideHelp());
  return command.hook('preAction', (_program, action) => {
    for (const flag of flags) {
      const attribute = new Option(`${flag} [value]`).attributeName();
      if (action.getOptionValueSource(attribute) === 'cli') throw new TasklaneError('unsupported', `${flag} is not built yet.`, 'Leave it out.');
    }
  });
}

export const RUN_OPTIONS_NOT_BUILT_YET = ['--max-concurrency', '--lane', '--rpm', '--tpm', '--schema', '--budget'] as const;
