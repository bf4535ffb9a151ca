import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import { createGapClock } from '../../electron/engine/gap-clock.ts';
import { recogniseGaps, type ClockReading } from '../../electron/engine/gap-recognition.ts';
import { createScriptedExecutor, type ScriptedExecutor } from './model/scripted-executor.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * HOUR;
const BEFORE: ClockReading = { monotonicMs: 10_000, bootMs: 50_000, wallMs: Date.UTC(2026, 0, 1) };

function after({ monotonicMs, bootMs = monotonicMs, wallMs = Math.max(monotonicMs, bootMs) }: { readonly monotonicMs: number; readonly bootMs?: number; readonly wallMs?: number }): ClockReading {
  return { monotonicMs: BEFORE.monotonicMs + monotonicMs, bootMs: BEFORE.bootMs + bootMs, wallMs: BEFORE.wallMs + wallMs };
}

describe('recogniseGaps', () => {
  const recognised = (reading: ClockReading): { readonly gaps: readonly (readonly [string, number])[]; readonly countedMs: number } => {
    const { gaps, countedMs } = recogniseGaps(BEFORE, reading, SECOND);
    return { gaps: gaps.map(({ kind, durationMs }) => [kind, durationMs] as const), countedMs };
  };

  it('takes a late second for work: collecting garbage and a slow disk are no sleep', () => {
    expect(recognised(after({ monotonicMs: 1000 }))).toEqual({ gaps: [], countedMs: 0 });
    expect(recognised(after({ monotonicMs: 5999 }))).toEqual({ gaps: [], countedMs: 0 });
    expect(recognised(after({ monotonicMs: 1003, bootMs: 1010, wallMs: 40_000 }))).toEqual({ gaps: [], countedMs: 0 });
  });

  it('tells sleep by the clock of the boot where the monotonic one stands still (Linux), and takes nothing off the run', () => {
    expect(recognised(after({ monotonicMs: 1000, bootMs: HOUR + 1000 }))).toEqual({ gaps: [['slept', HOUR]], countedMs: 0 });
  });

  it('takes off the run what a monotonic clock counted that goes on in sleep (macOS, Windows) or in a stop', () => {
    expect(recognised(after({ monotonicMs: HOUR + 1000 }))).toEqual({ gaps: [['stopped', HOUR]], countedMs: HOUR });
  });

  it('tells the length of both when the program was stopped and the machine slept meanwhile', () => {
    expect(recognised(after({ monotonicMs: MINUTE + 1000, bootMs: HOUR + MINUTE + 1000 }))).toEqual({ gaps: [['slept', HOUR], ['stopped', MINUTE]], countedMs: MINUTE });
  });

  it('tells a clock that was set from time that passed, in both directions', () => {
    expect(recognised(after({ monotonicMs: 1000, wallMs: 1000 - HOUR }))).toEqual({ gaps: [['clock', -HOUR]], countedMs: 0 });
    expect(recognised(after({ monotonicMs: 1000, wallMs: 1000 + YEAR }))).toEqual({ gaps: [['clock', YEAR]], countedMs: 0 });
    expect(recognised(after({ monotonicMs: 1000, bootMs: HOUR, wallMs: 2 * HOUR })).gaps).toEqual([['slept', HOUR - 1000], ['clock', HOUR]]);
  });

  it('dates a gap by the wall clock at its end', () => {
    expect(recogniseGaps(BEFORE, after({ monotonicMs: HOUR }), SECOND).gaps[0]?.at).toBe('2026-01-01T01:00:00.000Z');
  });
});

describe('the clock of the runs', () => {
  it('never goes back and never counts a standstill, whoever reads it first', () => {
    const step = fc.record({ forwardMs: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 7000, max: HOUR })), reads: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let monotonicMs = 0;
        const clock = createGapClock({ monotonicMs: () => monotonicMs, read: () => ({ monotonicMs, bootMs: monotonicMs, wallMs: monotonicMs }), recognised: () => undefined });
        clock.watch();
        let latest = clock.nowMs();
        for (const { forwardMs, reads } of steps) {
          monotonicMs += forwardMs;
          for (let read = 0; read < reads; read += 1) {
            const now = clock.nowMs();
            expect(now).toBeGreaterThanOrEqual(latest);
            // Between two looks it counts less than the wait for a tick and what passes for work.
            expect(now - latest).toBeLessThan(6000);
            latest = now;
          }
        }
        clock.rest();
      }),
    );
  });

  it('takes time without a run for nothing worth a word', () => {
    let monotonicMs = 0;
    const clock = createGapClock({ monotonicMs: () => monotonicMs, read: () => ({ monotonicMs, bootMs: monotonicMs, wallMs: monotonicMs }), recognised: () => expect.unreachable() });
    clock.watch();
    clock.rest();
    monotonicMs = HOUR;
    expect(clock.nowMs()).toBe(HOUR);
    clock.watch();
    monotonicMs += 500;
    expect(clock.nowMs()).toBe(HOUR + 500);
    clock.rest();
  });
});

describe('a run', () => {
  /** What the test adds to the real clocks. */
  const set = { monotonicMs: 0, bootMs: 0, wallMs: 0 };
  let executor: ScriptedExecutor;
  let bench: Workbench;
  const open = (dataDir?: string): void => {
    executor = createScriptedExecutor();
    bench = openWorkbench('http://127.0.0.1:9/v1', {
      ...(dataDir === undefined ? {} : { dataDir }),
      engine: {
        executorFor: () => Promise.resolve(executor),
        monotonicMs: () => performance.now() + set.monotonicMs,
        bootMs: () => performance.now() + set.bootMs,
        wallClock: () => new Date(BEFORE.wallMs + YEAR / 2 + performance.now() + set.wallMs),
      },
    });
  };
  afterEach(async () => {
    await bench.close();
    Object.assign(set, { monotonicMs: 0, bootMs: 0, wallMs: 0 });
  });
  const startRun = async (count: number, concurrency: number): Promise<string> => {
    const runId = bench.addRun(bench.addBatch(Array.from({ length: count }, (_, index) => `p${index}`)), { concurrency });
    await bench.engine.start(runId);
    await bench.until(() => executor.waiting().length === Math.min(count, concurrency), 'the first requests');
    return runId;
  };
  /** Answers whatever is sent until the run has ended. */
  const answerAll = async (runId: string): Promise<void> => {
    await bench.until(() => {
      for (const sent of executor.waiting()) sent.answer();
      return bench.engine.activeRunIds().length === 0;
    }, `the end of run ${runId}`);
  };
  /** Every time of every attempt, in the order in which it happened within the attempt. */
  const timesOf = (runId: string): readonly number[] => {
    const { sentMs, finishedMs, queueWaitMs } = bench.store.runTasks.attemptColumns(runId);
    return [...sentMs, ...finishedMs, ...queueWaitMs, ...sentMs.map((sent, row) => finishedMs[row]! - sent)];
  };

  it('case 49: the wall clock set back an hour and forward a year during a run changes labels, and no duration, order, wait or count', async () => {
    open();
    const runId = await startRun(6, 1);
    executor.waiting()[0]!.answer();
    await bench.until(() => executor.waiting()[0]?.index === 1, 'the second request');
    set.wallMs = -HOUR;
    await bench.until(() => bench.told.gaps.length === 1, 'the clock set back');
    // A backoff and an answer while the clock is wrong.
    executor.waiting()[0]!.fail('server', { httpStatus: 503 });
    await bench.until(() => executor.waiting().length === 1, 'a request after the failure');
    executor.waiting()[0]!.answer();
    await bench.until(() => executor.waiting().length === 1, 'another request');
    set.wallMs = YEAR;
    await bench.until(() => bench.told.gaps.length === 2, 'the clock set forward');
    await answerAll(runId);

    expect(bench.told.gaps.map(({ kind, durationMs }) => [kind, Math.round(durationMs / MINUTE)])).toEqual([['clock', -60], ['clock', 60 + 365 * 24 * 60]]);
    const header = bench.header(runId);
    expect(header).toMatchObject({ status: 'completed', completed: 6, failed: 0, attempts: 7, retries: 1 });
    expect(header.activeMs).toBeLessThan(MINUTE);
    for (const time of timesOf(runId)) expect(time).toSatisfy((ms: number) => ms >= 0 && ms <= header.activeMs);
    const { ordinal, sentMs } = bench.store.runTasks.attemptColumns(runId);
    expect([...sentMs]).toEqual([...sentMs].toSorted((left, right) => left - right));
    expect([...ordinal]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    // Only labels show the jumps.
    const years = new Set([0, 1, 2, 3, 4, 5].flatMap((index) => bench.store.runTasks.attemptsOf(runId, index).map(({ startedAt }) => new Date(startedAt).getUTCFullYear())));
    expect(years.size).toBe(2);
  });

  it('case 49: a run that was interrupted before the clock was set back is recovered and resumed as ever', async () => {
    open();
    set.wallMs = YEAR;
    const runId = await startRun(5, 2);
    executor.waiting()[0]!.answer();
    await bench.until(() => bench.header(runId).completed === 1, 'the first result');
    const { dataDir } = bench;
    await bench.engine.stop('abort');
    bench.store.close();
    set.wallMs = -HOUR;
    open(dataDir);
    expect(bench.header(runId)).toMatchObject({ status: 'paused', stopReason: 'interrupted', completed: 1, queued: 4 });
    await bench.engine.start(runId);
    await answerAll(runId);
    const run = bench.store.runs.get(runId);
    expect(run).toMatchObject({ status: 'completed', completed: 5 });
    expect(bench.store.results.page(run, -1, 10).map(({ output }) => output)).toEqual([0, 1, 2, 3, 4].map((index) => `answer to p${index}`));
    for (const time of timesOf(runId).filter((ms) => !Number.isNaN(ms))) expect(time).toSatisfy((ms: number) => ms >= 0 && ms <= run.activeMs);
  });

  it('case 50: an hour of sleep that no clock but that of the boot counted (Linux) is told, and a wait that a provider asked for ends in it', async () => {
    open();
    const runId = await startRun(3, 1);
    executor.waiting()[0]!.fail('rate_limit', { httpStatus: 429, retryAfterMs: 5 * MINUTE });
    await bench.until(() => bench.header(runId).limitedBy === 'rate_limit', 'the hold');
    set.bootMs = HOUR;
    set.wallMs = HOUR;
    await bench.until(() => bench.told.gaps.length === 1, 'the sleep');
    await answerAll(runId);
    expect(bench.told.gaps.map(({ kind, durationMs }) => [kind, Math.round(durationMs / MINUTE)])).toEqual([['slept', 60]]);
    expect(bench.header(runId)).toMatchObject({ status: 'completed', completed: 3, attempts: 4 });
    expect(bench.header(runId).activeMs).toBeLessThan(MINUTE);
  });

  it('case 50: an hour of sleep that the monotonic clock counted too (macOS, Windows) is in no duration, though the answer is dealt with before any timer', async () => {
    open();
    const runId = await startRun(4, 2);
    set.monotonicMs = HOUR;
    set.bootMs = HOUR;
    set.wallMs = HOUR;
    // In this very turn, before the watcher can look.
    for (const sent of executor.waiting()) sent.answer();
    await answerAll(runId);
    await bench.until(() => bench.told.gaps.length === 1, 'the gap');
    expect(bench.told.gaps[0]?.kind).toBe('stopped');
    const header = bench.header(runId);
    expect(header).toMatchObject({ status: 'completed', completed: 4, attempts: 4 });
    expect(header.activeMs).toBeLessThan(MINUTE);
    for (const time of timesOf(runId)) expect(time).toSatisfy((ms: number) => ms >= 0 && ms <= header.activeMs);
    expect(header.slotSteps.map(({ slots }) => slots)).toEqual([2]);
  });

  it('case 51: ten minutes in which the program was stopped lose nothing, send nothing twice, and end a wait of five', async () => {
    open();
    const runId = await startRun(5, 2);
    executor.waiting()[0]!.fail('rate_limit', { httpStatus: 429, retryAfterMs: 5 * MINUTE });
    await bench.until(() => bench.header(runId).limitedBy === 'rate_limit', 'the hold');
    set.monotonicMs = 10 * MINUTE;
    set.bootMs = 10 * MINUTE;
    set.wallMs = 10 * MINUTE;
    await answerAll(runId);
    expect(bench.told.gaps.map(({ kind, durationMs }) => [kind, Math.round(durationMs / MINUTE)])).toEqual([['stopped', 10]]);
    const header = bench.header(runId);
    expect(header).toMatchObject({ status: 'completed', completed: 5, failed: 0, attempts: 6 });
    expect(header.activeMs).toBeLessThan(MINUTE);
    expect([0, 1, 2, 3, 4].map((index) => bench.store.runTasks.attemptsOf(runId, index).length).toSorted((left, right) => left - right)).toEqual([1, 1, 1, 1, 2]);
  });
});
