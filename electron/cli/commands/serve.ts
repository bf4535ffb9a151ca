import type { Command } from 'commander';

import type { CommandContext } from '../context.ts';
import { addDataOptions, single, type DataOptions } from '../options.ts';
import { dataDirFor } from '../session.ts';
import * as values from '../values.ts';

interface ServeCommandOptions extends DataOptions {
  readonly port?: number;
}

const EXAMPLES = `
Examples:
  tasklane serve
  tasklane serve --port 4310

Listens on 127.0.0.1 only and prints the address to open in a browser. Ctrl+C ends it.`;

/** `tasklane serve` */
export function addServeCommand(program: Command, { io, exitWith }: CommandContext): void {
  const command = program.command('serve').description('the same screen in a browser').addOption(single('--port <n>', 'port on 127.0.0.1 (default: a free one)', values.port));
  addDataOptions(command).addHelpText('after', EXAMPLES);
  command.action(async (options: ServeCommandOptions) => {
    exitWith(await io.serve({ dataDir: dataDirFor(options, io), port: options.port ?? 0, json: options.json === true }));
  });
}
