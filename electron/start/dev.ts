import { fork, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, PROJECT_DIR } from './build.ts';
import type { Interruption } from './interruption.ts';
import { sourceHash } from './source-hash.ts';

/** Editors write a file in several steps. */
const SETTLE_MS = 200;
const FOLDERS = ['electron', 'shared', 'renderer'];

function stopHost(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  host.once('exit', () => resolve());
  host.kill('SIGTERM');
  return promise;
}

/**
 * `npm run dev`: `npm start`, built and started again at each change of a source. A change of the screen alone needs
 * only a reload of the page.
 */
export async function develop(args: readonly string[], interruption: Interruption): Promise<number> {
  const start = (): ChildProcess => fork(join(import.meta.dirname, 'checkout.ts'), ['window', ...args], { stdio: 'inherit' });
  const changes: { timer?: NodeJS.Timeout; programChanged: boolean } = { programChanged: false };
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<void>();
  const stopListening = interruption.on(interrupt);
  let builtHash = await sourceHash(PROJECT_DIR);
  let host = start();
  let work = Promise.resolve();

  const rebuild = async (): Promise<void> => {
    const hash = await sourceHash(PROJECT_DIR);
    if (hash === builtHash) return;
    const isRestart = changes.programChanged;
    changes.programChanged = false;
    try {
      await ensureBuilt();
      builtHash = hash;
    } catch (thrown) {
      process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
      return;
    }
    process.stderr.write(isRestart ? 'Built; starting again.\n' : 'Built; reload the page.\n');
    if (!isRestart) return;
    await stopHost(host);
    host = start();
  };

  const watchers = FOLDERS.map((folder) =>
    watch(join(PROJECT_DIR, folder), { recursive: true }, () => {
      changes.programChanged ||= folder !== 'renderer';
      clearTimeout(changes.timer);
      changes.timer = setTimeout(() => {
        work = work.then(rebuild);
      }, SETTLE_MS);
    }),
  );
  await interrupted;
  stopListening();
  for (const watcher of watchers) watcher.close();
  clearTimeout(changes.timer);
  await work;
  await stopHost(host);
  return 0;
}
