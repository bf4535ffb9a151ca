/**
 * Why the limit is what it is. `slow start`: nothing has spoken against more yet. `probe`: more was tried after a quiet
 * time. `refused: …`: a 429, by what its circumstances say. `server slows down`: more in flight would not be faster.
 * `headers`: the provider states its requests or tokens per minute, which now decide. `maximum`: the user's setting
 * changed. `restored`: the last good limit of an earlier run.
 */
export type LimitReason =
  | 'slow start'
  | 'probe'
  | 'refused: concurrency cap'
  | 'refused: rate'
  | 'server slows down'
  | 'headers'
  | 'maximum'
  | 'restored';

/** A fact for the history of the limit. With `headers` and `refused: rate` the limit may be the same as before. */
export interface LimitChange {
  readonly atMs: number;
  /** Tasks in flight at most, from then on. */
  readonly limit: number;
  readonly reason: LimitReason;
}

export interface LimitHistory {
  /** Writes a change down if the limit differs from the last one, or if `always`. */
  note(atMs: number, limit: number, reason: LimitReason, always?: boolean): void;
  last(): LimitChange;
  /** The changes since the last call, oldest first. */
  take(): readonly LimitChange[];
}

/** Changes kept for who never takes them. */
const KEPT = 1000;

export function createLimitHistory(first: LimitChange): LimitHistory {
  let last = first;
  let changes: LimitChange[] = [first];
  return {
    note(atMs, limit, reason, always = false) {
      if (limit === last.limit && !(always && reason !== last.reason)) return;
      last = { atMs, limit, reason };
      changes.push(last);
      if (changes.length > KEPT) changes = changes.slice(-KEPT / 2);
    },
    last: () => last,
    take() {
      const taken = changes;
      changes = [];
      return taken;
    },
  };
}
