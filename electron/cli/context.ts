import type { CliIo } from './io.ts';

/** What every command is built with. */
export interface CommandContext {
  readonly io: CliIo;
  /** Sets what the program exits with once the command has ended; 0 when never called. */
  readonly exitWith: (code: number) => void;
}
