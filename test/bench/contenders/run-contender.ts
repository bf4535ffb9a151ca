import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ContenderPlan, ContenderResult } from './contender.ts';
import { resultOfProcess } from './result-of-process.ts';

export interface ContenderOrder extends Omit<ContenderPlan, 'dataDir'> {
  /** Where the contender's own folder is made. */
  readonly workDir: string;
}

/** Runs a contender in a fresh process with a fresh folder. Throws when it ends without a result. */
export async function runContender({ workDir, ...order }: ContenderOrder): Promise<ContenderResult> {
  const dataDir = await mkdtemp(path.join(workDir, `${order.contender}-`));
  try {
    return await resultOfProcess<ContenderResult>(path.join(import.meta.dirname, 'process.ts'), { ...order, dataDir }, order.contender);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
