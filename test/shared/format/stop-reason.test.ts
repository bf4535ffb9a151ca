import { expect, test } from 'vitest';
import { failureAdvice, failureLabel, limitedByLabel, runStatusLabel, stopReasonLabel, stopReasonSentence, taskStatusLabel } from '../../../shared/format/stop-reason.ts';
import { FAILURE_CLASSES, TASK_STATUSES } from '../../../shared/vocabulary.ts';

const STOP_REASONS = ['user', 'interrupted', 'auth', 'quota', 'tls', 'model_not_found', 'rate_limit', 'identical_failures', 'disk', 'internal'] as const;

test('every stop reason has one sentence of its own, and all but the user say what to do', () => {
  const sentences = STOP_REASONS.map(stopReasonSentence);
  expect(new Set(sentences).size).toBe(STOP_REASONS.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z][^.]+\.$/);
  expect(stopReasonSentence('auth')).toBe('The provider rejected the API key or denies access; check the key, then resume.');
  // Also what a read-only disk and a damaged store pause with.
  expect(stopReasonLabel('disk')).toBe('disk refuses');
});

test('every failure class has a label and an advice of its own', () => {
  expect(new Set(FAILURE_CLASSES.map(failureLabel)).size).toBe(FAILURE_CLASSES.length);
  expect(new Set(FAILURE_CLASSES.map(failureAdvice)).size).toBe(FAILURE_CLASSES.length);
  expect(failureLabel('rate_limit')).toBe('Rate limited');
});

test('a prompt that is too long is not offered a blind retry', () => {
  expect(failureAdvice('context_length')).toContain('a plain retry fails again');
});

test('states read as words', () => {
  expect(TASK_STATUSES.map(taskStatusLabel)).toEqual(['Queued', 'Running', 'Completed', 'Failed', 'Cancelled']);
  expect((['ready', 'running', 'pausing', 'paused', 'completed', 'cancelled'] as const).map(runStatusLabel)).toEqual(['Ready', 'Running', 'Pausing', 'Paused', 'Finished', 'Cancelled']);
  expect((['setting', 'rate_limit', 'backoff', 'few_tasks', 'nothing'] as const).map(limitedByLabel)).toEqual(['your setting', 'rate limit', 'waiting to retry', 'few tasks left', 'nothing']);
});
