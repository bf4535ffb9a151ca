import type { SlotStep } from '../vocabulary.ts';

/** A stretch of the run clock, ms. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** How many of something there are over time: one more at each start, one less at each end. Both ascending. */
export interface Level {
  readonly startsMs: Float64Array;
  readonly endsMs: Float64Array;
}

/** Collects intervals and gives them as a level. */
export interface LevelBuilder {
  /** Intervals without length are left out. */
  add(startMs: number, endMs: number): void;
  build(): Level;
}

export function createLevelBuilder(): LevelBuilder {
  const starts: number[] = [];
  const ends: number[] = [];
  return {
    add(startMs, endMs) {
      if (!(endMs > startMs)) return;
      starts.push(startMs);
      ends.push(endMs);
    },
    build: () => ({ startsMs: Float64Array.from(starts).sort(), endsMs: Float64Array.from(ends).sort() }),
  };
}

/** The level of stretches given as starts and ends in the same order; those without length change nothing. */
export function levelOf(startsMs: Float64Array, endsMs: Float64Array): Level {
  return { startsMs: startsMs.toSorted(), endsMs: endsMs.toSorted() };
}

/** `counts` holds one number a level and is reused: read it during the visit only. */
export type SweepVisit = (durationMs: number, limit: number, counts: Readonly<Int32Array>) => void;

/**
 * Walks over a span from change to change and visits each stretch (longer than 0 ms) on which the slot limit and the
 * counts of all levels stay the same. Before the first slot step the limit is 0; of steps at the same time the last counts.
 */
export function sweep(span: Span, slotSteps: readonly SlotStep[], levels: readonly Level[], visit: SweepVisit): void {
  const started = new Int32Array(levels.length);
  const ended = new Int32Array(levels.length);
  const counts = new Int32Array(levels.length);
  /** When each level changes next: most changes leave the other levels alone. */
  const changesMs = new Float64Array(levels.length).fill(Number.NEGATIVE_INFINITY);
  const advance = (position: number, nowMs: number): void => {
    const { startsMs, endsMs } = levels[position]!;
    let starts = started[position]!;
    let ends = ended[position]!;
    while (starts < startsMs.length && startsMs[starts]! <= nowMs) starts += 1;
    while (ends < endsMs.length && endsMs[ends]! <= nowMs) ends += 1;
    started[position] = starts;
    ended[position] = ends;
    counts[position] = starts - ends;
    const nextStartMs = starts < startsMs.length ? startsMs[starts]! : Number.POSITIVE_INFINITY;
    const nextEndMs = ends < endsMs.length ? endsMs[ends]! : Number.POSITIVE_INFINITY;
    changesMs[position] = Math.min(nextStartMs, nextEndMs);
  };
  let step = 0;
  let limit = 0;
  let nowMs = span.startMs;
  while (nowMs < span.endMs) {
    while (step < slotSteps.length && slotSteps[step]!.atMs <= nowMs) {
      limit = slotSteps[step]!.slots;
      step += 1;
    }
    let nextMs = step < slotSteps.length ? Math.min(span.endMs, slotSteps[step]!.atMs) : span.endMs;
    for (let position = 0; position < changesMs.length; position += 1) {
      if (changesMs[position]! <= nowMs) advance(position, nowMs);
      if (changesMs[position]! < nextMs) nextMs = changesMs[position]!;
    }
    visit(nextMs - nowMs, limit, counts);
    nowMs = nextMs;
  }
}
