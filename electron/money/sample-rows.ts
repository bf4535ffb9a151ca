import type { Random } from '../../shared/random/random.ts';

/** Up to so many rows are all looked at; of more, so many are drawn. Counting them takes 10 to 30 ms at usual lengths. */
export const SAMPLE_ROWS = 200;

/** Positions (0 to total - 1, ascending) of the rows to render and count for an estimate: all if few, else SAMPLE_ROWS drawn at random without repeats (R. Floyd, 1987). */
export function rowsToSample(total: number, random: Random): readonly number[] {
  if (total <= SAMPLE_ROWS) return Array.from({ length: total }, (_, position) => position);
  const drawn = new Set<number>();
  for (let last = total - SAMPLE_ROWS; last < total; last += 1) {
    const position = Math.floor(random() * (last + 1));
    drawn.add(drawn.has(position) ? last : position);
  }
  return [...drawn].sort((a, b) => a - b);
}
