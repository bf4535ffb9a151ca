import type { Edit } from './edit.ts';

const JOURNAL = 'electron/store/journal.ts';
const ATTEMPTS = 'electron/engine/attempts.ts';

function before(file: string, find: string, code: string): Edit {
  return { file, find, put: `${code} ${find}` };
}
function after(file: string, find: string, code: string): Edit {
  return { file, find, put: `${find} ${code}` };
}

/** Places in the program where a life can be ended, in the order in which a task passes them. */
export const FAILPOINTS = {
  /** The attempt's row is not committed yet. */
  'before-begin': after(JOURNAL, 'const write = (statements ??= prepareStatements(db));', "if (begun.length > 0) tasklaneCrash.pass('before-begin');"),
  /** Within the transaction, between the rows of attempt and task. */
  'in-begin': before(JOURNAL, 'beginTask.run(', "tasklaneCrash.pass('in-begin');"),
  /** Committed, not sent. */
  'after-begin': before(JOURNAL, 'for (const { resolve } of begun) resolve();', "if (begun.length > 0) tasklaneCrash.pass('after-begin');"),
  /** The answer was read, nothing of it is written. */
  'after-response': before(ATTEMPTS, 'return reportOf(', "tasklaneCrash.pass('after-response', task.index);"),
  /** Within the transaction, between the rows of attempt and task. */
  'in-end': before(JOURNAL, 'endTask.run(', "tasklaneCrash.pass('in-end');"),
  /** Within the transaction, between the rows of task and result. */
  'in-result': before(JOURNAL, 'if (result) saveResult.run(', "tasklaneCrash.pass('in-result');"),
  /** Committed, not shown. */
  'after-end': before(JOURNAL, 'for (const { resolve } of ended) resolve();', "if (ended.length > 0) tasklaneCrash.pass('after-end');"),
  /** Within the transaction of the next start's recovery. */
  'in-recovery': before('electron/store/recovery.ts', 'recount(db, runKey);', "tasklaneCrash.pass('in-recovery');"),
  /** Recovered, the run is not on yet: the store is seen as recovery left it. */
  'after-recovery': before('electron/cli/commands/resume.ts', 'await tasklane.resumeRun(', "tasklaneCrash.pass('after-recovery');"),
  /** The new run is in the store, but not on yet. */
  'after-create': before('electron/api/commands.ts', 'await engine.start(run.runId);', "tasklaneCrash.pass('after-create');"),
} as const satisfies Record<string, Edit>;

/** `after-shown` is passed by the tap itself. */
export type FailpointName = keyof typeof FAILPOINTS | 'after-shown';

/** What is told to the host is written down as well, and the store's connection is known to the harness. */
export const TAPS: readonly Edit[] = [
  before(ATTEMPTS, 'const written = store.journal.end({', 'tasklaneCrash.answered(runId, task.index, ended);'),
  after('electron/api/event-hub.ts', 'taskChanged(runId, row) {', 'tasklaneCrash.told(runId, row);'),
  before('electron/api/event-hub.ts', 'for (const listener of listeners) tell(listener, { seq, events });', 'tasklaneCrash.emitted(events);'),
  before(JOURNAL, 'const write = (statements ??= prepareStatements(db));', 'tasklaneCrash.connected(db);'),
];

export const HARNESS_EDITS: readonly Edit[] = [...Object.values(FAILPOINTS), ...TAPS];
