import type { DatabaseSync } from 'node:sqlite';

type Value = number | string | null;
type Key = readonly number[];

/** A table whose rows lie in the order of one or two whole numbers. */
export interface ScannedTable {
  readonly name: string;
  /** `rowid`, or the primary key of a table without one. */
  readonly key: readonly string[];
  readonly columns: readonly string[];
}

type Reading = { readonly last: Key; readonly isOver: boolean };

/** A jump of this many rows and more is taken for the end of what can be found. */
const LARGEST_JUMP = 2 ** 40;

/**
 * Hands out every row of a table that can be read, in no order, some of them twice: forwards to a page that is broken,
 * then over it by jumps that double until a row is found, from there backwards to the broken page, and on. Rows on a
 * page that is broken are lost, all others are found. Never throws for what is broken; throws what `take` throws.
 */
export function scanTolerantly(db: DatabaseSync, table: ScannedTable, take: (row: readonly Value[]) => void): void {
  const reader = readerOf(db, table, take);
  if (!reader) return;
  let after: Key = table.key.map(() => -1);
  for (;;) {
    const { last, isOver } = reader.up(after);
    if (isOver) return;
    const next = reader.firstBeyond(last);
    reader.down(next);
    if (!next) return;
    after = [...next.slice(0, -1), (next.at(-1) ?? 0) - 1];
  }
}

interface Reader {
  /** Takes the rows after a key, to the end or to the first that can't be read. */
  up(after: Key): Reading;
  /** Takes the rows before a key (null: all), backwards, to the first that can't be read. */
  down(before: Key | null): void;
  /** The first row that can be read again after one that can't. */
  firstBeyond(key: Key): Key | null;
}

/** Null where not even the table's description can be read. */
function readerOf(db: DatabaseSync, { name, key, columns }: ScannedTable, take: (row: readonly Value[]) => void): Reader | null {
  const keys = `(${key.join(', ')})`;
  const holes = `(${key.map(() => '?').join(', ')})`;
  // A new statement for each reading: one that met a broken page throws that once more when it is used again.
  const read = (order: 'ASC' | 'DESC', comparison: '>' | '<' | null, bound: Key): Iterator<unknown> => {
    const where = comparison === null ? '' : `WHERE ${keys} ${comparison} ${holes}`;
    const ordered = key.map((column) => `${column} ${order}`).join(', ');
    const statement = db.prepare(`SELECT ${[...key, ...columns].join(', ')} FROM ${name} NOT INDEXED ${where} ORDER BY ${ordered}`);
    statement.setReturnArrays(true);
    return statement.iterate(...bound);
  };
  try {
    read('DESC', null, []);
  } catch {
    // The table is not known to this file, or its description is broken: nothing of it can be read.
    return null;
  }

  const walk = (rows: Iterator<unknown>, start: Key, isBeyond: (key: Key, previous: Key) => boolean): Reading => {
    let last = start;
    for (;;) {
      const row = nextOf(rows);
      if (row === 'broken') return { last, isOver: false };
      if (row === 'end') return { last, isOver: true };
      const found = keyOf(row, key.length);
      if (!found || !isBeyond(found, last)) return { last, isOver: false };
      take(row);
      last = found;
    }
  };

  return {
    up: (after) => walk(read('ASC', '>', after), after, (found, previous) => compare(found, previous) > 0),
    down(before) {
      const rows = before ? read('DESC', '<', before) : read('DESC', null, []);
      walk(rows, before ?? key.map(() => Number.MAX_SAFE_INTEGER), (found, previous) => compare(found, previous) < 0);
    },
    firstBeyond(start) {
      for (const candidate of jumpsFrom(start)) {
        const row = nextOf(read('ASC', '>', candidate));
        if (row === 'end') return null;
        const found = row === 'broken' ? null : keyOf(row, key.length);
        if (found && compare(found, candidate) > 0) return found;
      }
      return null;
    },
  };
}

/** Keys further and further away: first along the last column, then along the one before it. */
function* jumpsFrom(key: Key): Generator<Key> {
  const last = key.at(-1) ?? 0;
  for (let step = 1; step <= LARGEST_JUMP; step *= 2) yield [...key.slice(0, -1), last + step];
  const [first, second] = key;
  if (first === undefined || second === undefined) return;
  for (let step = 1; step <= LARGEST_JUMP; step *= 2) yield [first + step, -1];
}

/** Whatever goes wrong with a row that lies in a broken file, it can't be had. */
function nextOf(rows: Iterator<unknown>): readonly Value[] | 'broken' | 'end' {
  try {
    const { done, value } = rows.next();
    return done === true ? 'end' : (value as readonly Value[]);
  } catch {
    return 'broken';
  }
}

function keyOf(row: readonly Value[], length: number): Key | null {
  const key = row.slice(0, length);
  return key.every((part): part is number => Number.isSafeInteger(part)) ? key : null;
}

function compare(a: Key, b: Key): number {
  for (const [i, part] of a.entries()) {
    const difference = part - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
