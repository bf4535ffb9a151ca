import type { FailureGroup } from '../../shared/contract/commands.ts';
import { assertNever } from '../../shared/errors.ts';
import { formatCount, formatCounted } from '../../shared/format/format.ts';
import { failureAdvice, failureLabel } from '../../shared/format/stop-reason.ts';
import type { FailureClass, RunHeader, RunSettings } from '../../shared/vocabulary.ts';
import { escapeForTerminal } from './escape.ts';
import { commandLine, shellWord, type DataOptions } from './options.ts';

/** A group with the custom ids of its tasks, in input order. */
export interface NamedGroup extends FailureGroup {
  readonly taskIds: readonly string[];
}

const EXAMPLE_CHARACTERS_MAX = 400;
/** A part of a class is named by its ids where it has at most so many; otherwise the whole class is named. */
const IDS_IN_COMMAND_MAX = 5;

/** What went wrong in a run, for people: a block for each group, with what to do about it. */
export function failuresText(run: RunHeader, groups: readonly NamedGroup[], options: DataOptions): string {
  const shown = groups.reduce((sum, group) => sum + group.indices.length, 0);
  const head = `Run ${run.runId}, ${escapeForTerminal(run.batchName)}: ${formatCount(shown)} of ${formatCounted(run.total, 'task')} failed\n`;
  return `${head}${groups.map((group) => `\n${groupText(run, group, groups, options)}`).join('')}`;
}

function groupText(run: RunHeader, group: NamedGroup, groups: readonly NamedGroup[], options: DataOptions): string {
  const { example, lastAt } = group;
  const said = example.message.length <= EXAMPLE_CHARACTERS_MAX ? example.message : `${example.message.slice(0, EXAMPLE_CHARACTERS_MAX)}…`;
  const lines = [
    `${formatCount(group.indices.length)} x ${failureLabel(group.class)} (${kindOf(group)})`,
    `  ${escapeForTerminal(group.message)}`,
    `  Example  ${escapeForTerminal(example.customId)}: ${escapeForTerminal(said)}`,
    ...(lastAt === null ? [] : [`  Last     ${lastAt.slice(0, 19).replace('T', ' ')} UTC`]),
    `  Advice   ${failureAdvice(group.class)}`,
    `  Retry    ${retryCommand(run, group, groups, options)}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function kindOf({ class: failureClass, httpStatus, code }: FailureGroup): string {
  return [failureClass, httpStatus === null ? null : `HTTP ${httpStatus}`, code === null ? null : escapeForTerminal(code)].filter((part) => part !== null).join(', ');
}

function retryCommand(run: RunHeader, group: NamedGroup, groups: readonly NamedGroup[], options: DataOptions): string {
  const ofClass = groups.filter((other) => other.class === group.class);
  const byIds = ofClass.length > 1 && group.taskIds.length <= IDS_IN_COMMAND_MAX;
  const which = byIds ? group.taskIds.map((id) => (id.startsWith('-') ? ` --task=${shellWord(id)}` : ` --task ${shellWord(id)}`)).join('') : ` --class ${group.class}`;
  const command = commandLine(`retry ${run.runId}${which}${changeFor(group.class, run.settings)}`, options);
  if (ofClass.length === 1 || byIds) return command;
  return `${command}  (all ${formatCount(ofClass.reduce((sum, other) => sum + other.indices.length, 0))} of this class)`;
}

/** The option that a retry of this class calls for; '' where a plain one may succeed. Words in capitals are to be filled in. */
function changeFor(failureClass: FailureClass, { concurrency, timeoutMs, simulated }: RunSettings): string {
  switch (failureClass) {
    case 'auth':
    case 'quota':
      return simulated ? '' : ' --api-key-env VARIABLE';
    case 'rate_limit':
      return ` --concurrency ${Math.max(1, Math.floor(concurrency / 2))}`;
    case 'timeout':
      return ` --timeout ${Math.min(2 * timeoutMs, 2 ** 31 - 1) / 1000}`;
    case 'context_length':
      return ' --model MODEL';
    case 'bad_request':
    case 'schema':
      return ' --template-file FILE';
    case 'server':
    case 'network':
    case 'tls':
    case 'redirect':
    case 'invalid_response':
    case 'stream_cut':
    case 'interrupted':
      return '';
    default:
      return assertNever(failureClass);
  }
}
