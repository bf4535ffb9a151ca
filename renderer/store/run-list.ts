import { formatCount } from '../../shared/format/format.ts';
import { runStatusLabel } from '../../shared/format/stop-reason.ts';
import type { BatchDetail } from '../../shared/contract/commands.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';

/** One run of the batch, to choose from. */
export interface RunChoice {
  readonly run: RunHeader;
  /** Position among the batch's runs, from 1 for the first that was started. */
  readonly number: number;
  /** "Finished, 1,238 of 1,240 done, 2 failed". */
  readonly outcome: string;
}

function outcomeOf({ status, total, completed, failed }: RunHeader): string {
  return `${runStatusLabel(status)}, ${formatCount(completed)} of ${formatCount(total)} done${failed > 0 ? `, ${formatCount(failed)} failed` : ''}`;
}

/** The runs of a batch, given and returned newest first. */
export function runChoices(runs: readonly RunHeader[]): readonly RunChoice[] {
  return runs.map((run, position) => ({ run, number: runs.length - position, outcome: outcomeOf(run) }));
}

/** Whether a newer run of the batch exists than the one on screen. */
export function isEarlierRun(detail: Pick<BatchDetail, 'runs'> | null, run: Pick<RunHeader, 'runId'> | null): boolean {
  const newest = detail?.runs[0];
  return newest !== undefined && run !== null && newest.runId !== run.runId;
}
