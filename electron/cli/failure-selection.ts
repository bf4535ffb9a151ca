import type { Command } from 'commander';

import type { FailureGroup } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { FAILURE_CLASSES, type FailureClass, type RunHeader } from '../../shared/vocabulary.ts';
import type { Tasklane } from '../api/types.ts';
import { repeated, repeatedOf } from './options.ts';
import * as values from './values.ts';

/** Which of a run's failures are meant; absent means all. Both together mean those that fit both. */
export interface SelectionOptions {
  readonly class?: readonly FailureClass[];
  readonly task?: readonly string[];
}

const NAMED_IDS = 20;

export function addSelectionOptions(command: Command): Command {
  return command
    .addOption(repeatedOf('--class <class>', 'only failures of this class; may be repeated', values.failureClass))
    .addOption(repeated('--task <id>', 'only the task with this custom id; may be repeated'));
}

/**
 * The groups of the named classes; all of them where none is named. Throws `usage` for a class of which none failed,
 * unless nothing failed at all.
 */
export function groupsOfClasses(run: Pick<RunHeader, 'runId'>, groups: readonly FailureGroup[], classes: readonly FailureClass[] | undefined): readonly FailureGroup[] {
  if (classes === undefined || groups.length === 0) return groups;
  const known = FAILURE_CLASSES.filter((name) => groups.some((group) => group.class === name));
  const unknown = classes.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new TasklaneError('usage', `Run ${run.runId} has no failed task of the class ${unknown.join(', ')}; there ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}.`, `See \`tasklane failures ${run.runId}\`.`);
  return groups.filter((group) => classes.includes(group.class));
}

export interface Selection {
  /** Positions of the tasks, ascending. */
  readonly indices: readonly number[];
  /** Whether a task of the run has failed. */
  readonly anyFailed: boolean;
  /** Tasks that nobody named and that a plain retry can't help: their prompt is too long. */
  readonly tooLong: readonly number[];
}

/**
 * The tasks that the options name, failed ones only; with `orCancelled` a task named by its id may also be cancelled.
 * Throws `usage` for a class or an id that there is not, naming those that there are.
 */
export async function selectTasks(tasklane: Tasklane, run: RunHeader, options: SelectionOptions, orCancelled: boolean): Promise<Selection> {
  const groups = await tasklane.call('failure.groups', { runId: run.runId });
  const wanted = groupsOfClasses(run, groups, options.class);
  const ofClasses = wanted.flatMap((group) => [...group.indices]);
  const anyFailed = groups.length > 0;
  if (options.task === undefined) {
    const tooLong = options.class === undefined ? wanted.filter((group) => group.class === 'context_length').flatMap((group) => [...group.indices]) : [];
    return { indices: ascending(ofClasses), anyFailed, tooLong: ascending(tooLong) };
  }
  const named = await tasksNamed(tasklane, run, options.task, orCancelled && options.class === undefined);
  const allowed = new Set(ofClasses);
  const indices = options.class === undefined ? named : named.filter((index) => allowed.has(index));
  if (indices.length === 0) throw new TasklaneError('usage', `None of the tasks named with --task failed with the class ${(options.class ?? []).join(', ')}.`, `See \`tasklane failures ${run.runId}\`.`);
  return { indices: ascending(indices), anyFailed, tooLong: [] };
}

async function tasksNamed(tasklane: Tasklane, run: RunHeader, ids: readonly string[], orCancelled: boolean): Promise<readonly number[]> {
  const tasks = (await tasklane.redrivable(run.runId)).filter(({ status }) => orCancelled || status === 'failed');
  const known = new Set(tasks.map(({ customId }) => customId));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    const kinds = orCancelled ? 'failed or cancelled' : 'failed';
    const listed = [...known].slice(0, NAMED_IDS).join(', ');
    const more = known.size > NAMED_IDS ? ` and ${known.size - NAMED_IDS} more` : '';
    throw new TasklaneError('usage', `Run ${run.runId} has no ${kinds} task with the id ${unknown.join(', ')}. ${known.size === 0 ? `No task is ${kinds}.` : `There ${known.size === 1 ? 'is' : 'are'}: ${listed}${more}.`}`, `\`tasklane failures ${run.runId} --json\` lists them all.`);
  }
  const wanted = new Set(ids);
  return tasks.filter(({ customId }) => wanted.has(customId)).map(({ index }) => index);
}

function ascending(indices: readonly number[]): readonly number[] {
  return indices.toSorted((left, right) => left - right);
}
