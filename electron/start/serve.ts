import { createInterface } from 'node:readline';
import { openTasklane } from '../api/open.ts';
import type { Tasklane } from '../api/types.ts';
import { escapeForTerminal } from '../cli/escape.ts';
import type { ServeOptions } from '../cli/io.ts';
import { programVersion } from '../cli/version.ts';
import { startServer } from '../server/start-server.ts';
import type { Interruption } from './interruption.ts';

export interface ServeParts {
  /** Folder of the built screen. */
  readonly screenDir: string;
  readonly interruption: Interruption;
}

const INTERRUPTED = 130;

/** Enter gives a fresh address, because each is good for one browser tab. Returns the way to stop. */
function offerNewAddresses(newUrl: () => string): () => void {
  if (!process.stdin.isTTY) return () => undefined;
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => process.stdout.write(`${newUrl()}\n`));
  return () => lines.close();
}

async function sayReadOnly(tasklane: Tasklane): Promise<void> {
  const { isReadOnly, writer } = await tasklane.call('app.snapshot', {});
  if (isReadOnly) process.stderr.write(`Read only: ${escapeForTerminal(writer ?? 'another Tasklane')} writes to this data folder; this one follows it.\n`);
}

/**
 * Host 2: the screen in a browser, until it is interrupted. The first interrupt pauses every run and waits for what is in
 * flight, the second aborts that. Where another program writes to the folder, it only reads and follows that one. Settles
 * with 0, or with 130 when runs were paused that way. Throws `port_taken`.
 */
export async function serve({ dataDir, port, json }: ServeOptions, { screenDir, interruption }: ServeParts): Promise<number> {
  const interrupted = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<'abort'>();
  let count = 0;
  const stopListening = interruption.on(() => {
    count += 1;
    if (count === 1) interrupted.resolve();
    else aborted.resolve('abort');
  });
  const tasklane = await openTasklane({ dataDir, host: 'browser', version: programVersion(), readOnlyWhenLocked: true });
  try {
    await sayReadOnly(tasklane);
    const server = await startServer({ tasklane, rendererDir: screenDir, port });
    process.stdout.write(json ? `${JSON.stringify({ url: server.url, port: server.port })}\n` : `Tasklane is at ${server.url}\n`);
    const stopOffering = offerNewAddresses(() => server.newUrl());
    await interrupted.promise;
    stopOffering();
    const pausedCount = tasklane.activeRunIds().length;
    if (pausedCount > 0) process.stderr.write('Pausing: waiting for the tasks in flight. Press Ctrl+C again to stop at once.\n');
    if ((await Promise.race([tasklane.close(), aborted.promise])) === 'abort') await tasklane.abort();
    // Only now: while it drains, the page still shows what finishes.
    await server.close();
    return pausedCount > 0 ? INTERRUPTED : 0;
  } finally {
    stopListening();
    await tasklane.close();
  }
}
