import { writeSync } from 'node:fs';

import { openTasklane } from '../../electron/api/open.ts';
import type { RunSettings } from '../../shared/vocabulary.ts';

// A host of the smallest kind: runs `question-0.`, `question-1.` and so on, prints each task at the moment in which it is
// told that the task is done, and lives until its run is over or paused, all of it written. Its arguments: data folder,
// base URL, number of tasks.
const [dataDir = '', baseUrl = '', count = '0'] = process.argv.slice(2);
const COMPLETED = 2;

const tasklane = await openTasklane({ dataDir, host: 'terminal', version: '0.0.0' });
const ended = Promise.withResolvers<void>();
const shown = new Set<number>();
tasklane.subscribe(({ events }) => {
  for (const event of events) {
    if (event.type === 'tasks.changed') {
      for (const [at, status] of event.tasks.status.entries()) {
        const index = event.tasks.index[at] ?? -1;
        if (status !== COMPLETED || shown.has(index)) continue;
        shown.add(index);
        writeSync(1, `shown ${index}.\n`);
      }
    }
    if (event.type !== 'run.changed' || (event.run.status !== 'completed' && event.run.status !== 'paused')) continue;
    writeSync(1, `run ${event.run.status} ${event.run.stopReason}\n`);
    if (tasklane.activeRunIds().length === 0) ended.resolve();
  }
});
const text = Array.from({ length: Number(count) }, (_, index) => `question-${index}.\n`).join('');
const source = await tasklane.call('source.paste', { text });
const { batchId } = await tasklane.call('batch.create', { sourceIds: [source.sourceId], options: { format: null, delimiter: null, header: null }, name: null, idColumn: null, template: '{{text}}', acceptBadRows: false });
const settings: RunSettings = { template: '{{text}}', system: '', providerId: null, providerName: 'test', baseUrl, simulated: false, model: 'test-model', concurrency: 2, maxAttempts: 1, timeoutMs: 60_000, maxTokens: null, temperature: null, stream: false };
await tasklane.startRun(batchId, settings, null);
await ended.promise;
await tasklane.close();
writeSync(1, 'closed\n');
