import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ContenderPlan, ContenderResult } from './contender.ts';

export interface ContenderOrder extends Omit<ContenderPlan, 'dataDir'> {
  /** Where the contender's own folder is made. */
  readonly workDir: string;
}

/** Runs a contender in a fresh process with a fresh folder. Throws when it ends without a result. */
export async function runContender({ workDir, ...order }: ContenderOrder): Promise<ContenderResult> {
  const dataDir = await mkdtemp(path.join(workDir, `${order.contender}-`));
  try {
    return await inProcess({ ...order, dataDir });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function inProcess(plan: ContenderPlan): Promise<ContenderResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ContenderResult>();
  const child = fork(path.join(import.meta.dirname, 'process.ts'), [JSON.stringify(plan)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  child.once('message', (message) => resolve(message as ContenderResult));
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`${plan.contender} ended with ${code} and without a result.`)));
  return promise;
}
