import { fork } from 'node:child_process';
import path from 'node:path';

export interface MockServer {
  /** For example `http://127.0.0.1:40123`. */
  readonly origin: string;
  stop(): void;
}

/** Starts the mock server as a process of its own; it ends with this one at the latest. */
export async function startMock(): Promise<MockServer> {
  const child = fork(path.join(import.meta.dirname, 'mock-server.ts'));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('message', (message) => resolve((message as { readonly port: number }).port));
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`The mock server ended with ${code} before it listened.`)));
  return {
    origin: `http://127.0.0.1:${await promise}`,
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}
