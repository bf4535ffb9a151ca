import type { CliIo, ServeOptions } from '../cli/io.ts';
import type { Interruption } from './interruption.ts';

const DEFAULT_COLUMNS = 80;

export interface TerminalParts {
  readonly interruption: Interruption;
  readonly serve: (options: ServeOptions) => Promise<number>;
}

/** The folder that the user stands in: npm runs scripts in the project's folder and keeps the caller's in INIT_CWD. */
export function callersFolder(): string {
  return process.env['INIT_CWD'] ?? process.cwd();
}

/** The terminal host's view of this process. */
export function terminalIo({ interruption, serve }: TerminalParts): CliIo {
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    env: process.env,
    cwd: callersFolder(),
    isTTY: process.stderr.isTTY,
    columns: process.stderr.columns ?? DEFAULT_COLUMNS,
    onInterrupt: (listener) => interruption.on(listener),
    serve,
  };
}

/** Settles when all that was printed so far has left this process, or can't any more. */
export async function flushed(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => (stream.writable ? stream.write('', () => resolve()) : resolve()))));
}
