/** Characters and bytes that one command may carry: room for a large paste and a chart as PNG, not for filling memory. */
export const MAX_PAYLOAD_SIZE = 64 * 1024 * 1024;
/** Values, keys included, that one command may carry: a selection of a million tasks fits. */
export const MAX_PAYLOAD_VALUES = 2_000_000;

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  return 0;
}

function childrenOf(value: unknown): Iterable<unknown> {
  if (typeof value !== 'object' || value === null || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return [];
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return value;
  return Object.entries(value).flat();
}

/** Whether a value that came by structured clone is too large to be looked at closer. Stops early; cycles and depth do no harm. */
export function isPayloadTooLarge(payload: unknown, maxSize = MAX_PAYLOAD_SIZE, maxValues = MAX_PAYLOAD_VALUES): boolean {
  const seen = new Set<object>();
  const rest: unknown[] = [payload];
  let size = 0;
  let values = 0;
  while (rest.length > 0) {
    const value = rest.pop();
    size += sizeOf(value);
    values += 1;
    if (size > maxSize || values + rest.length > maxValues) return true;
    if (typeof value === 'object' && value !== null) {
      if (seen.has(value)) continue;
      seen.add(value);
    }
    for (const child of childrenOf(value)) rest.push(child);
  }
  return false;
}
