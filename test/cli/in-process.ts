import { runCli } from '../../electron/cli/main.ts';
import type { CliIo, ServeOptions } from '../../electron/cli/io.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What `serve` was asked for. */
  readonly served: readonly ServeOptions[];
}

/** `runCli` without a process of its own, for command lines that send nothing. */
export async function runInProcess(args: readonly string[], parts: Partial<CliIo> & Pick<CliIo, 'cwd'>): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const served: ServeOptions[] = [];
  const exitCode = await runCli(args, {
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
    env: {},
    isTTY: false,
    columns: 80,
    onInterrupt: () => () => undefined,
    serve: (options) => Promise.resolve(served.push(options)).then(() => 0),
    ...parts,
  });
  return { exitCode, stdout, stderr, served };
}
