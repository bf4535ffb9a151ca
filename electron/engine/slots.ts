/** Numbers of the places for tasks in flight, from 0; always the lowest free one, so that charts stay compact. */
export interface Slots {
  take(): number;
  give(slot: number): void;
}

export function createSlots(): Slots {
  const taken: boolean[] = [];
  return {
    take() {
      const free = taken.indexOf(false);
      const slot = free === -1 ? taken.length : free;
      taken[slot] = true;
      return slot;
    },
    give(slot) {
      taken[slot] = false;
    },
  };
}
