/** Lets the smallest value of a binary heap sink to its place after the top was replaced. */
function siftDown(heap: Float64Array): void {
  const value = heap[0]!;
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child += 1;
    if (heap[child]! >= value) break;
    heap[hole] = heap[child]!;
    hole = child;
  }
  heap[hole] = value;
}

/**
 * List scheduling (Graham): tasks are taken in order, each by the slot that is free first. Returns when each used slot
 * became free for good, ascending, ms from the start; the last one is the wall time. `concurrency` is at least 1.
 */
export function listSchedule(durationsMs: ArrayLike<number>, concurrency: number): Float64Array {
  const count = durationsMs.length;
  const freeAtMs = new Float64Array(Math.min(Math.max(1, Math.floor(concurrency)), count));
  for (let task = 0; task < count; task += 1) {
    freeAtMs[0] = freeAtMs[0]! + durationsMs[task]!;
    siftDown(freeAtMs);
  }
  return freeAtMs.sort();
}
