import type { Command } from 'commander';

import { TasklaneError } from '../../../shared/errors.ts';
import { formatBytes, formatCounted } from '../../../shared/format/format.ts';
import type { CommandContext } from '../context.ts';
import { escapeForTerminal, jsonLine } from '../escape.ts';
import { writeOuts } from '../finish.ts';
import { addDataOptions, repeated, type DataOptions } from '../options.ts';
import { checkOuts } from '../outs.ts';
import { findRun } from '../run-selection.ts';
import { withTasklane } from '../session.ts';

interface ExportOptions extends DataOptions {
  readonly out?: readonly string[];
}

const EXAMPLES = `
Examples:
  tasklane export r12 --out answers.csv
  tasklane export latest --out answers.csv answers.jsonl`;

/** `tasklane export RUN --out FILE...`: further names may follow the first one, with or without `--out`. */
export function addExportCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('export')
    .description('write the results of a run to files')
    .usage('[options] <run> --out <file...>')
    .argument('<run>', 'run such as r12, or "latest"')
    .argument('[file...]', 'further files')
    .addOption(repeated('--out <file>', 'a .csv or .jsonl file; may be repeated'));
  addDataOptions(command).addHelpText('after', EXAMPLES);
  command.action((name: string, more: readonly string[], options: ExportOptions) => exportRun(name, more, options, context));
}

async function exportRun(name: string, more: readonly string[], options: ExportOptions, { io }: CommandContext): Promise<void> {
  if (options.out === undefined) throw new TasklaneError('usage', 'export needs to know where to write.', `Name a file: tasklane export ${escapeForTerminal(name)} --out answers.csv`);
  const outs = await checkOuts([...options.out, ...more], io.cwd, []);
  await withTasklane(io, options, 'read', async (tasklane) => {
    const { runId } = await findRun(tasklane, name);
    const files = await writeOuts(tasklane, runId, outs);
    if (options.json === true) io.stdout(jsonLine({ runId, files }));
    else for (const { file, rows, sizeBytes } of files) io.stdout(`${escapeForTerminal(file)}: ${formatCounted(rows, 'row')}, ${formatBytes(sizeBytes)}\n`);
  });
}
