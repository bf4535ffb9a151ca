import type { Aim } from '../aim.ts';
import type { Rule } from '../rules.ts';
import type { Edit } from './edit.ts';

/** A bug that is put into the program to see whether the harness notices. */
export interface Fault {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The promise that it breaks; only such a violation counts as noticed. */
  readonly breaks: Rule;
  /** Lives that bring it to light, in turn, over and over. */
  readonly aims: readonly Aim[];
  /** Tasks in flight at most. */
  readonly concurrency: number;
}

const JOURNAL = 'electron/store/journal.ts';
const ATTEMPTS = 'electron/engine/attempts.ts';
const RECOVERY = 'electron/store/recovery.ts';

const point = (name: Extract<Aim, { kind: 'point' }>['name'], pass: number): Aim => ({ kind: 'point', name, pass });

function inRecovery(sql: string): Edit {
  const find = 'recount(db, runKey);';
  return { file: RECOVERY, find, put: `db.exec(\`${sql.replaceAll('KEY', '${runKey}')}\`); ${find}` };
}

export const FAULTS: readonly Fault[] = [
  {
    // The answer is committed in a transaction of its own, after that of the task.
    name: 'split-commit',
    breaks: 'G1',
    edits: [
      { file: JOURNAL, find: 'if (result) saveResult.run(', put: 'if (result) tasklaneCrash.putOff(saveResult, ' },
      { file: JOURNAL, find: 'for (const { resolve } of ended) resolve();', put: 'tasklaneCrash.runPutOff(); for (const { resolve } of ended) resolve();' },
    ],
    aims: [point('after-end', 2)],
    concurrency: 8,
  },
  {
    // The attempt's row is committed once its answer has come.
    name: 'late-attempt-row',
    breaks: 'G3',
    edits: [
      { file: ATTEMPTS, find: 'await store.journal.begin(', put: 'await tasklaneCrash.beginLater(store.journal, ' },
      { file: ATTEMPTS, find: 'return reportOf(', put: 'await tasklaneCrash.beginNow(planned.ordinal); return reportOf(' },
    ],
    aims: [{ kind: 'after-send', request: 5 }],
    concurrency: 8,
  },
  {
    // A result is shown before it is committed.
    name: 'buffered-result',
    breaks: 'G1',
    edits: [{ file: ATTEMPTS, find: 'void written.then(() => {', put: 'void Promise.resolve().then(() => {' }],
    aims: [point('after-shown', 3)],
    concurrency: 4,
  },
  {
    // What was interrupted goes out again and again.
    name: 'unlimited-resend',
    breaks: 'G4',
    edits: [{ file: RECOVERY, find: 'interruptions = interruptions + 1', put: 'interruptions = 0' }],
    aims: [{ kind: 'after-send', request: 4 }],
    concurrency: 4,
  },
  {
    // Recovery puts tasks back into the queue that were done.
    name: 'done-again',
    breaks: 'G2',
    edits: [inRecovery('UPDATE run_tasks SET status = 0 WHERE run_key = KEY AND status = 2 AND position % 3 = 0')],
    aims: [point('after-shown', 12), point('after-recovery', 1)],
    concurrency: 4,
  },
  {
    // Recovery loses failed tasks in three ways: the row, the failure, the history.
    name: 'lost-failure',
    breaks: 'G5',
    edits: [
      inRecovery(
        'DELETE FROM run_tasks WHERE run_key = KEY AND status = 3 AND position % 3 = 0; UPDATE run_tasks SET failure = NULL WHERE run_key = KEY AND status = 3 AND position % 3 = 1; DELETE FROM attempts WHERE run_key = KEY AND position % 3 = 2 AND position IN (SELECT position FROM run_tasks WHERE run_key = KEY AND status = 3)',
      ),
    ],
    aims: [point('after-shown', 85), point('after-recovery', 1)],
    concurrency: 8,
  },
];

/** Throws for a name that is not there. */
export function faultNamed(name: string): Fault {
  const fault = FAULTS.find((entry) => entry.name === name);
  if (fault) return fault;
  throw new Error(`Expected one of ${FAULTS.map((entry) => entry.name).join(', ')}, got "${name}".`);
}
