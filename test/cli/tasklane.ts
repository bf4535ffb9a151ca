import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const NODE = path.join(ROOT, 'node_modules', '.bin', 'node');

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** What was printed on stderr so far. */
  stderr(): string;
  stdout(): string;
  /** Settles once stderr holds this text. Rejects when the program ends first. */
  said(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

export interface Workplace {
  /** The caller's folder; files are written here. */
  readonly folder: string;
  readonly dataDir: string;
  write(name: string, content: string): Promise<string>;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Started;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  remove(): Promise<void>;
}

/** The real program as a process of its own, with a data folder, a caller's folder and an environment of its own. */
export async function createWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tasklane-cli-'));
  const dataDir = path.join(folder, 'data');
  const running = new Set<ChildProcess>();

  const start: Workplace['start'] = (args, env = {}) => {
    const child = spawn(NODE, [path.join(ROOT, 'electron', 'start', 'checkout.ts'), ...args], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, INIT_CWD: folder, TASKLANE_DATA_DIR: dataDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = once(child, 'close').then(([exitCode]: unknown[]): Ended => {
      running.delete(child);
      return { exitCode: typeof exitCode === 'number' ? exitCode : null, stdout, stderr };
    });
    return {
      child,
      stderr: () => stderr,
      stdout: () => stdout,
      ended,
      async said(text) {
        while (!stderr.includes(text)) {
          const over = await Promise.race([ended, once(child.stderr, 'data').then(() => null)]);
          if (over !== null && !stderr.includes(text)) throw new Error(`It ended with ${over.exitCode} before it said "${text}":\n${over.stderr}`);
        }
      },
    };
  };

  return {
    folder,
    dataDir,
    async write(name, content) {
      await writeFile(path.join(folder, name), content);
      return name;
    },
    start,
    run: (args, env) => start(args, env).ended,
    async remove() {
      for (const child of running) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
