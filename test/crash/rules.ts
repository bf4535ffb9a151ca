import { ATTEMPT_COMPLETED, ATTEMPT_FAILED, ATTEMPT_RUNNING } from '../../shared/contract/columns.ts';
import { FAILURE_CLASSES, TASK_FLAGS, TASK_STATUSES, type Failure } from '../../shared/vocabulary.ts';
import type { AttemptRecord, TaskRecord } from './records.ts';
import type { TaskCount } from './server.ts';

/** A promise of RELIABILITY, or `store` for what must hold of any store. */
export type Rule = 'G1' | 'G2' | 'G3' | 'G4' | 'G5' | 'store';

export interface Violation {
  readonly rule: Rule;
  readonly text: string;
}

/** All that is known of one task after a life has ended. */
export interface TaskEvidence {
  readonly now: TaskRecord;
  /** After the life before, null when the run was not there yet. */
  readonly before: TaskRecord | null;
  readonly count: TaskCount;
  readonly countBefore: TaskCount;
  /** Whether a life ever told its host that the task was completed or had failed, and the digests of the answers told. */
  readonly told: { readonly completed: boolean; readonly failed: boolean; readonly digests: readonly string[] };
  readonly answer: { readonly text: string; readonly digest: string };
  /** JSON of the input as it was imported. */
  readonly input: string;
  /** Whether it may have failed for another reason than being interrupted. */
  readonly mayFail: boolean;
}

export const QUEUED = TASK_STATUSES.indexOf('queued');
export const RUNNING = TASK_STATUSES.indexOf('running');
export const COMPLETED = TASK_STATUSES.indexOf('completed');
export const FAILED = TASK_STATUSES.indexOf('failed');
const INTERRUPTED = ATTEMPT_FAILED + FAILURE_CLASSES.indexOf('interrupted');
/** RELIABILITY, G4: interrupted a second time, a task is parked. */
const INTERRUPTIONS_MAX = 2;

export function interruptionsOf(task: TaskRecord): number {
  return task.history.filter(({ outcome }) => outcome === INTERRUPTED).length;
}

/** What is wrong with one task. Pure. */
export function judgeTask(evidence: TaskEvidence): readonly Violation[] {
  const found: Violation[] = [];
  const check = (isRight: boolean, rule: Rule, text: string): void => {
    if (!isRight) found.push({ rule, text: `task ${evidence.now.position}: ${text}` });
  };
  checkAnswers(evidence, check);
  checkSends(evidence, check);
  checkInterruptions(evidence, check);
  checkKept(evidence, check);
  checkConsistency(evidence.now, check);
  return found;
}

type Check = (isRight: boolean, rule: Rule, text: string) => void;

/** G1: what was shown as done is on disk, with the answer that was given. */
function checkAnswers({ now, told, answer }: TaskEvidence, check: Check): void {
  const name = TASK_STATUSES[now.status];
  if (told.completed) check(now.status === COMPLETED, 'G1', `was shown as completed, but is ${name} in the store`);
  if (told.failed) check(now.status === FAILED, 'G1', `was shown as failed, but is ${name} in the store`);
  check(told.digests.every((digest) => digest === answer.digest), 'G1', 'another answer was shown than the server gave');
  if (now.status === COMPLETED) check(now.output === answer.text, 'G1', now.output === null ? 'is completed without its answer' : 'is completed with another answer than the server gave');
}

/** G2 and G3: nothing done is sent again, and nothing is sent without a row that was committed before. */
function checkSends({ now, before, count, countBefore }: TaskEvidence, check: Check): void {
  if (before?.status === COMPLETED) {
    check(now.status === COMPLETED, 'G2', `was completed, and is ${TASK_STATUSES[now.status]} now`);
    check(count.requests === countBefore.requests, 'G2', 'was sent again though the store had it as completed');
  }
  const completions = now.history.filter(({ outcome }) => outcome === ATTEMPT_COMPLETED).length;
  check(completions <= 1 && (completions === 0 || now.history.at(-1)?.outcome === ATTEMPT_COMPLETED), 'G2', 'has an attempt after the one that completed it');
  check(completions <= count.answers, 'G1', `has ${completions} completed attempts, but the server answered ${count.answers} times`);
  check(count.requests <= now.history.length, 'G3', `the server saw ${count.requests} requests, the store has ${now.history.length} attempts`);
  const interrupted = interruptionsOf(now);
  const open = now.history.filter(({ outcome }) => outcome === ATTEMPT_RUNNING).length;
  const answered = now.history.filter(({ outcome }) => outcome === ATTEMPT_COMPLETED || (outcome >= ATTEMPT_FAILED && outcome !== INTERRUPTED)).length;
  check(count.requests <= interrupted + answered + open, 'G3', `sent ${count.requests} times, but ${interrupted} interrupted, ${answered} answered and ${open} in flight`);
}

/** G4: once more after an interruption, flagged; parked at the second. */
function checkInterruptions({ now }: TaskEvidence, check: Check): void {
  const interruptions = interruptionsOf(now);
  if (interruptions === 0) return;
  check(interruptions <= INTERRUPTIONS_MAX, 'G4', `was interrupted ${interruptions} times`);
  check((now.flags & TASK_FLAGS.maybeBilledTwice) !== 0, 'G4', 'was interrupted, but has no flag that it may have been billed twice');
  const isParked = now.status === FAILED && classOf(now.failure) === 'interrupted';
  if (interruptions < INTERRUPTIONS_MAX) {
    check(!isParked, 'G4', 'is parked after one interruption');
    return;
  }
  check(isParked, 'G4', `was interrupted twice and is ${TASK_STATUSES[now.status]} instead of parked`);
  check(now.history.at(-1)?.outcome === INTERRUPTED, 'G4', 'was sent again after its second interruption');
}

/** G5: what has failed stays, with its failure, its input and every attempt. */
function checkKept({ now, before, input, mayFail }: TaskEvidence, check: Check): void {
  check(now.input === input, 'G5', 'its input has changed');
  if (now.status === FAILED) {
    check(now.failure !== null, 'G5', 'has failed without a failure');
    check(now.failure === now.history.at(-1)?.failure, 'G5', 'its failure is not that of its last attempt');
    check(mayFail || classOf(now.failure) === 'interrupted', 'G5', `has failed with ${now.failure ?? 'nothing'}, which the server gave no reason for`);
  }
  if (before === null) return;
  check(now.hasRow || !before.hasRow, 'G5', 'its row is gone');
  if (before.status === FAILED) check(now.status === FAILED && now.failure === before.failure, 'G5', `had failed with ${before.failure ?? 'nothing'}, and is ${TASK_STATUSES[now.status]} with ${now.failure ?? 'nothing'} now`);
  check(now.history.length >= before.history.length, 'G5', `had ${before.history.length} attempts, and has ${now.history.length} now`);
  for (const [at, earlier] of before.history.entries()) {
    if (earlier.outcome !== ATTEMPT_RUNNING) check(isSame(earlier, now.history[at]), 'G5', `its attempt ${earlier.number} was overwritten`);
  }
}

function checkConsistency(now: TaskRecord, check: Check): void {
  check(now.history.every(({ number }, at) => number === at + 1), 'store', 'its attempts are not numbered from 1 on');
  check(now.attempts === now.history.length, 'store', `says ${now.attempts} attempts, but has ${now.history.length}`);
  check((now.status === RUNNING) === (now.history.at(-1)?.outcome === ATTEMPT_RUNNING), 'store', `is ${TASK_STATUSES[now.status]} with a last attempt of outcome ${now.history.at(-1)?.outcome ?? 'none'}`);
}

function isSame(earlier: AttemptRecord, later: AttemptRecord | undefined): boolean {
  return JSON.stringify(earlier) === JSON.stringify(later);
}

function classOf(failure: string | null): Failure['class'] | null {
  return failure === null ? null : (JSON.parse(failure) as Failure).class;
}
