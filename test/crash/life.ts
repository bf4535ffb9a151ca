import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';

import { STORE_FILE } from '../../electron/store/open.ts';
import { aimName, type Aim } from './aim.ts';
import { ORDERS_VARIABLE, parseTold, type Orders, type Told } from './inside/orders.ts';
import { COMPILE_CACHE, NODE, PRELOAD, PROGRAM } from './paths.ts';
import type { CountingServer } from './server.ts';

/** How one life of the program went. */
export interface Life {
  /** What it was killed by (see aimName); null when it ended by itself. */
  readonly killedBy: string | null;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly told: Told;
  /** Requests of this life that the server saw. */
  readonly requests: number;
  /** From the start of the process to its first request, ms; null when there was none. */
  readonly startMs: number | null;
}

/** What a life is killed by that does not get on. */
export const HUNG = 'hung';

export interface LifePlan {
  /** A folder of the harness's own; the store lies in `data`. */
  readonly folder: string;
  readonly args: readonly string[];
  readonly aim: Aim;
  readonly fault?: string | null;
  /** In place of what follows from the aim. */
  readonly end?: Orders['end'];
  readonly nodeOptions?: readonly string[];
}

/** An aim that isn't met within this time after the first request is given up for a plain kill, ms. */
const PATIENCE_MS = 20_000;
/** The same where it can't be known whether a life will meet it: nothing may have to be recovered, no checkpoint be due. */
const SHORT_PATIENCE_MS = 1500;
/** A life that takes longer hangs, ms: far more than a batch takes on a busy machine. */
const LIFE_MS = 300_000;
/** Small, so that a short life meets checkpoints. */
const CHECKPOINT_PAGES = 40;

export function dataDirOf(folder: string): string {
  return path.join(folder, 'data');
}

/** Runs the program once, from its start to its end by whatever comes first, and waits until all that it sent is counted. */
export async function live({ folder, args, aim, fault = null, end, nodeOptions = [] }: LifePlan, server: CountingServer): Promise<Life> {
  const toldFile = path.join(folder, 'told.txt');
  const toldFd = openSync(toldFile, 'w');
  const orders: Orders = { fault, end: end ?? (aim.kind === 'point' ? { point: aim.name, pass: aim.pass } : null), checkpointPages: aim.kind === 'during-checkpoint' ? CHECKPOINT_PAGES : null };
  const startedMs = performance.now();
  const child = spawn(NODE, [...nodeOptions, '--import', PRELOAD, PROGRAM, ...args, '--data-dir', dataDirOf(folder)], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, NODE_COMPILE_CACHE: COMPILE_CACHE, [ORDERS_VARIABLE]: JSON.stringify(orders) },
    stdio: ['ignore', 'pipe', 'pipe', toldFd],
  });
  closeSync(toldFd);
  const stdout = collected(child.stdout);
  const stderr = collected(child.stderr);

  let sentBy: string | null = null;
  const kill = (reason: string): void => {
    if (child.kill('SIGKILL')) sentBy ??= reason;
  };
  const timers: NodeJS.Timeout[] = [];
  const killIn = (delayMs: number, reason: string): void => void timers.push(setTimeout(kill, delayMs, reason));
  let watcher: FSWatcher | null = null;
  let requests = 0;
  let startMs: number | null = null;

  if (aim.kind === 'start') killIn(aim.delayMs, 'start');
  killIn(LIFE_MS, HUNG);
  server.onRequest(() => {
    requests += 1;
    if (aim.kind === 'after-send' && requests === aim.request) kill('after-send');
    if (requests > 1) return;
    startMs = performance.now() - startedMs;
    if (aim.kind === 'random') killIn(aim.delayMs, 'random');
    else if (aim.kind !== 'none') killIn(isCertain(aim) ? PATIENCE_MS : SHORT_PATIENCE_MS, 'random');
    if (aim.kind === 'during-checkpoint') watcher = watch(path.join(dataDirOf(folder), STORE_FILE), () => kill('during-checkpoint'));
  });
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  for (const timer of timers) clearTimeout(timer);
  (watcher as FSWatcher | null)?.close();
  await server.quiet();
  server.onRequest(() => undefined);
  const told = parseTold(readFileSync(toldFile, 'utf8'));
  return { killedBy: signal === null ? null : (sentBy ?? aimName(aim)), exitCode, signal, stdout: stdout(), stderr: stderr(), told, requests, startMs };
}

function collected(stream: Readable | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (more: string) => (text += more));
  return () => text;
}

function isCertain(aim: Aim): boolean {
  return aim.kind !== 'during-checkpoint' && !(aim.kind === 'point' && (aim.name === 'in-recovery' || aim.name === 'after-recovery'));
}
