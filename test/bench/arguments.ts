import { parseArgs } from 'node:util';
import { TasklaneError } from '../../shared/errors.ts';

export interface BenchArguments {
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly help: boolean;
}

/** Throws `usage` for an option that does not exist. */
export function parseArguments(args: readonly string[]): BenchArguments {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } }, allowPositionals: true });
    return { names: positionals, ...values };
  } catch (error) {
    throw new TasklaneError('usage', error instanceof Error ? error.message : String(error), 'Options are --quick and --help.', { cause: error });
  }
}
