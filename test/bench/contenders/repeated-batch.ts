import type { RunSnapshot } from '../../../shared/contract/commands.ts';
import { importBenchBatch, loadClient, openForBench, until } from './app.ts';
import type { RunStep } from './projection-plan.ts';

/** A batch that can be run again and again, each time at other concurrencies. */
export interface RepeatedBatch {
  /** One whole run. Throws unless every task completes without a retry. */
  run(steps: readonly RunStep[]): Promise<RunSnapshot>;
  /** Wall of a run as its summary gives it. */
  wallMsOf(runId: string): Promise<number>;
  close(): Promise<void>;
}

export async function openRepeatedBatch(dataDir: string, baseUrl: string, taskFile: string): Promise<RepeatedBatch> {
  await loadClient();
  const tasklane = await openForBench(dataDir);
  const batchId = await importBenchBatch(tasklane, { baseUrl, taskFile, concurrency: 1 });
  let ended = 0;
  tasklane.subscribe(({ events }) => {
    for (const event of events) if (event.type === 'run.changed') ended = event.run.completed + event.run.failed;
  });
  return {
    async run([first, ...others]) {
      if (first === undefined) throw new RangeError('Expected at least one step, got none.');
      const { draft } = await tasklane.call('batch.get', { batchId });
      await tasklane.call('batch.update', { batchId, draft: { ...draft, concurrency: first.concurrency } });
      ended = 0;
      const { runId } = await tasklane.call('run.start', { batchId, limit: null });
      let step = first;
      for (const next of others) {
        const { untilEnded } = step;
        await until(() => ended >= untilEnded || tasklane.activeRunIds().length === 0);
        await tasklane.call('run.setConcurrency', { runId, concurrency: next.concurrency });
        step = next;
      }
      await until(() => tasklane.activeRunIds().length === 0);
      const snapshot = await tasklane.call('run.snapshot', { runId });
      const { completed, total } = snapshot.run;
      if (completed !== total || snapshot.attempts.outcome.length !== total) throw new Error(`Expected ${total} tasks completed at the first attempt, got ${completed} with ${snapshot.attempts.outcome.length} attempts.`);
      return snapshot;
    },
    wallMsOf: async (runId) => (await tasklane.call('run.summary', { runId })).wallMs,
    close: () => tasklane.close(),
  };
}
