import { fork } from 'node:child_process';
import path from 'node:path';
import type { SimulatorOptions } from '../../../electron/simulator/simulator.ts';

export interface MockServer {
  /** For example `http://127.0.0.1:40123`. */
  readonly origin: string;
  stop(): void;
}

interface ServerProcess<Address> {
  readonly address: Address;
  readonly stop: () => void;
}

/** A server as a process of its own, once it has said where it listens; it ends with this one at the latest. */
async function startServer<Address>(script: string, args: readonly string[]): Promise<ServerProcess<Address>> {
  const child = fork(path.join(import.meta.dirname, script), args);
  const { promise, resolve, reject } = Promise.withResolvers<Address>();
  child.once('message', (message) => resolve(message as Address));
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it listened.`)));
  return {
    address: await promise,
    stop() {
      if (child.connected) child.disconnect();
    },
  };
}

/** Starts the mock server. */
export async function startMock(): Promise<MockServer> {
  const { address, stop } = await startServer<{ readonly port: number }>('mock-server.ts', []);
  return { origin: `http://127.0.0.1:${address.port}`, stop };
}

/** Starts the simulated provider, which answers each prompt after a time of its own, always the same. */
export async function startSimulatorProcess(options: SimulatorOptions): Promise<{ readonly baseUrl: string; readonly stop: () => void }> {
  const { address, stop } = await startServer<{ readonly url: string }>('simulator-process.ts', [JSON.stringify(options)]);
  return { baseUrl: address.url, stop };
}
