import { afterEach, describe, expect, it, test, vi } from 'vitest';

import { createAlarm, type Alarm } from '../../electron/engine/alarm.ts';
import { createProgress } from '../../electron/engine/progress.ts';
import { createRateGate } from '../../electron/engine/rate-gate.ts';
import { createRunClock } from '../../electron/engine/run-clock.ts';
import { createSlots } from '../../electron/engine/slots.ts';
import { createLane } from '../../electron/engine/lane.ts';
import { runHeader } from '../shared/run-fixture.ts';

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

test('the rate gate counts the time it was closed once, however often it is closed, and goes on from an earlier life', () => {
  let nowMs = 100;
  const gate = createRateGate(() => nowMs, 40);
  expect(gate.closedMs()).toBe(40);
  gate.close();
  nowMs += 10;
  gate.close();
  nowMs += 5;
  expect(gate.closedMs()).toBe(55);
  gate.open();
  gate.open();
  nowMs += 1000;
  expect(gate.closedMs()).toBe(55);
});

describe('the alarm', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const DAY = 24 * 3_600_000;
  const started = (): { alarm: Alarm; rings: number[] } => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const startMs = performance.now();
    const rings: number[] = [];
    return { alarm: createAlarm(() => performance.now() - startMs, () => rings.push(Math.round(performance.now() - startMs))), rings };
  };

  it('rings once, at the time that was set last', () => {
    const { alarm, rings } = started();
    alarm.set(50);
    alarm.set(200);
    vi.advanceTimersByTime(1000);
    expect(rings).toEqual([200]);
    alarm.set(1100);
    alarm.clear();
    alarm.set(Infinity);
    vi.advanceTimersByTime(1000);
    expect(rings).toEqual([200]);
  });

  it('rings after a year, though no timer takes that long and an overflow would ring at once', () => {
    const { alarm, rings } = started();
    alarm.set(365 * DAY);
    vi.advanceTimersByTime(364 * DAY);
    expect(rings).toEqual([]);
    vi.advanceTimersByTime(2 * DAY);
    expect(rings).toEqual([365 * DAY]);
  });

  it('does not ring early where its clock stood still', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let nowMs = 0;
    let rings = 0;
    const alarm = createAlarm(() => nowMs, () => {
      rings += 1;
    });
    alarm.set(1000);
    nowMs = 400;
    vi.advanceTimersByTime(1000);
    expect(rings).toBe(0);
    nowMs = 1000;
    vi.advanceTimersByTime(600);
    expect(rings).toBe(1);
  });
});

test('steps of the limit stay few over a run of days whose limit never rests', () => {
  const progress = createProgress(runHeader());
  for (let atMs = 1; atMs <= 30_000; atMs += 1) progress.setSlots(atMs * 1000, 1 + (atMs % 7));
  const { slotSteps } = progress.header({ activeMs: 0, limitedBy: 'nothing', trouble: null, inFlight: 0 });
  expect(slotSteps.length).toBeLessThan(5000);
  expect(slotSteps.every(({ atMs }, index) => index === 0 || atMs > slotSteps[index - 1]!.atMs)).toBe(true);
});

test('a job that throws is told of and gives its slot back, or a run would hang', async () => {
  const thrown: unknown[] = [];
  const lane = createLane(1, (error) => thrown.push(error));
  const fault = new Error('the store refuses');
  const { promise, resolve } = Promise.withResolvers<void>();
  lane.add(() => Promise.reject(fault));
  lane.add(async () => resolve());
  lane.open();
  await promise;
  expect(thrown).toEqual([fault]);
});

test('a lane that is cleared forgets what waits without an unhandled rejection or a word of failure', async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => {
    rejections.push(reason);
  };
  process.on('unhandledRejection', note);
  const lane = createLane(1, note);
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
