import { expect, test } from 'vitest';
import { limitText } from '../../../renderer/store/limit-text.ts';
import { headerOf } from '../program.ts';

const run = (change: Parameters<typeof headerOf>[0] = {}) => headerOf({ settings: { ...headerOf().settings, concurrency: 8 }, effectiveConcurrency: 8, running: 3, ...change });

test('the chip says what limits now, and nothing where nothing does', () => {
  expect(limitText(run({ limitedBy: 'setting' }), 8)).toEqual({ text: 'limited by your setting', title: '', tone: 'neutral' });
  expect(limitText(run({ limitedBy: 'few_tasks' }), 8)?.text).toBe('limited by tasks left');
  expect(limitText(run({ limitedBy: 'backoff' }), 8)).toMatchObject({ text: 'limited by waiting to retry', tone: 'warn' });
  expect(limitText(run({ limitedBy: 'nothing' }), 8)).toBeNull();
  expect(limitText(run({ limitedBy: 'provider' }), 8)).toMatchObject({ text: 'provider in trouble, probing', tone: 'warn' });
});

test('an effective limit below the setting is told as the rate limit\'s doing, not as "your setting"', () => {
  expect(limitText(run({ limitedBy: 'setting', effectiveConcurrency: 4 }), 8)).toMatchObject({ text: 'limited by rate limit', tone: 'warn', title: 'The provider refused for its rate limit, so 4 of the 8 you asked for run at once. It rises again by itself.' });
});

test('a higher setting on its way to the run is no refusal of the provider', () => {
  expect(limitText(run({ limitedBy: 'setting' }), 16)?.text).toBe('limited by your setting');
});

test('lowering says how many are still draining', () => {
  expect(limitText(run({ running: 9, slotSteps: [{ atMs: 0, slots: 12 }, { atMs: 5, slots: 4 }] }), 4)?.text).toBe('12 → 4, draining 5');
});
