import { TasklaneError } from '../../shared/errors.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import type { Tasklane } from '../api/types.ts';

/** `r12`, `12` or `latest`. Throws `run_not_found`. */
export async function findRun(tasklane: Tasklane, name: string): Promise<RunHeader> {
  const runs = await tasklane.call('run.list', {});
  const run = name === 'latest' ? runs[0] : runs.find((entry) => entry.runId === name || entry.runId === `r${name}`);
  if (run !== undefined) return run;
  const known = runs.length === 0 ? 'There are no runs here yet.' : `The newest is ${runs[0]?.runId ?? ''}.`;
  throw new TasklaneError('run_not_found', `There is no run "${name}". ${known}`, 'List the runs with `tasklane runs`; another data folder is chosen with --data-dir.');
}

/** A run is `ready` only where the program ended between making it and starting it. */
const canGoOn = ({ status }: RunHeader): boolean => status === 'paused' || status === 'ready';

/** The run to go on with: the named one, else the newest that stands still unfinished. Throws `run_not_found` or `run_state`. */
export async function findResumable(tasklane: Tasklane, name: string | undefined): Promise<RunHeader> {
  if (name === undefined) {
    const run = (await tasklane.call('run.list', {})).find(canGoOn);
    if (run === undefined) throw new TasklaneError('run_state', 'There is no run to resume: none is paused.', 'Start one with `tasklane run FILE`.');
    return run;
  }
  const run = await findRun(tasklane, name);
  if (!canGoOn(run)) throw new TasklaneError('run_state', `Run ${run.runId} cannot be resumed: it is ${run.status}.`, 'Only a paused run goes on; see `tasklane runs`.');
  return run;
}
