import { copyFile, open } from 'node:fs/promises';
import path from 'node:path';
import type { ImportName, ImportPlan, ImportResult } from './import-plan.ts';

/** Everything up to the measured part; what it gives is the number of tasks. */
type PrepareImport = (plan: ImportPlan) => Promise<() => Promise<number | null>>;

const PREPARE: Readonly<Record<ImportName, PrepareImport>> = { import: prepareImport, copy: prepareCopy };

/** As a host imports: a source, and `batch.create` of it. */
async function prepareImport({ dataDir, file }: ImportPlan): Promise<() => Promise<number>> {
  const { openForBench } = await import('./app.ts');
  const tasklane = await openForBench(dataDir);
  const { sourceId } = await tasklane.addSource(file);
  return async () => {
    const { taskCount } = await tasklane.call('batch.create', { sourceIds: [sourceId], options: { format: null, delimiter: null, header: null }, name: null, idColumn: 'id', template: '{{prompt}}', acceptBadRows: false });
    await tasklane.close();
    return taskCount;
  };
}

/** The least that keeping a file costs on this disk: its bytes copied and synced. */
async function prepareCopy({ dataDir, file }: ImportPlan): Promise<() => Promise<null>> {
  const target = path.join(dataDir, 'copy');
  return async () => {
    await copyFile(file, target);
    const handle = await open(target, 'r+');
    await handle.sync();
    await handle.close();
    return null;
  };
}

process.once('disconnect', () => process.exit(1));
const plan = JSON.parse(process.argv[2] ?? '') as ImportPlan;
const keep = await PREPARE[plan.contender](plan);
const cpuBefore = process.cpuUsage();
const startMs = performance.now();
const taskCount = await keep();
const wallMs = performance.now() - startMs;
const { user, system } = process.cpuUsage(cpuBefore);
const result: ImportResult = { wallMs, cpuMs: (user + system) / 1000, peakRssMb: process.resourceUsage().maxRSS / 1024, taskCount };
process.send?.(result, () => process.exit());
