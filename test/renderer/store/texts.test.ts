import { expect, test } from 'vitest';
import { fileNameOf } from '../../../renderer/store/export-slice.ts';
import { flagLabels } from '../../../renderer/store/flag-text.ts';
import { timeAgo } from '../../../renderer/store/relative-time.ts';
import { documentTitle, pauseText, rowStatusText } from '../../../renderer/store/run-text.ts';
import { longestServiceMs, summarySentence } from '../../../renderer/store/summary-text.ts';
import { taskPatchOf } from '../../../shared/contract/columns.ts';
import { headerOf, openProgram, taskRow } from '../program.ts';

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
  expect(pauseText({ stopReason: 'auth', stopMessage: 'The key that ends in 9fQ2 was refused.' })).toEqual({ title: 'Key rejected', sentence: 'The key that ends in 9fQ2 was refused.', remedy: 'key' });
  expect(pauseText({ stopReason: 'offline', stopMessage: null })).toEqual({ title: 'Offline', sentence: 'The provider cannot be reached; check the network and the address, then resume.', remedy: 'provider' });
  expect(pauseText({ stopReason: 'provider_down', stopMessage: null })).toEqual({ title: 'Provider down', sentence: 'The provider answers with nothing but errors of its own; wait a while, then resume.', remedy: 'none' });
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

test('a time ago is never in the future and never rounds up', () => {
  const now = Date.parse('2026-01-02T12:00:00Z');
  const ago = (ms: number): string => timeAgo(now - ms, now);
  expect([ago(-5000), ago(59_999), ago(60_000), ago(3_599_999), ago(7_200_000), ago(86_399_999), ago(3 * 86_400_000), timeAgo(Number.NaN, now)]).toEqual(['just now', 'just now', '1 min ago', '59 min ago', '2 h ago', '23 h ago', '3 d ago', '']);
});

test('each flag of a task is said in words, so that none is hidden behind another', () => {
  expect([flagLabels(0), flagLabels(2), flagLabels(1 | 4 | 16)]).toEqual([[], ['sent with changed settings'], ['may have been billed twice', 'cut at the token limit', 'without a finish reason']]);
});
