import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ProjectionPlan, ProjectionResult } from './projection-plan.ts';
import { resultOfProcess } from './result-of-process.ts';

/** Projects and runs in a fresh process with a fresh folder. Throws when the process fails. */
export async function runProjectionProcess({ workDir, ...order }: Omit<ProjectionPlan, 'dataDir'> & { readonly workDir: string }): Promise<ProjectionResult> {
  const dataDir = await mkdtemp(path.join(workDir, 'projection-'));
  try {
    return await resultOfProcess<ProjectionResult>(path.join(import.meta.dirname, 'projection-process.ts'), { ...order, dataDir }, 'The projection');
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
