import { expect, test } from 'vitest';
import { failureGroups, mayRetry } from '../../../renderer/store/failure-groups.ts';
import { fileNameOf } from '../../../renderer/store/export-slice.ts';
import { documentTitle, pauseText, rowStatusText } from '../../../renderer/store/run-text.ts';
import { longestServiceMs, summarySentence } from '../../../renderer/store/summary-text.ts';
import { taskPatchOf } from '../../../shared/contract/columns.ts';
import { FAILURE_CLASSES } from '../../../shared/vocabulary.ts';
import { headerOf, openProgram, taskRow } from '../program.ts';

test('failures are grouped by class, the largest group first, and a retried one that succeeded is none', () => {
  const code = (name: (typeof FAILURE_CLASSES)[number]): number => FAILURE_CLASSES.indexOf(name) + 1;
  const tasks = taskPatchOf([taskRow(0, 'failed', { failure: code('server') }), taskRow(1, 'failed', { failure: code('context_length') }), taskRow(2, 'completed', { failure: code('server') }), taskRow(3, 'failed', { failure: code('context_length') })]);
  expect(failureGroups(tasks)).toEqual([
    { class: 'context_length', indices: [1, 3] },
    { class: 'server', indices: [0] },
  ]);
  expect([mayRetry('context_length'), mayRetry('server')]).toEqual([false, true]);
});

test('the summary names the longest task as the cap only where it is lower than the slots', async () => {
  const { client } = await openProgram();
  const summary = await client.call('run.summary', { runId: 'run-1' });
  expect(summarySentence(summary, 828)).toBe('Took 1.0 s: 2.4x faster than one at a time (estimated); your longest task caps this at 2.9x.');
  expect(summarySentence(summary, 400)).toBe('Took 1.0 s: 2.4x faster than one at a time (estimated); the concurrency caps this at 3.0x.');
  expect(summarySentence({ ...summary, theoreticalMax: 1, speedupEstimated: 1 }, 400)).toBe('Took 1.0 s.');
  expect(summarySentence({ ...summary, wallMs: 0 }, 400)).toBe('');
});

test('a run in which nothing has a time yet has no longest task', () => {
  expect([longestServiceMs(taskPatchOf([taskRow(0, 'running')])), longestServiceMs(taskPatchOf([taskRow(0, 'completed', { serviceMs: 3 }), taskRow(1, 'running')]))]).toEqual([0, 3]);
});

test('a pause always has a reason in words and the way to what helps', () => {
  expect(pauseText({ stopReason: 'user', stopMessage: null })).toEqual({ title: 'Paused by you', sentence: 'Nothing is being sent. What has finished is kept.', remedy: 'none' });
  expect(pauseText({ stopReason: 'auth', stopMessage: 'The key that ends in 9fQ2 was refused.' })).toEqual({ title: 'Key rejected', sentence: 'The key that ends in 9fQ2 was refused.', remedy: 'provider' });
  expect(pauseText({ stopReason: 'identical_failures', stopMessage: null }).remedy).toBe('failures');
});

test('the window title shows progress without rounding up to done', () => {
  expect([documentTitle(null, null), documentTitle('Tickets', null), documentTitle('Tickets', headerOf({ total: 1000, completed: 999 })), documentTitle('Tickets', headerOf({ status: 'paused', completed: 5 })), documentTitle('Tickets', headerOf({ status: 'completed', completed: 10 }))]).toEqual([
    'Tasklane', 'Tickets - Tasklane', '99% · Tickets - Tasklane', '50% paused · Tickets - Tasklane', 'Tickets - Tasklane',
  ]);
  expect(rowStatusText('idle')).toBe('Not run');
});

test('a suggested file name is one that every system accepts', () => {
  expect(['Q3: sales / north', '../../etc/passwd', '...', 'Überschrift 日本', 'a'.repeat(200)].map(fileNameOf)).toEqual(['Q3- sales - north', 'etc-passwd', 'tasklane', 'Überschrift 日本', 'a'.repeat(80)]);
});
