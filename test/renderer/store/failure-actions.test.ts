import { expect, test } from 'vitest';
import { actionsFor, promisingTasks, retryableTasks } from '../../../renderer/store/failure-actions.ts';
import { taskPatchOf } from '../../../shared/contract/columns.ts';
import { FAILURE_CLASSES } from '../../../shared/vocabulary.ts';
import type { FailureClass } from '../../../shared/vocabulary.ts';
import { groupOf, taskRow } from '../program.ts';

const SETTINGS = { concurrency: 8, maxTokens: null };
const code = (name: FailureClass): number => FAILURE_CLASSES.indexOf(name) + 1;

test('failure table: a prompt that is too long gets no blind retry, by no button', () => {
  expect(actionsFor('context_length', SETTINGS)).toEqual({ outlook: 'hopeless', fix: 'prompt', slowerAt: null });
  expect(promisingTasks([groupOf('context_length', [1, 2])])).toEqual([]);
  expect(retryableTasks(taskPatchOf([taskRow(0, 'failed', { failure: code('context_length') }), taskRow(1, 'failed', { failure: code('server') }), taskRow(2, 'completed', { failure: code('server') })]))).toEqual([1]);
});

test('each class leads to what helps, so that nobody retries into a rejected key', () => {
  const fixes = Object.fromEntries(FAILURE_CLASSES.map((name) => [name, [actionsFor(name, SETTINGS).outlook, actionsFor(name, SETTINGS).fix]]));
  expect(fixes).toEqual({
    auth: ['fix', 'key'],
    quota: ['fix', null],
    rate_limit: ['promising', null],
    server: ['promising', null],
    network: ['promising', null],
    timeout: ['promising', 'timeout'],
    tls: ['fix', 'provider'],
    redirect: ['fix', 'provider'],
    bad_request: ['fix', 'prompt'],
    context_length: ['hopeless', 'prompt'],
    invalid_response: ['promising', null],
    stream_cut: ['promising', null],
    schema: ['fix', 'prompt'],
    interrupted: ['ask', null],
  });
  expect(actionsFor('invalid_response', { ...SETTINGS, maxTokens: 200 }).fix).toBe('maxTokens');
});

test('slower means half of the present concurrency, and is not offered where one at a time is sent already', () => {
  const at = (concurrency: number): number | null => actionsFor('rate_limit', { concurrency, maxTokens: null }).slowerAt;
  expect([at(1), at(2), at(3), at(9), at(1000)]).toEqual([null, 1, 1, 4, 500]);
  expect(actionsFor('bad_request', SETTINGS).slowerAt).toBeNull();
});

test('what may be billed twice is left out of "retry all", so that it is never sent unasked', () => {
  expect(promisingTasks([groupOf('server', [4, 7]), groupOf('interrupted', [1]), groupOf('timeout', [2])])).toEqual([4, 7, 2]);
});
