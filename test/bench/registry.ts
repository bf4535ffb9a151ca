import { TasklaneError } from '../../shared/errors.ts';
import type { Bench } from './bench.ts';
import { importing } from './benches/import.ts';
import { ipc } from './benches/ipc.ts';
import { journal } from './benches/journal.ts';
import { overhead } from './benches/overhead.ts';
import { projection } from './benches/projection.ts';
import { scale } from './benches/scale.ts';
import { screen } from './benches/screen.ts';
import { start } from './benches/start.ts';
import { stream } from './benches/stream.ts';
import { window } from './benches/window.ts';

/** Every bench, in the order of docs/BENCHMARKS.md. */
export const BENCHES: readonly Bench[] = [window, overhead, journal, scale, importing, stream, projection, ipc, screen, start];

/** The named benches in the registry's order, each once; all of them for no names. Throws `usage`, listing those known. */
export function benchesNamed(names: readonly string[], benches: readonly Bench[] = BENCHES): readonly Bench[] {
  const unknown = names.filter((name) => benches.every((bench) => bench.name !== name));
  if (unknown.length > 0) {
    const known = benches.map(({ name }) => name).join(', ');
    throw new TasklaneError('usage', `Expected names of benches, got ${unknown.map((name) => `"${name}"`).join(', ')}.`, `Known are: ${known}.`);
  }
  return names.length === 0 ? benches : benches.filter(({ name }) => names.includes(name));
}
