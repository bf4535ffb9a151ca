import type { CliIo } from './io.ts';

/** Ctrl+C while there was nothing to pause, or the second one. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted.');
    this.name = 'Interrupted';
  }
}

export interface Interrupts {
  readonly count: number;
  /** Settles at the first interrupt. */
  readonly first: Promise<void>;
  /** Settles at the second interrupt. */
  readonly second: Promise<void>;
  /** What `work` gives, unless an interrupt comes first: then it throws Interrupted. */
  orInterrupted<T>(work: Promise<T>): Promise<T>;
}

/** Counts interrupts from now on until the returned `stop` is called. */
export function watchInterrupts(io: Pick<CliIo, 'onInterrupt'>): { readonly interrupts: Interrupts; readonly stop: () => void } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let count = 0;
  const stop = io.onInterrupt(() => {
    count += 1;
    if (count === 1) first.resolve();
    else second.resolve();
  });
  const interrupts: Interrupts = {
    get count() {
      return count;
    },
    first: first.promise,
    second: second.promise,
    orInterrupted: (work) =>
      Promise.race([
        work,
        first.promise.then(() => {
          throw new Interrupted();
        }),
      ]),
  };
  return { interrupts, stop };
}
