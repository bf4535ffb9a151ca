import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROJECT_DIR = join(import.meta.dirname, '..', '..');

export interface ServedHost {
  /** Good for one browser tab. */
  readonly url: string;
  /** Ctrl+C; settles with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, as in a crash; settles once the process is gone. */
  kill(): Promise<void>;
  log(): string;
}

/** The browser host as users start it: `npm run serve`. */
export async function startServeHost(dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<ServedHost> {
  const child = spawn(process.execPath, ['electron/start/checkout.ts', 'serve', '--port', '0', '--json', '--data-dir', dataDir], {
    cwd: PROJECT_DIR,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  const { promise: ended, resolve: end } = Promise.withResolvers<number | null>();
  createInterface({ input: child.stdout }).once('line', (line) => resolve((JSON.parse(line) as { readonly url: string }).url));
  child.once('error', reject);
  child.once('exit', (code) => {
    reject(new Error(`The browser host ended with ${code}:\n${printed.join('')}`));
    end(code);
  });
  return {
    url: await url,
    stop() {
      child.kill('SIGINT');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    log: () => printed.join(''),
  };
}
