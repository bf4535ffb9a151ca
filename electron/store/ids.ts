import { TasklaneError } from '../../shared/errors.ts';

/** Ids that people may type: `r12` is the twelfth run of this data folder, `b7` the seventh batch. */
export const runIdOf = (key: number): string => `r${key}`;
export const batchIdOf = (key: number): string => `b${key}`;

/**
 * Tasks by their positions, bound as a JSON array: a statement for each of 100,000 would keep everybody waiting for
 * seconds.
 */
export const AT_POSITIONS = 'position IN (SELECT value FROM json_each(?))';

/** Throws `run_not_found` for anything that is not the id of a run; `12` is taken as `r12`. */
export function runKeyOf(runId: string): number {
  const match = /^r?([1-9]\d{0,14})$/.exec(runId);
  if (!match) throw new TasklaneError('run_not_found', `Expected a run such as r12, got "${runId.slice(0, 40)}".`, 'List the runs with `tasklane runs`.');
  return Number(match[1]);
}

/** Throws `batch_not_found` for anything that is not the id of a batch. */
export function batchKeyOf(batchId: string): number {
  const match = /^b([1-9]\d{0,14})$/.exec(batchId);
  if (!match) throw new TasklaneError('batch_not_found', `Expected a batch such as b7, got "${batchId.slice(0, 40)}".`);
  return Number(match[1]);
}
