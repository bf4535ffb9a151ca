import { hash } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

import type { TaskRow } from '../../../shared/contract/columns.ts';
import type { AppEvent } from '../../../shared/contract/events.ts';
import { TASK_STATUSES } from '../../../shared/vocabulary.ts';
import type { EndedAttempt } from '../../../electron/engine/attempts.ts';
import type { AttemptBegin, Journal } from '../../../electron/store/journal.ts';
import type { FailpointName } from '../edits/failpoints.ts';
import { TOLD_FD, type Orders } from './orders.ts';

const COMPLETED = TASK_STATUSES.indexOf('completed');
const FAILED = TASK_STATUSES.indexOf('failed');

/** What the edited source calls, as the global `tasklaneCrash`. */
export interface Runtime {
  pass(point: FailpointName, task?: number): void;
  connected(db: DatabaseSync): void;
  answered(runId: string, task: number, ended: EndedAttempt): void;
  told(runId: string, row: TaskRow): void;
  emitted(events: readonly AppEvent[]): void;
  /** For the fault `split-commit`. */
  putOff<A extends readonly unknown[]>(statement: { run(...values: A): unknown }, ...values: A): void;
  runPutOff(): void;
  /** For the fault `late-attempt-row`. */
  beginLater(journal: Journal, row: AttemptBegin): Promise<void>;
  beginNow(ordinal: number): Promise<void>;
}

/** Of an answer, short enough to be written down for each task. */
export function digestOf(text: string): string {
  return hash('sha256', text).slice(0, 16);
}

export function createRuntime({ end, checkpointPages }: Orders): Runtime {
  const answers = new Map<string, string>();
  const putOff: (() => void)[] = [];
  const late = new Map<number, () => Promise<void>>();
  let passes = 0;

  const write = (line: string): void => {
    writeSync(TOLD_FD, `${line}\n`);
  };
  const pass: Runtime['pass'] = (point, task) => {
    if (end?.point !== point) return;
    passes += 1;
    if ('task' in end ? end.task === task : end.pass === passes) process.kill(process.pid, 'SIGKILL');
  };
  return {
    pass,
    connected(db) {
      if (checkpointPages !== null) db.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
    },
    answered(runId, task, ended) {
      if (ended.kind === 'completed') answers.set(`${runId} ${task}`, digestOf(ended.result?.output ?? ''));
    },
    told(runId, { index, status }) {
      if (status !== COMPLETED && status !== FAILED) return;
      const key = `${runId} ${index}`;
      write(`task ${key} ${status} ${answers.get(key) ?? '-'}`);
      answers.delete(key);
      pass('after-shown');
    },
    emitted(events) {
      for (const event of events) if (event.type === 'run.changed') write(`count ${event.run.runId} ${event.run.completed} ${event.run.failed}`);
    },
    putOff(statement, ...values) {
      putOff.push(() => void statement.run(...values));
    },
    runPutOff() {
      for (const run of putOff.splice(0)) run();
    },
    beginLater(journal, row) {
      late.set(row.ordinal, () => journal.begin(row));
      return Promise.resolve();
    },
    async beginNow(ordinal) {
      const begin = late.get(ordinal);
      late.delete(ordinal);
      await begin?.();
    },
  };
}
