import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { TASK_STATUSES } from '../../shared/vocabulary.ts';
import type { ManyTasksReport } from './many-tasks-in-child.ts';
import { createScriptedExecutor, type ScriptedExecutor } from './model/scripted-executor.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** Nothing is sent: the executors are scripted. */
const UNREACHABLE = 'http://127.0.0.1:9/v1';

describe('case 54: 100,000 tasks', () => {
  const COUNT = 100_000;
  const PROMPT_LENGTH = 1000;
  const SLOTS = 64;
  /** Far less than the 150 MB of prompts and answers. */
  const HEAP_MB = 64;
  /** RELIABILITY's figure. */
  const RSS_LIMIT_MB = 500;
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'tasklane-many-'));
  });
  afterEach(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });

  const inChild = async (part: 'run' | 'hold', runId: string): Promise<{ readonly said: unknown; readonly exitCode: unknown; readonly stderr: string }> => {
    const child = fork(path.join(import.meta.dirname, 'many-tasks-in-child.ts'), [part, dataDir, runId], { cwd: dataDir, execArgv: [`--max-old-space-size=${HEAP_MB}`], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let said: unknown = null;
    let stderr = '';
    child.on('message', (message) => (said = message));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [exitCode] = (await once(child, 'close')) as unknown[];
    return { said, exitCode, stderr };
  };

  it('case 54: on 64 slots are all completed, each sent and recorded once, in a heap that could not hold their texts', { timeout: 300_000 }, async () => {
    const setUp = openWorkbench(UNREACHABLE, { dataDir });
    const filler = 'a question that goes on for a while '.repeat(PROMPT_LENGTH / 36 + 1);
    const batchId = setUp.addBatch(Array.from({ length: COUNT }, (_, index) => `${index} ${filler}`.slice(0, PROMPT_LENGTH)));
    const runId = setUp.addRun(batchId, { concurrency: SLOTS });
    await setUp.close();

    const { said, exitCode, stderr } = await inChild('run', runId);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const report = said as ManyTasksReport;
    process.stdout.write(`${COUNT} tasks on ${SLOTS} slots in a heap of ${HEAP_MB} MB: ${Math.round(report.maxRssMb)} MB at most in memory\n`);
    expect(report).toMatchObject({ notSentOnce: 0, peakInFlight: SLOTS, answers: COUNT });
    expect(report.maxRssMb).toBeLessThan(RSS_LIMIT_MB);

    const bench = openWorkbench(UNREACHABLE, { dataDir });
    expect(bench.header(runId)).toMatchObject({ status: 'completed', total: COUNT, completed: COUNT, failed: 0, cancelled: 0, attempts: COUNT, retries: 0 });
    const attempts = bench.store.runTasks.attemptColumns(runId);
    expect(new Set(attempts.taskIndex).size).toBe(COUNT);
    expect(attempts.number.every((number) => number === 1)).toBe(true);
    expect(bench.store.results.get(runId, COUNT - 1)?.output.startsWith(`${COUNT - 1} answer`)).toBe(true);
    await bench.close();

    // The limit is honest: whoever keeps what was read dies of it.
    const held = await inChild('hold', runId);
    expect(held.said).toBeNull();
    expect(held.stderr).toContain('heap out of memory');
  });
});

describe('case 55: cancelling races completion', () => {
  let executor: ScriptedExecutor;
  let bench: Workbench;
  let sends: number[];
  const open = (deafToAborts: boolean): void => {
    sends = [];
    executor = createScriptedExecutor({ deafToAborts, sent: ({ index }) => sends.push(index) });
    bench = openWorkbench(UNREACHABLE, { engine: { executorFor: () => Promise.resolve(executor) } });
  };
  afterEach(() => bench.close());

  /** From the same turn to well after the commit. */
  const DELAYS = ['none', 'microtask', 'microtasks', 'immediate', 'immediates', 'commit'] as const;
  const wait = async (delay: (typeof DELAYS)[number]): Promise<void> => {
    if (delay === 'microtask') await Promise.resolve();
    if (delay === 'microtasks') for (let count = 0; count < 5; count += 1) await Promise.resolve();
    if (delay === 'immediate') await new Promise((resolve) => setImmediate(resolve));
    if (delay === 'immediates') for (let count = 0; count < 3; count += 1) await new Promise((resolve) => setImmediate(resolve));
    if (delay === 'commit') await new Promise((resolve) => setTimeout(resolve, 52));
  };
  const TASKS = 6;
  const startRun = async (): Promise<string> => {
    sends.length = 0;
    const runId = bench.addRun(bench.addBatch(Array.from({ length: TASKS }, (_, index) => `p${index}`)), { concurrency: 3 });
    await bench.engine.start(runId);
    await bench.until(() => executor.waiting().length === 3, 'three in flight');
    return runId;
  };
  /** What must hold at the end, whoever won. `paid`: tasks whose answer came. */
  const check = (runId: string, paid: ReadonlySet<number>): void => {
    const header = bench.header(runId);
    const { index, status, attempts } = bench.store.runTasks.taskColumns(runId);
    const statuses = [...status].map((value) => TASK_STATUSES[value]);
    const count = (name: string): number => statuses.filter((found) => found === name).length;
    expect([...index]).toEqual([0, 1, 2, 3, 4, 5]);
    expect({ queued: header.queued, running: header.running, completed: header.completed, failed: header.failed, cancelled: header.cancelled }).toEqual({ queued: 0, running: 0, completed: count('completed'), failed: 0, cancelled: count('cancelled') });
    expect(header.completed + header.cancelled).toBe(TASKS);
    expect(new Set(sends).size).toBe(sends.length);
    for (const [position, found] of statuses.entries()) {
      const output = bench.store.results.get(runId, position)?.output ?? null;
      // Completed with its answer or cancelled without one; an answer that came is never thrown away.
      expect({ position, found, output }).toEqual({ position, found: paid.has(position) ? 'completed' : 'cancelled', output: paid.has(position) ? `answer to p${position}` : null });
      expect(bench.told.tasks.get(position)?.status ?? status[position]).toBe(status[position]);
      expect(bench.store.runTasks.attemptsOf(runId, position).length).toBe(attempts[position]);
      expect(attempts[position]).toBeLessThanOrEqual(1);
    }
  };
  const anyRace = fc.record({ answered: fc.subarray([0, 1, 2], { minLength: 1 }), cancelFirst: fc.boolean(), delay: fc.constantFrom(...DELAYS) });

  for (const deafToAborts of [false, true]) {
    const whose = deafToAborts ? 'an answer that is on its way already' : 'an answer that an abort still stops';

    it(`case 55: a run cancelled in the turn of ${whose} keeps each paid answer, cancels the rest and sends nothing more`, async () => {
      open(deafToAborts);
      await fc.assert(
        fc.asyncProperty(anyRace, async ({ answered, cancelFirst, delay }) => {
          bench.told.tasks.clear();
          const runId = await startRun();
          const inFlight = executor.waiting();
          const paid = new Set<number>();
          const giveAnswers = (): void => {
            for (const sent of inFlight.filter(({ index, signal }) => answered.includes(index) && (deafToAborts || !signal.aborted))) {
              paid.add(sent.index);
              sent.answer();
            }
          };
          let cancelled: Promise<void>;
          if (cancelFirst) {
            cancelled = bench.engine.cancel(runId);
            await wait(delay);
            giveAnswers();
          } else {
            giveAnswers();
            await wait(delay);
            cancelled = bench.engine.cancel(runId);
          }
          // What was sent in place of what was answered.
          const sentByThen = sends.length;
          if (deafToAborts) {
            for (const sent of executor.waiting()) {
              paid.add(sent.index);
              sent.answer();
            }
            await new Promise((resolve) => setImmediate(resolve));
            for (const sent of executor.waiting()) {
              paid.add(sent.index);
              sent.answer();
            }
          }
          await cancelled;
          expect(sends.length).toBe(sentByThen);
          expect(bench.header(runId).status).toBe('cancelled');
          check(runId, paid);
        }),
        { numRuns: 60, seed: 55 },
      );
    });

    it(`case 55: tasks cancelled in the turn of ${whose} are either completed with it or cancelled, and the others are run`, async () => {
      open(deafToAborts);
      await fc.assert(
        fc.asyncProperty(anyRace, fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }), async ({ answered, cancelFirst, delay }, named) => {
          bench.told.tasks.clear();
          const runId = await startRun();
          const inFlight = executor.waiting();
          const paid = new Set<number>();
          const giveAnswers = (): void => {
            for (const sent of inFlight.filter(({ index, signal }) => answered.includes(index) && (deafToAborts || !signal.aborted))) {
              paid.add(sent.index);
              sent.answer();
            }
          };
          const cancel = (): void => bench.engine.cancelTasks(runId, named);
          if (cancelFirst) cancel();
          else giveAnswers();
          await wait(delay);
          if (cancelFirst) giveAnswers();
          else cancel();
          await bench.until(() => {
            for (const sent of executor.waiting()) {
              paid.add(sent.index);
              sent.answer();
            }
            return !bench.engine.activeRunIds().includes(runId);
          }, 'the end of the run');
          expect(bench.header(runId).status).toBe('completed');
          check(runId, paid);
        }),
        { numRuns: 60, seed: 55 },
      );
    });
  }

  it('case 55: a run cancelled while its pause comes to its end is cancelled, not left paused', async () => {
    open(false);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...DELAYS), async (delay) => {
        bench.told.tasks.clear();
        const runId = await startRun();
        bench.engine.pause(runId);
        for (const sent of executor.waiting()) sent.answer();
        await wait(delay);
        await bench.engine.cancel(runId);
        expect(bench.header(runId).status).toBe('cancelled');
        check(runId, new Set([0, 1, 2]));
      }),
      { numRuns: 30, seed: 55 },
    );
  });
});
