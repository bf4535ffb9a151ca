import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ImportPlan, ImportResult } from './import-plan.ts';
import { resultOfProcess } from './result-of-process.ts';

/** Keeps a file in a fresh process with a fresh folder, which goes with what was imported. Throws when the process fails. */
export async function runImport({ workDir, ...order }: Omit<ImportPlan, 'dataDir'> & { readonly workDir: string }): Promise<ImportResult> {
  const dataDir = await mkdtemp(path.join(workDir, `${order.contender}-`));
  try {
    return await resultOfProcess<ImportResult>(path.join(import.meta.dirname, 'import-process.ts'), { ...order, dataDir }, order.contender);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
