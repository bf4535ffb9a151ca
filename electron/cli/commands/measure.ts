import type { Command } from 'commander';

import { TasklaneError } from '../../../shared/errors.ts';
import { formatCount, formatCounted } from '../../../shared/format/format.ts';
import { DEFAULTS, type RunHeader } from '../../../shared/vocabulary.ts';
import { createRandom, hashText } from '../../../shared/random/random.ts';
import { measureReport, type MeasuredArm } from '../../../shared/timing/measure.ts';
import type { CommandContext } from '../context.ts';
import { escapeForTerminal, jsonLine } from '../escape.ts';
import { checkInputs, readTemplate } from '../inputs.ts';
import { armsOf, planRuns } from '../measure-plan.ts';
import { createMeasurement } from '../measure-runs.ts';
import { measureText } from '../measure-text.ts';
import { addDataOptions, addOptionsNotBuiltYet, addTaskOptions, RUN_OPTIONS_NOT_BUILT_YET, single, type TaskOptions } from '../options.ts';
import { withTasklane } from '../session.ts';
import { prepareTasks } from '../settings.ts';
import * as values from '../values.ts';

interface MeasureOptions extends TaskOptions {
  readonly concurrency?: readonly number[];
  readonly repeats?: number;
}

const DEFAULT_CONCURRENCIES = [1, 3, 5, 10];
const PROJECTED_CONCURRENCIES = [1, 2, 3, 5, 10];

const EXAMPLES = `
Examples:
  tasklane measure questions.csv
  tasklane measure questions.csv --concurrency 1,3 --repeats 3 --limit 6
  tasklane measure questions.csv --base-url http://127.0.0.1:8080/v1 --model local --json

Sends the same tasks again and again: tasks x numbers of tasks in flight x repeats requests, and a few to warm up.
One at a time is always among them. The order of the arms alternates from repeat to repeat.`;

/** `tasklane measure FILE` */
export function addMeasureCommand(program: Command, context: CommandContext): void {
  const command = program.command('measure').description('run the same tasks one at a time and in parallel, and compare').argument('<file>', 'CSV, TSV, JSONL or text');
  addTaskOptions(command)
    .addOption(single('--concurrency <list>', `numbers of tasks in flight (default: ${DEFAULT_CONCURRENCIES.join(',')})`, values.concurrencyList))
    .addOption(single('--repeats <n>', `how often each, 1 to 100 (default: ${DEFAULTS.repeats})`, values.integerIn(1, 100)));
  addDataOptions(command).addHelpText('after', EXAMPLES);
  addOptionsNotBuiltYet(command, [...RUN_OPTIONS_NOT_BUILT_YET, '--out']);
  command.action((name: string, options: MeasureOptions) => measure(name, options, context));
}

async function measure(name: string, options: MeasureOptions, context: CommandContext): Promise<void> {
  const { io } = context;
  const files = await checkInputs([name], io.cwd);
  const template = await readTemplate(options, io.cwd);
  const arms = armsOf(options.concurrency ?? DEFAULT_CONCURRENCIES);
  if (arms.length === 1) throw new TasklaneError('usage', 'There is nothing to compare: only one task at a time was asked for.', 'Name more, for example --concurrency 1,3,5');
  const repeats = options.repeats ?? DEFAULTS.repeats;

  await withTasklane(io, options, 'write', async (tasklane, interrupts) => {
    const tasks = await interrupts.orInterrupted(prepareTasks(tasklane, { files, options, concurrency: 1, template }, io));
    const { settings, selectedCount } = tasks;
    const measurement = await createMeasurement(tasklane, tasks, arms, { io, interrupts });
    const requests = selectedCount * arms.length * repeats;
    io.stderr(`Measuring ${formatCounted(selectedCount, 'task')} at ${arms.join(', ')} at once, ${formatCounted(repeats, 'repeat')}: ${formatCounted(requests, 'request')} and ${formatCount(measurement.warmUpCount)} to warm up\n`);
    await measurement.warmUp();
    const measured = new Map<number, MeasuredArm['runs'][number][]>(arms.map((arm) => [arm, []]));
    for (const { repeat, concurrency } of planRuns(arms, repeats)) {
      const announce = (run: RunHeader): string => `Repeat ${repeat} of ${repeats}, ${concurrency} at once (run ${run.runId})`;
      measured.get(concurrency)?.push(await measurement.runArm(concurrency, announce));
    }
    const report = measureReport({
      arms: arms.map((concurrency) => ({ concurrency, runs: measured.get(concurrency) ?? [] })),
      taskCount: selectedCount,
      projectionConcurrencies: PROJECTED_CONCURRENCIES,
      random: createRandom(hashText(tasks.name)),
    });
    const { providerName, model, simulated } = settings;
    if (options.json === true) {
      io.stdout(jsonLine({ batch: tasks.name, provider: providerName, model, simulated, taskCount: selectedCount, repeats, runIds: measurement.runIds(), ...report }));
      return;
    }
    const where = simulated ? 'the simulated provider (answers and times are not real)' : escapeForTerminal(providerName);
    io.stdout(`${formatCounted(selectedCount, 'task')} of ${escapeForTerminal(tasks.name)}, ${formatCounted(repeats, 'repeat')} each, model ${escapeForTerminal(model)} at ${where}\n\n${measureText(report)}`);
  });
}
