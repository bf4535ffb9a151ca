import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach } from 'vitest';

import type { BatchDraft } from '../../shared/contract/commands.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import { openTasklane } from '../../electron/api/open.ts';
import type { Tasklane } from '../../electron/api/types.ts';
import { startOpenAiServer, type OpenAiServer, type OpenAiServerOptions } from '../fixtures/openai-server.ts';

/** A data folder of its own for each test, opened as a program does, and a foreign server. */
export interface ApiWorkbench {
  readonly dataDir: string;
  readonly tasklane: Tasklane;
  serve(options: OpenAiServerOptions): Promise<OpenAiServer>;
  /** A batch of the prompts, with ids `t1` and so on, that goes to the server one at a time unless the draft says otherwise. */
  addBatch(server: OpenAiServer, prompts: readonly string[], draft?: Partial<BatchDraft>): Promise<string>;
  changeDraft(batchId: string, change: Partial<BatchDraft>): Promise<void>;
  /** Starts the batch and stays until the run stands still. */
  runToEnd(batchId: string): Promise<string>;
  /** Does something and stays until the run stands still. */
  settle(runId: string, action: () => Promise<unknown>): Promise<RunHeader>;
  header(runId: string): Promise<RunHeader>;
  /** What a command writes to a file. */
  written(name: string, write: (targetId: string) => Promise<unknown>): Promise<string>;
  /** Closes the program and opens the folder with a new one. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

const SETTLED = ['completed', 'paused', 'cancelled'];

export function apiWorkbenchForEach(): ApiWorkbench {
  let dataDir = '';
  let tasklane: Tasklane;
  const servers: OpenAiServer[] = [];
  const open = async (): Promise<void> => {
    tasklane = await openTasklane({ dataDir, host: 'terminal', version: '0.0.0-test' });
  };
  beforeEach(async () => {
    dataDir = mkdtempSync(path.join(os.tmpdir(), 'tasklane-api-'));
    await open();
  });
  afterEach(async () => {
    await tasklane.abort();
    for (const server of servers.splice(0)) await server.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const header = async (runId: string): Promise<RunHeader> => {
    const run = (await tasklane.call('run.list', {})).find((entry) => entry.runId === runId);
    if (!run) throw new Error(`Expected run ${runId} in the list.`);
    return run;
  };
  const standstill = async (runId: string): Promise<RunHeader> => {
    for (;;) {
      const run = await header(runId);
      if (SETTLED.includes(run.status) && !tasklane.activeRunIds().includes(runId)) return run;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const changeDraft = async (batchId: string, change: Partial<BatchDraft>): Promise<void> => {
    const { draft } = await tasklane.call('batch.get', { batchId });
    await tasklane.call('batch.update', { batchId, draft: { ...draft, ...change } });
  };

  return {
    get dataDir() {
      return dataDir;
    },
    get tasklane() {
      return tasklane;
    },
    async serve(options) {
      const server = await startOpenAiServer({ latencyMs: 0, ...options });
      servers.push(server);
      return server;
    },
    async addBatch(server, prompts, draft = {}) {
      const file = path.join(dataDir, 'rows.csv');
      writeFileSync(file, `id,prompt\n${prompts.map((prompt, index) => `t${index + 1},${prompt}\n`).join('')}`);
      const { sourceId } = await tasklane.addSource(file);
      const { batchId } = await tasklane.call('batch.create', { sourceIds: [sourceId], options: { format: null, delimiter: null, header: null }, name: null, idColumn: 'id', template: '{{prompt}}', acceptBadRows: false });
      const { id: providerId } = await tasklane.call('provider.save', { providerId: null, name: 'Test', baseUrl: server.baseUrl, model: 'model-1', key: null, makeDefault: false });
      await changeDraft(batchId, { providerId, model: 'model-1', concurrency: 1, ...draft });
      return batchId;
    },
    changeDraft,
    async runToEnd(batchId) {
      const { runId } = await tasklane.call('run.start', { batchId, limit: null });
      await standstill(runId);
      return runId;
    },
    async settle(runId, action) {
      await action();
      return standstill(runId);
    },
    header,
    async written(name, write) {
      const file = path.join(dataDir, name);
      await write(tasklane.addTarget(file).targetId);
      return readFileSync(file, 'utf8');
    },
    async reopen() {
      await tasklane.close();
      await open();
    },
    close: () => tasklane.close(),
  };
}
