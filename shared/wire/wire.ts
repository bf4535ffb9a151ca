/**
 * JSON for values that hold typed arrays, for the browser host: IPC clones them, HTTP can't. A typed array becomes
 * `{"$typed": "Float64Array", "values": [...]}`; NaN travels as null.
 */
const MAKERS = {
  Float64Array: (values: readonly number[]) => Float64Array.from(values),
  Uint32Array: (values: readonly number[]) => Uint32Array.from(values),
  Int32Array: (values: readonly number[]) => Int32Array.from(values),
  Uint16Array: (values: readonly number[]) => Uint16Array.from(values),
  Uint8Array: (values: readonly number[]) => Uint8Array.from(values),
} as const;
type TypedName = keyof typeof MAKERS;
type TypedArray = ReturnType<(typeof MAKERS)[TypedName]>;

function isTypedArray(value: unknown): value is TypedArray {
  return value instanceof Float64Array || value instanceof Uint32Array || value instanceof Int32Array || value instanceof Uint16Array || value instanceof Uint8Array;
}

function isWired(value: unknown): value is { readonly $typed: TypedName; readonly values: readonly (number | null)[] } {
  if (typeof value !== 'object' || value === null || !('$typed' in value) || !('values' in value)) return false;
  return typeof value.$typed === 'string' && Object.hasOwn(MAKERS, value.$typed) && Array.isArray(value.values);
}

/** Times are rounded to microseconds, which keeps the text short. */
function plainNumber(value: number): number | null {
  return Number.isNaN(value) ? null : Math.round(value * 1000) / 1000;
}

export function toWire(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (isTypedArray(item) ? { $typed: item.constructor.name, values: Array.from(item, plainNumber) } : item));
}

/** Throws SyntaxError on text that is not JSON. */
export function fromWire(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => (isWired(item) ? MAKERS[item.$typed](item.values.map((entry) => entry ?? Number.NaN)) : item)) as unknown;
}
