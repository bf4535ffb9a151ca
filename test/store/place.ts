import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach } from 'vitest';

import type { BatchDraft, Vars } from '../../shared/contract/commands.ts';
import type { Failure, RunSettings, TaskStatus } from '../../shared/vocabulary.ts';
import type { AttemptEnd } from '../../electron/store/journal.ts';
import { openStore, STORE_FILE, type Store } from '../../electron/store/open.ts';

export interface StorePlace {
  readonly dataDir: string;
  readonly storeFile: string;
  /** Closed after the test. */
  open(readOnly?: boolean): Store;
}

/** A fresh data folder for each test of a file. */
export function storePlaceForEach(): StorePlace {
  let dataDir = '';
  const opened: Store[] = [];
  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), 'tasklane-store-'));
  });
  afterEach(() => {
    for (const store of opened.splice(0)) store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    get dataDir() {
      return dataDir;
    },
    get storeFile() {
      return path.join(dataDir, STORE_FILE);
    },
    open(readOnly = false) {
      const store = openStore({ dataDir, holder: 'test', readOnly });
      opened.push(store);
      return store;
    },
  };
}

export const settings: RunSettings = { template: '{{a}}', system: '', providerId: null, providerName: 'x', baseUrl: '', simulated: true, model: 'm', concurrency: 4, maxAttempts: 5, timeoutMs: 1000, maxTokens: null, temperature: null, stream: true };
export const draft: BatchDraft = { template: '{{a}}', system: '', providerId: 'simulated', model: 'm', concurrency: 4, maxAttempts: 5, timeoutMs: 1000, maxTokens: null, temperature: null, stream: true };

export function addBatch(store: Store, rows: readonly Vars[], name = 'rows'): string {
  const batchId = store.batches.begin({ name, createdAt: '2026-01-01T00:00:00.000Z', files: ['rows.csv'], columns: [], draft });
  store.batches.append(batchId, 0, rows.map((vars, index) => ({ customId: `task-${index + 1}`, vars })));
  store.batches.finishImport(batchId, rows.length, ['a']);
  return batchId;
}

export const serverFailure: Failure = { class: 'server', httpStatus: 500, code: 'boom', message: 'The server fell over.', maybeBilled: false, retryAfterMs: null, shouldRetry: null };

/** Long enough for a page to hold few of them, so that damage to one page leaves others. */
export const answerOf = (index: number): string => `answer ${index} ${'x'.repeat(700)}`;

/** The first attempt of a task, as the engine writes it. */
export const beginOf = (runId: string, index: number): Parameters<Store['journal']['begin']>[0] => ({ runId, ordinal: index, index, number: 1, slot: 0, startedAt: '2026-01-01T00:00:01.000Z', queueWaitMs: 1, rateWaitMs: 0, backoffMs: 0, sentMs: index, startedMs: index, fingerprint: 'f', edit: null, flags: 0 });

export const endOf = (runId: string, index: number, status: TaskStatus = 'completed'): AttemptEnd => {
  const failure = status === 'failed' ? serverFailure : null;
  return {
    runId,
    ordinal: index,
    index,
    outcome: status === 'failed' ? 6 : 1,
    queueWaitMs: 1,
    sentMs: index,
    firstTokenMs: index + 2,
    finishedMs: index + 5,
    inputTokens: 3,
    outputTokens: 7,
    requestId: null,
    failure,
    task: { status, attempts: 1, spent: 1, failure, startedMs: index, finishedMs: index + 5, serviceMs: 5, finalServiceMs: 5, timeToFirstTokenMs: 2, inputTokens: 3, outputTokens: 7, flags: 0 },
    result: status === 'failed' ? null : { output: answerOf(index), finishReason: 'stop', model: 'm-1' },
  };
};

export interface FilledStore {
  readonly batchId: string;
  readonly runId: string;
}

/** A batch of `count` tasks whose run has dealt with all of them: each tenth failed, the others completed. */
export async function fill(store: Store, count: number): Promise<FilledStore> {
  const batchId = addBatch(store, Array.from({ length: count }, (_, index) => ({ a: `question ${index}` })));
  const { runId } = store.runs.create({ batchId, settings, total: count, createdAt: '2026-01-01T00:00:00.000Z' });
  for (let from = 0; from < count; from += 100) {
    const indices = Array.from({ length: Math.min(100, count - from) }, (_, i) => from + i);
    await Promise.all(indices.map((index) => store.journal.begin(beginOf(runId, index))));
    for (const index of indices) void store.journal.end(endOf(runId, index, index % 10 === 9 ? 'failed' : 'completed'));
    store.journal.flush();
  }
  return { batchId, runId };
}

/** The code of what is thrown. */
export function errorCode(action: () => unknown): string {
  try {
    action();
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
