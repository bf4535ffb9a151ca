import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startDeadline } from '../../electron/executors/deadline.ts';
import { until } from './executor-under-test.ts';

const real = (): number => performance.now();

test('a deadline expires once, and neither before its time nor after it was stopped', async () => {
  let expired = 0;
  const startedMs = real();
  let atMs = 0;
  startDeadline(40, () => {
    expired += 1;
    atMs = real();
  }, real);
  const stopped = startDeadline(40, () => (expired += 10), real);
  stopped.stop();
  await until(() => expired > 0);
  await wait(60);
  expect(expired).toBe(1);
  expect(atMs - startedMs).toBeGreaterThan(38);
});

test('refreshed it starts anew, also when it was stopped or was in its grace', async () => {
  let nowMs = 0;
  let expired = 0;
  const deadline = startDeadline(30, () => (expired += 1), () => nowMs, 60_000);
  nowMs = 5000;
  // Fires far too late by its clock and goes into a grace of a minute.
  await wait(80);
  expect(expired).toBe(0);
  deadline.refresh();
  await until(() => expired === 1);
  const other = startDeadline(30, () => (expired += 1), () => nowMs);
  other.stop();
  other.refresh();
  await until(() => expired === 2);
});

test('each standstill gets its own grace, and being a little late gets none', async () => {
  const steps = [0, 5000, 5000, 20_000, 20_000, 20_900];
  let reading = 0;
  let expired = 0;
  // Started; 5 s late; grace; 15 s late; grace; 0.9 s late.
  startDeadline(0, () => (expired += 1), () => steps[Math.min(reading++, steps.length - 1)]!, 0);
  await until(() => expired > 0);
  expect([expired, reading]).toEqual([1, 6]);
});
