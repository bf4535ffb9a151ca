import { setTimeout as delay } from 'node:timers/promises';
import { openTasklane } from '../../../electron/api/open.ts';
import type { Tasklane } from '../../../electron/api/types.ts';

export interface BatchPlan {
  readonly baseUrl: string;
  readonly taskFile: string;
  readonly concurrency: number;
  /** Default no, as in most contenders. */
  readonly stream?: boolean;
}

export function openForBench(dataDir: string): Promise<Tasklane> {
  return openTasklane({ dataDir, host: 'terminal', version: '0.0.0' });
}

/** Saves the mock server as the provider of new batches. */
export async function saveMockProvider(tasklane: Tasklane, baseUrl: string): Promise<void> {
  await tasklane.call('provider.save', { providerId: null, name: 'Bench', baseUrl, model: 'bench-1', key: null, makeDefault: true });
}

/** Imports a task file as a user would. */
export async function importBenchBatch(tasklane: Tasklane, { baseUrl, taskFile, concurrency, stream = false }: BatchPlan): Promise<string> {
  await saveMockProvider(tasklane, baseUrl);
  const { sourceId } = await tasklane.addSource(taskFile);
  const { batchId } = await tasklane.call('batch.create', { sourceIds: [sourceId], options: { format: null, delimiter: null, header: null }, name: null, idColumn: 'id', template: '{{prompt}}', acceptBadRows: false });
  const { draft } = await tasklane.call('batch.get', { batchId });
  await tasklane.call('batch.update', { batchId, draft: { ...draft, concurrency, stream } });
  return batchId;
}

/** Loads what the program loads with its first run, so that loading lies outside of what is measured, as with all contenders. */
export async function loadClient(): Promise<void> {
  await import('../../../electron/executors/openai-executor.ts');
}

const POLL_MS = 5;

/** Resolves once a condition holds; looks so seldom that looking costs nothing. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(POLL_MS);
}
