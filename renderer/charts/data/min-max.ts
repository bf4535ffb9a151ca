/** A line or cloud reduced for drawing: positions of the points to keep, ascending. */
export type KeptPoints = Uint32Array;

/**
 * Thins points to at most two a pixel column, the smallest and the largest value in it, so that every outlier stays
 * visible. `x` need not be sorted. Points outside `[fromX, toX]` or with a NaN are left out.
 * @param columns pixel columns of the plot, at least 1
 */
export function minMaxPerColumn(x: ArrayLike<number>, y: ArrayLike<number>, fromX: number, toX: number, columns: number): KeptPoints {
  const low = new Int32Array(columns).fill(-1);
  const high = new Int32Array(columns).fill(-1);
  const scale = toX > fromX ? columns / (toX - fromX) : 0;
  for (let row = 0; row < x.length; row += 1) {
    const at = x[row]!;
    const value = y[row]!;
    if (!(at >= fromX && at <= toX) || Number.isNaN(value)) continue;
    const column = Math.min(columns - 1, Math.floor((at - fromX) * scale));
    if (low[column] === -1 || value < y[low[column]!]!) low[column] = row;
    if (high[column] === -1 || value > y[high[column]!]!) high[column] = row;
  }
  const kept = new Set<number>();
  for (let column = 0; column < columns; column += 1) {
    if (low[column] === -1) continue;
    kept.add(low[column]!);
    kept.add(high[column]!);
  }
  return Uint32Array.from(kept).sort();
}
