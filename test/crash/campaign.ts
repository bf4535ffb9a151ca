import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { createRandom } from '../../shared/random/random.ts';
import { checkAnchors } from './edits/anchors.ts';
import type { Fault } from './edits/faults.ts';
import { createKillPlanner, type KillPlan } from './kill-plan.ts';
import { live, type Life } from './life.ts';
import type { Violation } from './rules.ts';
import { startCountingServer, type CountingServer } from './server.ts';
import { createWitness, inputOf, tally, type Tally, type Witness } from './witness.ts';

export interface CampaignOptions {
  readonly kills: number;
  readonly seed: number;
  /** Tasks of a batch; when it is done, the next begins. */
  readonly batchSize: number;
  /** A bug put into the program: its own aims are used, and the campaign ends with the first violation. */
  readonly fault?: Fault;
  readonly say?: (text: string) => void;
}

export interface CampaignReport {
  readonly kills: number;
  readonly killsBy: ReadonlyMap<string, number>;
  /** Lives that ended by themselves: one for each batch, but for those whose last life was killed when the run had just ended. */
  readonly ends: number;
  readonly requests: number;
  readonly batches: number;
  readonly tasks: Tally;
  readonly violations: readonly Violation[];
  /** Whether a fault was noticed for what it is. */
  readonly caught: boolean;
  readonly durationMs: number;
  /** From the start of a process to its first request, median, ms. */
  readonly startMs: number;
}

/** Before any start was measured, ms. */
const START_MS = 1000;
const VIOLATIONS_MAX = 20;
const SAY_EVERY = 20;
/** In the last life of a batch, which is not killed. */
const LAST_CONCURRENCY = 16;

/** Runs the real program, kills it again and again, and checks after each life what must never be wrong. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { kills, batchSize, fault } = options;
  checkAnchors();
  const beganMs = performance.now();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tasklane-crash-'));
  const server = await startCountingServer();
  const lives = createLives(folder, server, options);
  const witnesses: Witness[] = [];
  try {
    if (!fault) await warmUp(folder, server);
    writeFileSync(path.join(folder, 'tasks.csv'), `number\n${Array.from({ length: batchSize }, (_, position) => `${inputOf(position)}\n`).join('')}`);
    while (lives.killed() < kills && !lives.isEnough()) {
      const label = `b${witnesses.length + 1}`;
      const witness = createWitness(folder, { label, size: batchSize }, server);
      await lives.liveThrough(witness, label);
      for (const earlier of witnesses) lives.note(earlier.look(null), 'after a later batch');
      witnesses.push(witness);
    }
    const runs = witnesses.flatMap((witness) => witness.run() ?? []);
    return { ...lives.report(), requests: server.total(), batches: witnesses.length, tasks: tally(runs), durationMs: performance.now() - beganMs };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Lives {
  killed(): number;
  /** Whether there are violations enough to stop. */
  isEnough(): boolean;
  /** All lives of a batch: killed again and again, the last one until it ends by itself. */
  liveThrough(witness: Witness, label: string): Promise<void>;
  note(found: readonly Violation[], when: string): void;
  report(): Pick<CampaignReport, 'kills' | 'killsBy' | 'ends' | 'violations' | 'caught' | 'startMs'>;
}

function createLives(folder: string, server: CountingServer, { kills, seed, fault, say = () => undefined }: CampaignOptions): Lives {
  const planner = createKillPlanner(createRandom(seed));
  const killsBy = new Map<string, number>();
  const starts: number[] = [];
  const violations: Violation[] = [];
  let killed = 0;
  let ends = 0;

  const plan = (isFirst: boolean): KillPlan => {
    if (killed >= kills) return { aim: { kind: 'none' }, concurrency: LAST_CONCURRENCY };
    if (!fault) return planner.next(isFirst, medianOf(starts) ?? START_MS);
    return { aim: fault.aims[(killed + ends) % fault.aims.length] ?? { kind: 'none' }, concurrency: fault.concurrency };
  };
  const note: Lives['note'] = (found, when) => {
    violations.push(...found);
    if (!fault) for (const { rule, text } of found) say(`VIOLATION of ${rule} ${when}: ${text}`);
  };
  const isEnough = (): boolean => violations.length >= (fault ? 1 : VIOLATIONS_MAX);
  const count = (life: Life): void => {
    if (life.startMs !== null) starts.push(life.startMs);
    if (life.killedBy === null) {
      ends += 1;
      return;
    }
    killed += 1;
    killsBy.set(life.killedBy, (killsBy.get(life.killedBy) ?? 0) + 1);
    if (killed % SAY_EVERY === 0) say(`${killed} of ${kills} kills, ${server.total()} requests, ${violations.length} violations`);
  };
  return {
    killed: () => killed,
    isEnough,
    async liveThrough(witness, label) {
      for (;;) {
        const runId = witness.run()?.runId ?? null;
        const { aim, concurrency } = plan(runId === null);
        const how = runId === null ? runArguments(server, label) : ['resume', runId];
        const life = await live({ folder, args: [...how, '--concurrency', String(concurrency), '--json'], aim, fault: fault?.name ?? null }, server);
        count(life);
        note(witness.look(life), `in ${label} after kill ${killed} (${life.killedBy ?? 'ended by itself'})`);
        // The last batch is run to its end as well, so that nothing stays unseen; a faulty program's is not.
        // A kill may also fall between the end of the run and that of the process.
        if (life.killedBy === null || witness.run()?.status === 'completed' || isEnough() || (fault && killed >= kills)) return;
      }
    },
    note,
    report: () => ({ kills: killed, killsBy, ends, violations, caught: violations.some(({ rule }) => rule === fault?.breaks), startMs: medianOf(starts) ?? Number.NaN }),
  };
}

/** Only a life that ends by itself leaves its compiled sources behind for those that are killed. */
async function warmUp(folder: string, server: CountingServer): Promise<void> {
  writeFileSync(path.join(folder, 'warm-up.csv'), 'number\n0\n');
  await live({ folder, args: ['run', 'warm-up.csv', '--template', 'warm-up task {{number}}', '--base-url', server.baseUrl, '--model', 'counting', '--json'], aim: { kind: 'none' } }, server);
}

function runArguments(server: CountingServer, label: string): readonly string[] {
  // Every other batch is streamed.
  const streaming = Number(label.slice(1)) % 2 === 0 ? [] : ['--no-stream'];
  return ['run', 'tasks.csv', '--template', `${label} task {{number}}`, '--base-url', server.baseUrl, '--model', 'counting', ...streaming];
}

function medianOf(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;
}
