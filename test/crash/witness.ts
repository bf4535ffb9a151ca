import { existsSync } from 'node:fs';
import path from 'node:path';

import { DAMAGED_FOLDER } from '../../electron/store/set-aside.ts';
import { answerOf, mayFail, type TaskName } from './answers.ts';
import { digestOf } from './inside/runtime.ts';
import { dataDirOf, HUNG, type Life } from './life.ts';
import { readStore, type RunRecord } from './records.ts';
import { judgeEnd, judgeRun } from './run-rules.ts';
import { COMPLETED, FAILED, interruptionsOf, judgeTask, type TaskEvidence, type Violation } from './rules.ts';
import type { CountingServer, TaskCount } from './server.ts';

/** A batch of the harness: what its tasks are, known without the program. */
export interface BatchPlan {
  /** Begins each prompt, and so tells the batches apart. */
  readonly label: string;
  readonly size: number;
}

/** Watches the run of one batch over all its lives, and judges it after each. */
export interface Witness {
  /** Looks at the store and the server between two lives; null: after one that was about another run. */
  look(life: Life | null): readonly Violation[];
  /** The run as the last look found it; null while there is none. */
  run(): RunRecord | null;
}

interface ToldOfTask {
  completed: boolean;
  failed: boolean;
  readonly digests: string[];
}

const NOT_TOLD: TaskEvidence['told'] = { completed: false, failed: false, digests: [] };
const NOT_COUNTED: TaskCount = { requests: 0, answers: 0 };

export function inputOf(position: number): string {
  return String(position);
}

export function createWitness(folder: string, { label, size }: BatchPlan, server: CountingServer): Witness {
  const told = new Map<number, ToldOfTask>();
  const shown = { completed: 0, failed: 0 };
  const tasks = Array.from({ length: size }, (_, position): TaskName => ({ batch: label, position }));
  const answers = tasks.map((task) => {
    const text = answerOf(task);
    return { text, digest: digestOf(text) };
  });
  let counts: readonly TaskCount[] = tasks.map(() => NOT_COUNTED);
  let last: RunRecord | null = null;

  const hear = (life: Life, runId: string): void => {
    for (const { position, status, digest } of life.told.tasks.filter((entry) => entry.runId === runId)) {
      const entry = told.get(position) ?? { completed: false, failed: false, digests: [] };
      told.set(position, entry);
      if (status === COMPLETED) entry.completed = true;
      if (status === FAILED) entry.failed = true;
      if (digest !== null) entry.digests.push(digest);
    }
    const { completed = 0, failed = 0 } = life.told.counts.get(runId) ?? {};
    shown.completed = Math.max(shown.completed, completed);
    shown.failed = Math.max(shown.failed, failed);
  };
  const judge = (run: RunRecord): readonly Violation[] => {
    const countsNow = tasks.map((task) => ({ ...server.count(task) }));
    const found = run.tasks.slice(0, size).flatMap((now, position) =>
      judgeTask({
        now,
        before: last?.tasks[position] ?? null,
        count: countsNow[position] ?? NOT_COUNTED,
        countBefore: counts[position] ?? NOT_COUNTED,
        told: told.get(position) ?? NOT_TOLD,
        answer: answers[position]!,
        input: JSON.stringify([['number', inputOf(position)]]),
        mayFail: mayFail({ batch: label, position }),
      }),
    );
    const lost = run.tasks.length === size && run.total === size ? [] : [{ rule: 'G5', text: `the batch had ${size} tasks, and has ${run.tasks.length} now` } as const];
    counts = countsNow;
    return [...found, ...lost, ...judgeRun(run, last, shown)];
  };

  return {
    look(life) {
      const found: Violation[] = server.strangers().map((prompt) => ({ rule: 'G3', text: `the server was asked what no task asks: ${prompt.slice(0, 100)}` }));
      const store = readStore(dataDirOf(folder));
      try {
        const integrity = store?.integrity() ?? 'ok';
        if (integrity !== 'ok') found.push({ rule: 'store', text: `integrity_check: ${integrity.slice(0, 300)}` });
        if (life?.killedBy === HUNG) found.push({ rule: 'store', text: `it did not get on: ${life.requests} requests and no end; ${life.stderr.slice(-300)}` });
        if (existsSync(path.join(dataDirOf(folder), DAMAGED_FOLDER))) found.push({ rule: 'store', text: 'a sound store was taken for a damaged one and set aside' });
        const runId = last?.runId ?? store?.runIdsWith(`${label} task`)[0] ?? null;
        const run = runId === null ? null : (store?.run(runId) ?? null);
        if (runId !== null && life !== null) hear(life, runId);
        if (run === null) {
          found.push(...judgeMissing(life, last));
        } else {
          found.push(...judge(run), ...(life?.signal === null ? judgeEnd(life, run) : []));
          last = run;
        }
      } finally {
        store?.close();
      }
      return found;
    },
    run: () => last,
  };
}

/** A life may be cut short before it has made its run, but then it must not have sent anything either. */
function judgeMissing(life: Life | null, last: RunRecord | null): readonly Violation[] {
  const found: Violation[] = [];
  if (last !== null) found.push({ rule: 'G5', text: `run ${last.runId} is gone` });
  if (life !== null && life.requests > 0) found.push({ rule: 'G3', text: `${life.requests} requests without a run in the store` });
  if (life?.signal === null) found.push({ rule: 'store', text: `it ended by itself with exit code ${life.exitCode ?? 'none'} and made no run: ${life.stderr.slice(-600)}` });
  return found;
}

/** What came of the tasks, for the report. */
export interface Tally {
  readonly completed: number;
  readonly failed: number;
  /** Interrupted at least once, and twice. */
  readonly interrupted: number;
  readonly parked: number;
  readonly retries: number;
}

export function tally(runs: readonly RunRecord[]): Tally {
  const tasks = runs.flatMap((run) => run.tasks);
  return {
    interrupted: tasks.filter((task) => interruptionsOf(task) > 0).length,
    parked: tasks.filter((task) => interruptionsOf(task) > 1).length,
    failed: tasks.filter(({ status }) => status === FAILED).length,
    completed: tasks.filter(({ status }) => status === COMPLETED).length,
    retries: tasks.reduce((sum, { history }) => sum + Math.max(0, history.length - 1), 0),
  };
}
