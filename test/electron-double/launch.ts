import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from '@playwright/test';
import type { Remote, RemoteCall, RemoteMessage, RemoteName } from './remote.ts';

const PROJECT_DIR = join(import.meta.dirname, '..', '..');
const PAGE_LIMIT_MS = 30_000;

type Caller = <K extends RemoteName>(name: K, ...values: Parameters<Remote[K]>) => Promise<Awaited<ReturnType<Remote[K]>>>;

export interface DoubleProcess {
  readonly appId: string;
  readonly call: Caller;
  /** Settles once the main module has run and `ready` was emitted; rejects when the process ends before. */
  readonly started: Promise<void>;
  /** Exit code. */
  readonly ended: Promise<number | null>;
  /** What it printed so far. */
  log(): string;
  kill(): void;
}

export interface DoubleOptions {
  readonly dataDir: string;
  /** Address for CDP of the browser whose pages are the windows. */
  readonly browserUrl: string;
  readonly env?: Readonly<Record<string, string>>;
  /** By default the built one. */
  readonly mainFile?: string;
  /** What the user typed after the program's name; by default only the data folder. */
  readonly args?: readonly string[];
}

function callerOf(child: ChildProcess): Caller {
  let lastId = 0;
  return (name, ...values) => {
    lastId += 1;
    const id = lastId;
    const { promise, resolve, reject } = Promise.withResolvers<never>();
    const onMessage = (message: unknown): void => {
      const answer = message as RemoteMessage;
      if (answer.kind !== 'answer' || answer.id !== id) return;
      child.off('message', onMessage);
      if (answer.error === undefined) resolve(answer.value as never);
      else reject(new Error(answer.error));
    };
    child.on('message', onMessage);
    child.send({ id, name, values } satisfies RemoteCall);
    return promise;
  };
}

/** Starts the built main process under the double. */
export function startDouble({ dataDir, browserUrl, env = {}, mainFile = join(PROJECT_DIR, 'out/main/main.js'), args = ['--data-dir', dataDir] }: DoubleOptions): DoubleProcess {
  const appId = `app${randomUUID().slice(0, 8)}`;
  const child = fork(join(import.meta.dirname, 'run.ts'), [mainFile, ...args], {
    cwd: PROJECT_DIR,
    env: { ...process.env, ...env, ELECTRON_DOUBLE_BROWSER: browserUrl, ELECTRON_DOUBLE_APP: appId },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const printed: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<number | null>();
  child.on('message', (message) => {
    if ((message as RemoteMessage).kind === 'started') started.resolve();
  });
  child.once('exit', (code) => {
    started.reject(new Error(`The main process ended with ${code}:\n${printed.join('')}`));
    ended.resolve(code);
  });
  // Who only waits for the end need not look at the start.
  started.promise.catch(() => undefined);
  return { appId, call: callerOf(child), started: started.promise, ended: ended.promise, log: () => printed.join(''), kill: () => void child.kill('SIGKILL') };
}

/** The page of a window, for Playwright. */
export async function pageOf(browser: Browser, process: DoubleProcess): Promise<Page> {
  const limit = performance.now() + PAGE_LIMIT_MS;
  while (performance.now() < limit) {
    const page = browser.contexts().flatMap((context) => context.pages()).find((candidate) => candidate.url().includes(process.appId));
    if (page !== undefined) return page;
    await delay(25);
  }
  throw new Error(`No window after ${PAGE_LIMIT_MS} ms:\n${process.log()}`);
}
