import { parseArgs } from 'node:util';

import { FAULTS, faultNamed, type Fault } from './edits/faults.ts';

export interface CrashArguments {
  /** 0: none. */
  readonly kills: number;
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly help: boolean;
}

const KILLS = 200;
const KILLS_LONG = 2000;
const NUMBER_MAX = 2 ** 31 - 1;

export const HELP = `Usage: npm run crash -- [--long] [--kills N] [--seed N] [--mutant NAME]

Runs the real program, kills it again and again, and checks the promises G1-G5; then does the same with seeded faults,
each of which must be noticed.

  --kills N      so many kills (default: ${KILLS})
  --long         ${KILLS_LONG} kills
  --seed N       the seed of the kills (default: by the clock; it is printed)
  --mutant NAME  this fault only, no kills of the sound program: ${FAULTS.map(({ name }) => name).join(', ')}
`;

/** Throws for an option or value that makes no sense. `defaultSeed` is taken where none is given. */
export function parseArguments(args: readonly string[], defaultSeed: number): CrashArguments {
  const { values } = parseArgs({ args: [...args], options: { kills: { type: 'string' }, seed: { type: 'string' }, mutant: { type: 'string' }, long: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } } });
  const kills = values.mutant === undefined ? wholeNumber('--kills', values.kills, values.long ? KILLS_LONG : KILLS) : 0;
  return { kills, seed: wholeNumber('--seed', values.seed, defaultSeed), faults: values.mutant === undefined ? FAULTS : [faultNamed(values.mutant)], help: values.help };
}

function wholeNumber(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= NUMBER_MAX) return value;
  throw new Error(`Expected a whole number from 1 to ${NUMBER_MAX} after ${option}, got "${text}".`);
}
