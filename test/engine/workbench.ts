import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { AttemptRow, TaskRow } from '../../shared/contract/columns.ts';
import { DEFAULTS, type ClockGap, type RunHeader, type RunSettings } from '../../shared/vocabulary.ts';
import { createEngine, type Engine, type EngineOptions } from '../../electron/engine/engine.ts';
import { createOpenAiExecutor } from '../../electron/executors/openai-executor.ts';
import { openStore, type Store } from '../../electron/store/open.ts';

export interface Told {
  readonly tasks: Map<number, TaskRow>;
  readonly attempts: Map<number, AttemptRow>;
  readonly answers: string[];
  readonly gaps: ClockGap[];
  runChanges: number;
}

export interface Workbench {
  readonly store: Store;
  readonly engine: Engine;
  readonly dataDir: string;
  readonly told: Told;
  /** A batch of rows with the column `prompt`. */
  addBatch(prompts: readonly string[]): string;
  addRun(batchId: string, settings?: Partial<RunSettings>, total?: number): string;
  header(runId: string): RunHeader;
  until(condition: () => boolean, what: string): Promise<void>;
  close(): Promise<void>;
}

export interface WorkbenchOptions {
  readonly dataDir?: string;
  readonly random?: () => number;
  readonly engine?: Partial<EngineOptions>;
}

/** A real store in a folder of its own, a real engine, real HTTP to `baseUrl`. */
export function openWorkbench(baseUrl: string, options: WorkbenchOptions = {}): Workbench {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(os.tmpdir(), 'tasklane-engine-'));
  const store = openStore({ dataDir, holder: 'test', busyTimeoutMs: 100 });
  const told: Told = { tasks: new Map(), attempts: new Map(), answers: [], gaps: [], runChanges: 0 };
  const engine = createEngine({
    store,
    executorFor: async () => createOpenAiExecutor({ baseUrl, key: 'sk-test-key-of-the-engine', connections: null }),
    random: options.random ?? (() => 0.1),
    listener: {
      runChanged: () => {
        told.runChanges += 1;
      },
      taskChanged: (_runId, row) => told.tasks.set(row.index, row),
      attemptChanged: (_runId, row) => told.attempts.set(row.ordinal, row),
      tasksReplaced: () => undefined,
      answerExtended: (_runId, _index, _attempt, _offset, text) => told.answers.push(text),
      gapRecognised: (gap) => told.gaps.push(gap),
    },
    ...options.engine,
  });
  const base: RunSettings = {
    template: '{{prompt}}',
    system: '',
    providerId: null,
    providerName: 'test',
    baseUrl,
    simulated: false,
    model: 'model-1',
    concurrency: 4,
    maxAttempts: DEFAULTS.maxAttempts,
    timeoutMs: 20_000,
    maxTokens: null,
    temperature: null,
    stream: false,
  };
  return {
    store,
    engine,
    dataDir,
    told,
    addBatch(prompts) {
      const draft = { template: '{{prompt}}', system: '', providerId: 'simulated', model: '', concurrency: 4, maxAttempts: 5, timeoutMs: 20_000, maxTokens: null, temperature: null, stream: false };
      const batchId = store.batches.begin({ name: 'test', createdAt: new Date(0).toISOString(), files: ['test.csv'], columns: ['prompt'], draft });
      store.batches.append(batchId, 0, prompts.map((prompt, index) => ({ customId: `task-${index + 1}`, vars: { prompt } })));
      store.batches.finishImport(batchId, prompts.length, ['prompt']);
      return batchId;
    },
    addRun: (batchId, settings = {}, total) => store.runs.create({ batchId, settings: { ...base, ...settings }, total: total ?? store.batches.get(batchId).taskCount, createdAt: new Date(0).toISOString() }).runId,
    header: (runId) => engine.header(runId),
    async until(condition, what) {
      const end = Date.now() + 15_000;
      while (!condition()) {
        if (Date.now() > end) throw new Error(`Waited 15 s in vain for: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    async close() {
      await engine.stop('abort');
      store.close();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
