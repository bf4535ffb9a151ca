import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { vi } from 'vitest';

import type { Engine } from '../../../electron/engine/engine.ts';
import { STORE_FILE, type Store } from '../../../electron/store/open.ts';
import { TASK_STATUSES, type RunHeader, type TaskStatus } from '../../../shared/vocabulary.ts';
import { openWorkbench, type Workbench } from '../workbench.ts';
import { createScriptedExecutor, type ScriptedExecutor, type Sent } from './scripted-executor.ts';

/** A request that went out, and what the disk held of it at that moment. */
export interface SeenSend {
  readonly index: number;
  readonly prompt: string;
  readonly temperature: number | null;
  /** In flight once it was sent, itself included. */
  readonly inFlight: number;
  /** Number and outcome of the task's latest attempt as another reader of the file sees it. */
  readonly onDisk: { readonly number: number; readonly outcome: number } | null;
}

/** What the disk holds, read by another connection. */
export interface DiskRow {
  readonly status: TaskStatus;
  readonly attempts: number;
  readonly attemptRows: number;
  /** Bits of TASK_FLAGS. */
  readonly flags: number;
  readonly output: string | null;
}

/** The real engine on a real store, with answers, clock and crashes in the hands of a test. Needs fake timers. */
export interface World {
  readonly runId: string;
  readonly engine: () => Engine;
  store(): Store;
  header(): RunHeader;
  /** Unanswered requests, oldest first. */
  waiting(): readonly Sent[];
  /** What was sent since it was asked last. */
  takeSends(): readonly SeenSend[];
  rows(): readonly DiskRow[];
  counts(): { readonly attempts: number; readonly retries: number; readonly inputTokens: number };
  /** Waits until everything that can happen without time passing has happened, and is on disk. */
  settle(): Promise<void>;
  passTime(ms: number): Promise<void>;
  /** So much time passes at once, without a timer firing in it, as in a stop. */
  standStill(ms: number): void;
  /** Goes on with exactly what a kill at this moment leaves on disk. */
  crash(): Promise<void>;
  /** Ends the program with the engine's own means, then opens the data folder anew. */
  restart(how: 'drain' | 'abort'): Promise<void>;
  close(): Promise<void>;
}

/** Longer than ends of attempts wait for their commit. */
const COMMIT_MS = 60;

export async function createWorld(batchSize: number, total: number, concurrency: number): Promise<World> {
  const folders: string[] = [];
  const newFolder = (): string => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tasklane-model-'));
    folders.push(folder);
    return folder;
  };
  let stoodStillMs = 0;
  let sends: SeenSend[] = [];
  let activity = 0;
  let bench: Workbench;
  let executor: ScriptedExecutor;
  let witness: DatabaseSync;

  const latestOnDisk = (index: number): SeenSend['onDisk'] => {
    const row = witness.prepare('SELECT number, outcome FROM attempts WHERE position = ? ORDER BY number DESC LIMIT 1').get(index);
    return row ? { number: Number(row['number']), outcome: Number(row['outcome']) } : null;
  };
  const nowMs = (): number => performance.now() + stoodStillMs;
  const open = (dataDir: string): void => {
    const own = createScriptedExecutor({
      sent({ index, request }) {
        activity += 1;
        sends.push({ index, prompt: request.prompt, temperature: request.temperature, inFlight: own.waiting().length, onDisk: latestOnDisk(index) });
      },
    });
    executor = own;
    bench = openWorkbench('http://127.0.0.1:9/v1', {
      dataDir,
      engine: { executorFor: () => Promise.resolve(own), monotonicMs: nowMs, bootMs: nowMs, wallClock: () => new Date(nowMs()), random: () => 0.5 },
    });
    witness = new DatabaseSync(path.join(dataDir, STORE_FILE), { readOnly: true });
  };
  const closeBench = async (): Promise<void> => {
    witness.close();
    await bench.engine.stop('abort');
    bench.store.close();
  };
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 2; quiet += 1) {
      const before = activity + bench.told.runChanges;
      vi.advanceTimersByTime(COMMIT_MS);
      for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (activity + bench.told.runChanges !== before) quiet = -1;
    }
  };

  open(newFolder());
  const runId = bench!.addRun(bench!.addBatch(Array.from({ length: batchSize }, (_, index) => `p${index}`)), { concurrency, temperature: 0 }, total);
  await settle();
  return {
    runId,
    engine: () => bench.engine,
    store: () => bench.store,
    header: () => bench.engine.header(runId),
    waiting: () => executor.waiting(),
    takeSends() {
      const taken = sends;
      sends = [];
      return taken;
    },
    rows() {
      const rows = new Map(
        witness
          .prepare(
            `SELECT t.position, t.status, t.attempts, t.flags, o.output, (SELECT count(*) FROM attempts a WHERE a.run_key = t.run_key AND a.position = t.position) AS attempt_rows
             FROM run_tasks t LEFT JOIN results o ON o.run_key = t.run_key AND o.position = t.position`,
          )
          .all()
          .map((row) => [Number(row['position']), { status: TASK_STATUSES[Number(row['status'])]!, attempts: Number(row['attempts']), attemptRows: Number(row['attempt_rows']), flags: Number(row['flags']), output: typeof row['output'] === 'string' ? row['output'] : null }] as const),
      );
      return Array.from({ length: batchSize }, (_, index) => rows.get(index) ?? { status: 'queued', attempts: 0, attemptRows: 0, flags: 0, output: null });
    },
    counts() {
      const row = witness.prepare('SELECT count(*) AS attempts, count(*) FILTER (WHERE number > 1) AS retries, coalesce(sum(input_tokens), 0) AS tokens FROM attempts').get();
      return { attempts: Number(row?.['attempts']), retries: Number(row?.['retries']), inputTokens: Number(row?.['tokens']) };
    },
    settle,
    async passTime(ms) {
      vi.advanceTimersByTime(ms);
      await settle();
    },
    standStill(ms) {
      stoodStillMs += ms;
    },
    async crash() {
      const from = bench.dataDir;
      const to = newFolder();
      for (const name of [STORE_FILE, `${STORE_FILE}-wal`]) if (existsSync(path.join(from, name))) copyFileSync(path.join(from, name), path.join(to, name));
      await closeBench();
      sends = [];
      open(to);
      await settle();
    },
    async restart(how) {
      await bench.engine.stop(how);
      const { dataDir } = bench;
      await closeBench();
      open(dataDir);
      await settle();
    },
    async close() {
      await closeBench();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}
