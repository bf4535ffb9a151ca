import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { Reply, TaskName } from './answers.ts';
import { live, type Life, type LifePlan } from './life.ts';
import { startCountingServer, type CountingServer } from './server.ts';
import { createWitness, inputOf, type Witness } from './witness.ts';

/** One batch with its server and folder, whose lives a test decides one by one. */
export interface CrashPlace {
  readonly server: CountingServer;
  readonly witness: Witness;
  /** The first life starts the run, later ones resume it. */
  live(plan: Pick<LifePlan, 'aim' | 'end' | 'nodeOptions'>): Promise<Life>;
  close(): Promise<void>;
}

export interface CrashPlaceOptions {
  readonly label: string;
  readonly size: number;
  /** Tasks in flight at most. */
  readonly concurrency: number;
  readonly reply: (task: TaskName, earlier: number) => Reply | Promise<Reply>;
}

export async function openCrashPlace({ label, size, concurrency, reply }: CrashPlaceOptions): Promise<CrashPlace> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tasklane-crash-'));
  const server = await startCountingServer(reply);
  const witness = createWitness(folder, { label, size }, server);
  writeFileSync(path.join(folder, 'tasks.csv'), `number\n${Array.from({ length: size }, (_, position) => `${inputOf(position)}\n`).join('')}`);
  return {
    server,
    witness,
    live(plan) {
      const runId = witness.run()?.runId ?? null;
      const how = runId === null ? ['run', 'tasks.csv', '--template', `${label} task {{number}}`, '--base-url', server.baseUrl, '--model', 'counting', '--no-stream'] : ['resume', runId];
      return live({ folder, args: [...how, '--concurrency', String(concurrency), '--json'], ...plan }, server);
    },
    async close() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
