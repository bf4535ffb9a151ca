import { expect, test } from 'vitest';

import { ATTEMPT_COMPLETED, ATTEMPT_FAILED, ATTEMPT_RUNNING } from '../../shared/contract/columns.ts';
import { FAILURE_CLASSES, TASK_FLAGS } from '../../shared/vocabulary.ts';
import type { AttemptRecord, TaskRecord } from './records.ts';
import { COMPLETED, FAILED, judgeTask, QUEUED, RUNNING, type TaskEvidence } from './rules.ts';

const INTERRUPTION = '{"class":"interrupted"}';
const REFUSAL = '{"class":"bad_request"}';
const attempt = (number: number, outcome: number, failure: string | null = null): AttemptRecord => ({ number, outcome, failure, inputTokens: 0, outputTokens: 0 });
const running = (number: number): AttemptRecord => attempt(number, ATTEMPT_RUNNING);
const completed = (number: number): AttemptRecord => attempt(number, ATTEMPT_COMPLETED);
const interrupted = (number: number): AttemptRecord => attempt(number, ATTEMPT_FAILED + FAILURE_CLASSES.indexOf('interrupted'), INTERRUPTION);
const refused = (number: number): AttemptRecord => attempt(number, ATTEMPT_FAILED + FAILURE_CLASSES.indexOf('bad_request'), REFUSAL);

function task(status: number, history: readonly AttemptRecord[], rest: Partial<TaskRecord> = {}): TaskRecord {
  return { position: 1, status, hasRow: true, attempts: history.length, flags: 0, failure: null, history, output: status === COMPLETED ? 'right' : null, input: '[]', ...rest };
}

function evidence(now: TaskRecord, rest: Partial<TaskEvidence> = {}): TaskEvidence {
  const count = { requests: now.history.length, answers: now.history.filter(({ outcome }) => outcome === ATTEMPT_COMPLETED).length };
  return { now, before: null, count, countBefore: count, told: { completed: false, failed: false, digests: [] }, answer: { text: 'right', digest: 'd' }, input: '[]', mayFail: false, ...rest };
}

const flags = TASK_FLAGS.maybeBilledTwice;
const done = task(COMPLETED, [completed(1)]);
const failed = task(FAILED, [refused(1)], { failure: REFUSAL });
const parked = task(FAILED, [interrupted(1), interrupted(2)], { flags, failure: INTERRUPTION });
const tellsDone = { told: { completed: true, failed: false, digests: ['d'] } };

test.each<[string, TaskEvidence]>([
  ['done and shown', evidence(done, { before: done, ...tellsDone })],
  ['in flight when the program ended', evidence(task(RUNNING, [running(1)]))],
  ['with a row whose request never left', evidence(task(RUNNING, [running(1)]), { count: { requests: 0, answers: 0 } })],
  ['interrupted once and done then', evidence(task(COMPLETED, [interrupted(1), completed(2)], { flags }))],
  ['parked', evidence(parked, { before: parked })],
  ['refused', evidence(failed, { before: failed, mayFail: true })],
])('nothing is found wrong with a task that is %s', (_, sound) => {
  expect(judgeTask(sound)).toEqual([]);
});

test.each<[string, TaskEvidence, string]>([
  ['was shown as done and is in flight in the store', evidence(task(RUNNING, [running(1)]), tellsDone), 'G1'],
  ['is done without its answer', evidence(task(COMPLETED, [completed(1)], { output: null })), 'G1'],
  ['is done with the answer of another', evidence(task(COMPLETED, [completed(1)], { output: 'wrong' })), 'G1'],
  ['was shown with the answer of another', evidence(done, { told: { completed: true, failed: false, digests: ['e'] } }), 'G1'],
  ['was shown as failed and is queued', evidence(task(QUEUED, [refused(1)], { failure: REFUSAL }), { told: { completed: false, failed: true, digests: [] } }), 'G1'],
  ['was done and is queued again', evidence(task(QUEUED, [completed(1)]), { before: done }), 'G2'],
  ['was done and was sent once more without a row', evidence(done, { before: done, countBefore: { requests: 0, answers: 0 } }), 'G2'],
  ['has an attempt after the completed one', evidence(task(RUNNING, [completed(1), running(2)])), 'G2'],
  ['was sent twice with one row', evidence(task(RUNNING, [running(1)]), { count: { requests: 2, answers: 0 } }), 'G3'],
  ['was sent without a row', evidence(task(QUEUED, []), { count: { requests: 1, answers: 0 } }), 'G3'],
  ['was interrupted twice and goes out again', evidence(task(RUNNING, [interrupted(1), interrupted(2), running(3)], { flags })), 'G4'],
  ['was interrupted twice and waits in the queue', evidence(task(QUEUED, [interrupted(1), interrupted(2)], { flags, failure: INTERRUPTION })), 'G4'],
  ['was interrupted and is not flagged', evidence(task(COMPLETED, [interrupted(1), completed(2)])), 'G4'],
  ['was parked after one interruption', evidence(task(FAILED, [interrupted(1)], { flags, failure: INTERRUPTION })), 'G4'],
  ['lost its failure', evidence({ ...failed, failure: null }, { before: failed, mayFail: true }), 'G5'],
  ['lost its row', evidence(task(QUEUED, [refused(1)], { hasRow: false }), { before: failed, mayFail: true }), 'G5'],
  ['lost an attempt', evidence({ ...parked, history: [interrupted(1)] }, { before: parked }), 'G5'],
  ['had an attempt overwritten', evidence(task(FAILED, [{ ...refused(1), failure: INTERRUPTION }], { failure: INTERRUPTION }), { before: failed, mayFail: true }), 'G5'],
  ['has another input than was imported', evidence({ ...done, input: '["x"]' }), 'G5'],
  ['failed though its requests were answered well', evidence(failed), 'G5'],
  ['is running with an ended attempt', evidence(task(RUNNING, [refused(1)])), 'store'],
])('a task that %s is found out', (_, unsound, rule) => {
  expect(judgeTask(unsound).map((violation) => violation.rule)).toContain(rule);
});
