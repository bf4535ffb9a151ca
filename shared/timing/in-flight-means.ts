/**
 * Time mean of the tasks in flight during each of the given stretches, each stretch itself included (so at least 1; also
 * for stretches without length). Starts and ends in ms, the same length, in any order.
 */
export function inFlightMeans(startsMs: Float64Array, endsMs: Float64Array): Float64Array {
  const starts = startsMs.toSorted();
  const ends = endsMs.toSorted();
  /** Integral of the number in flight up to a time = sum over starts before it of (time - start), less the same over ends. */
  const sumsOf = (times: Float64Array): Float64Array => {
    const sums = new Float64Array(times.length + 1);
    times.forEach((time, position) => {
      sums[position + 1] = sums[position]! + time;
    });
    return sums;
  };
  const startSums = sumsOf(starts);
  const endSums = sumsOf(ends);
  const countUpTo = (times: Float64Array, timeMs: number): number => {
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle]! <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const areaUpTo = (timeMs: number): number => {
    const started = countUpTo(starts, timeMs);
    const ended = countUpTo(ends, timeMs);
    return timeMs * started - startSums[started]! - (timeMs * ended - endSums[ended]!);
  };
  return Float64Array.from(startsMs, (startMs, position) => {
    const lengthMs = endsMs[position]! - startMs;
    return lengthMs > 0 ? Math.max(1, (areaUpTo(endsMs[position]!) - areaUpTo(startMs)) / lengthMs) : 1;
  });
}
