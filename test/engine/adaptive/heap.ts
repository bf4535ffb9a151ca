/** A binary heap of values by a number; equal numbers leave in the order they came. */
export interface Heap<T> {
  push(key: number, value: T): void;
  /** The least key; Infinity when empty. */
  leastKey(): number;
  /** Removes and returns the value of the least key. Throws when empty. */
  pop(): T;
  size(): number;
}

interface Entry<T> {
  readonly key: number;
  readonly order: number;
  readonly value: T;
}

export function createHeap<T>(): Heap<T> {
  const entries: Entry<T>[] = [];
  let pushes = 0;

  const isBefore = (a: Entry<T>, b: Entry<T>): boolean => a.key < b.key || (a.key === b.key && a.order < b.order);
  const sink = (entry: Entry<T>): void => {
    let position = 0;
    for (;;) {
      let child = 2 * position + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && isBefore(entries[child + 1]!, entries[child]!)) child += 1;
      if (!isBefore(entries[child]!, entry)) break;
      entries[position] = entries[child]!;
      position = child;
    }
    entries[position] = entry;
  };
  return {
    push(key, value) {
      const entry = { key, order: pushes, value };
      pushes += 1;
      let position = entries.length;
      entries.push(entry);
      while (position > 0) {
        const parent = (position - 1) >> 1;
        if (!isBefore(entry, entries[parent]!)) break;
        entries[position] = entries[parent]!;
        position = parent;
      }
      entries[position] = entry;
    },
    size: () => entries.length,
    leastKey: () => entries[0]?.key ?? Infinity,
    pop() {
      const least = entries[0];
      const last = entries.pop();
      if (!least || !last) throw new Error('expected an entry, the heap is empty');
      if (entries.length > 0) sink(last);
      return least.value;
    },
  };
}
