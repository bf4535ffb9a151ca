import { expect, test } from 'vitest';

import { createRateGate } from '../../electron/engine/rate-gate.ts';
import { createRunClock } from '../../electron/engine/run-clock.ts';
import { createSlots } from '../../electron/engine/slots.ts';
import { createLane } from '../../electron/engine/lane.ts';

test('the run clock stands still while the run is paused and goes on where an earlier life left off', () => {
  let monotonicMs = 1000;
  const clock = createRunClock(250, () => monotonicMs);
  expect(clock.nowMs()).toBe(250);
  clock.start();
  monotonicMs += 100;
  expect(clock.nowMs()).toBe(350);
  clock.stop();
  monotonicMs += 5000;
  expect(clock.nowMs()).toBe(350);
  clock.start();
  clock.start();
  monotonicMs += 1;
  expect(clock.nowMs()).toBe(351);
});

test('slots are numbered from the lowest free one, so that a chart has no more rows than tasks in flight', () => {
  const slots = createSlots();
  expect([slots.take(), slots.take(), slots.take()]).toEqual([0, 1, 2]);
  slots.give(1);
  slots.give(0);
  expect([slots.take(), slots.take(), slots.take()]).toEqual([0, 1, 3]);
});

test('the rate gate opens once, after the longest wait asked for, and counts the time it was closed', async () => {
  let opened = 0;
  const gate = createRateGate(() => performance.now(), () => {
    opened += 1;
  });
  const start = performance.now();
  gate.close(start + 80);
  gate.close(start + 20);
  expect(gate.isClosed()).toBe(true);
  while (gate.isClosed()) await new Promise((resolve) => setTimeout(resolve, 5));
  const took = performance.now() - start;
  expect(took).toBeGreaterThanOrEqual(79);
  expect(opened).toBe(1);
  expect(gate.closedMs()).toBeGreaterThanOrEqual(79);
  expect(gate.closedMs()).toBeLessThanOrEqual(took + 1);
});

test('a wait of a year neither fires at once nor keeps the program alive after a reset', () => {
  let opened = 0;
  const gate = createRateGate(() => performance.now(), () => {
    opened += 1;
  });
  gate.close(performance.now() + 365 * 24 * 3_600_000);
  gate.reset();
  expect([opened, gate.isClosed()]).toEqual([0, false]);
});

test('a lane that is cleared forgets what waits without an unhandled rejection', async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => {
    rejections.push(reason);
  };
  process.on('unhandledRejection', note);
  const lane = createLane(1);
  let ran = 0;
  for (let index = 0; index < 5; index += 1) {
    lane.add(async () => {
      ran += 1;
    });
  }
  expect(lane.waiting()).toBe(5);
  lane.clear();
  lane.open();
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', note);
  expect([ran, lane.waiting(), rejections]).toEqual([0, 0, []]);
});
