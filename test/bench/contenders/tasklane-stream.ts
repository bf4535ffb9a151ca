import { TOKEN } from '../mock/answers.ts';
import { importBenchBatch, loadClient, openForBench, until } from './app.ts';
import type { ContenderPlan, PreparedContender } from './contender.ts';

/** The whole program with streamed answers, and a screen that watches one of them grow, as the window's drawer does. */
export async function prepareTasklaneStream(plan: ContenderPlan): Promise<PreparedContender> {
  await loadClient();
  const tasklane = await openForBench(plan.dataDir);
  const batchId = await importBenchBatch(tasklane, { ...plan, stream: true });
  const runIds: string[] = [];
  let extensions = 0;
  tasklane.subscribe((batch) => {
    for (const event of batch.events) if (event.type === 'answer.extended') extensions += 1;
  });
  return {
    async run() {
      const { runId } = await tasklane.call('run.start', { batchId, limit: null });
      runIds.push(runId);
      await tasklane.call('task.watch', { watcher: 'bench', runId, indices: [0] });
      await until(() => tasklane.activeRunIds().length === 0);
      return (await tasklane.call('run.list', {})).find((header) => header.runId === runId)?.completed ?? 0;
    },
    async close() {
      const expected = TOKEN.repeat(plan.tokens ?? 0);
      for (const runId of runIds) {
        for (let index = 0; index < plan.count; index += 1) {
          const { output } = await tasklane.call('task.detail', { runId, index });
          if (output !== expected) throw new Error(`Expected an answer of ${expected.length} characters, got ${output?.length ?? 'none'} for task ${index}.`);
        }
      }
      if (extensions === 0) throw new Error('Expected the watched answer to grow on the screen; it never did.');
      await tasklane.close();
    },
  };
}
