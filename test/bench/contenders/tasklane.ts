import { importBenchBatch, loadClient, openForBench, until } from './app.ts';
import type { ContenderPlan, PreparedContender } from './contender.ts';

/**
 * The whole program as a host uses it: store on disk, saved provider, `run.start`, engine, journal, openai client, and a
 * listener that takes every batch of events.
 */
export async function prepareTasklane(plan: ContenderPlan): Promise<PreparedContender> {
  await loadClient();
  const tasklane = await openForBench(plan.dataDir);
  const batchId = await importBenchBatch(tasklane, plan);
  let events = 0;
  tasklane.subscribe((batch) => {
    events += batch.events.length;
  });
  return {
    async run() {
      const { runId } = await tasklane.call('run.start', { batchId, limit: null });
      await until(() => tasklane.activeRunIds().length === 0);
      const run = (await tasklane.call('run.list', {})).find((header) => header.runId === runId);
      if (run?.status !== 'completed' || events === 0) throw new Error(`Expected a completed run with events, got ${run?.status ?? 'none'} with ${events}.`);
      return run.completed;
    },
    close: () => tasklane.close(),
  };
}
