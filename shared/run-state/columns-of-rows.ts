import type { AttemptPatch, TaskPatch } from '../contract/columns.ts';

type Column = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;
/** Columns of equal length, one entry a row. */
export type Columns<T> = { readonly [K in keyof T]: Column };

/** How a table's columns are made, and what a row holds that was never named. */
interface TableLayout<T> {
  /** The column that names rows. */
  readonly key: keyof T;
  readonly create: { readonly [K in keyof T]: (length: number) => T[K] };
  readonly untouched: { readonly [K in keyof T]: number };
}

const uint8 = (length: number): Uint8Array => new Uint8Array(length);
const uint16 = (length: number): Uint16Array => new Uint16Array(length);
const uint32 = (length: number): Uint32Array => new Uint32Array(length);
const int32 = (length: number): Int32Array => new Int32Array(length);
const float64 = (length: number): Float64Array => new Float64Array(length);

export const TASK_LAYOUT: TableLayout<TaskPatch> = {
  key: 'index',
  create: { index: uint32, status: uint8, attempts: uint16, failure: uint8, startedMs: float64, finishedMs: float64, serviceMs: float64, finalServiceMs: float64, timeToFirstTokenMs: float64, inputTokens: int32, outputTokens: int32, flags: uint8 },
  untouched: { index: 0, status: 0, attempts: 0, failure: 0, startedMs: Number.NaN, finishedMs: Number.NaN, serviceMs: Number.NaN, finalServiceMs: Number.NaN, timeToFirstTokenMs: Number.NaN, inputTokens: -1, outputTokens: -1, flags: 0 },
};

export const ATTEMPT_LAYOUT: TableLayout<AttemptPatch> = {
  key: 'ordinal',
  create: { ordinal: uint32, taskIndex: uint32, number: uint16, slot: uint16, queueWaitMs: float64, rateWaitMs: float64, backoffMs: float64, sentMs: float64, firstTokenMs: float64, finishedMs: float64, outcome: uint8, outputTokens: int32 },
  untouched: { ordinal: 0, taskIndex: 0, number: 0, slot: 0, queueWaitMs: Number.NaN, rateWaitMs: Number.NaN, backoffMs: Number.NaN, sentMs: Number.NaN, firstTokenMs: Number.NaN, finishedMs: Number.NaN, outcome: 0, outputTokens: -1 },
};

function columnNames<T>(layout: TableLayout<T>): readonly (keyof T)[] {
  return Object.keys(layout.create) as (keyof T)[];
}

function mapColumns<T>(layout: TableLayout<T>, make: (name: keyof T) => Column): T {
  return Object.fromEntries(columnNames(layout).map((name) => [name, make(name)])) as T;
}

/** A table of `length` untouched rows; row i is named i. */
export function untouchedRows<T extends Columns<T>>(layout: TableLayout<T>, length: number): T {
  return mapColumns<T>(layout, (name) => {
    const column = layout.create[name](length);
    if (name === layout.key) for (let row = 0; row < length; row += 1) column[row] = row;
    else column.fill(layout.untouched[name]);
    return column;
  });
}

/** A longer table with the rows of a shorter one, the rest untouched. */
export function withLength<T extends Columns<T>>(layout: TableLayout<T>, table: T, length: number): T {
  const grown = untouchedRows(layout, length);
  for (const name of columnNames(layout)) grown[name].set(table[name]);
  return grown;
}

/** The first `length` rows, sharing the table's memory. */
export function firstRows<T extends Columns<T>>(layout: TableLayout<T>, table: T, length: number): T {
  return mapColumns<T>(layout, (name) => table[name].subarray(0, length));
}

/** Writes a patch's rows into a table in which row i is named i; the table must be long enough. */
export function writeRows<T extends Columns<T>>(layout: TableLayout<T>, table: T, patch: T): void {
  const names = patch[layout.key];
  for (const name of columnNames(layout)) {
    const target = table[name];
    const source = patch[name];
    for (let row = 0; row < names.length; row += 1) target[names[row]!] = source[row]!;
  }
}

/** One more than the highest row that a patch names; 0 for an empty patch. */
export function rowsNeeded<T extends Columns<T>>(layout: TableLayout<T>, patch: T): number {
  let needed = 0;
  for (const name of patch[layout.key]) if (name >= needed) needed = name + 1;
  return needed;
}

/** One patch that says what several say one after another: of a row named twice the later one counts. */
export function joinPatches<T extends Columns<T>>(layout: TableLayout<T>, patches: readonly T[]): T {
  const [first] = patches;
  if (first !== undefined && patches.length === 1) return first;
  const positions = new Map<number, number>();
  for (const patch of patches) for (const name of patch[layout.key]) if (!positions.has(name)) positions.set(name, positions.size);
  const joined = mapColumns<T>(layout, (name) => layout.create[name](positions.size));
  for (const patch of patches) {
    const rows = Array.from(patch[layout.key], (name) => positions.get(name)!);
    for (const name of columnNames(layout)) {
      const target = joined[name];
      const source = patch[name];
      for (let row = 0; row < rows.length; row += 1) target[rows[row]!] = source[row]!;
    }
  }
  return joined;
}
