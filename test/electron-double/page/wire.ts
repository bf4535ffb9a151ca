// Structured clone as text, used on both sides of the wire to the page. The two functions are handed to the page as
// source, so each must stand alone: no imports, nothing outside its own body.

/** Throws DataCloneError for what structured clone refuses, as Electron does. */
export function encode(value: unknown): string {
  const seen = new Map<object, number>();
  const bytesToText = (bytes: Uint8Array): string => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
    return btoa(text);
  };
  const object = (item: object, id: number): unknown => {
    if (Array.isArray(item)) return { $: 'array', id, items: Array.from(item, walk) };
    if (item instanceof Date) return { $: 'date', id, time: item.getTime() };
    if (item instanceof Map) return { $: 'map', id, entries: [...item].map(([key, entry]) => [walk(key), walk(entry)]) };
    if (item instanceof Set) return { $: 'set', id, items: [...item].map(walk) };
    if (item instanceof Error) return { $: 'error', id, name: item.name, message: item.message };
    if (item instanceof ArrayBuffer) return { $: 'bytes', id, type: 'ArrayBuffer', text: bytesToText(new Uint8Array(item)) };
    if (ArrayBuffer.isView(item)) return { $: 'bytes', id, type: item.constructor.name, text: bytesToText(new Uint8Array(item.buffer, item.byteOffset, item.byteLength)) };
    return { $: 'object', id, entries: Object.entries(item).map(([key, entry]) => [key, walk(entry)]) };
  };
  const walk = (item: unknown): unknown => {
    if (item === undefined) return { $: 'undefined' };
    if (typeof item === 'number' && (!Number.isFinite(item) || Object.is(item, -0))) return { $: 'number', text: Object.is(item, -0) ? '-0' : String(item) };
    if (typeof item === 'bigint') return { $: 'bigint', text: String(item) };
    if (item === null || typeof item !== 'object') return item;
    const known = seen.get(item);
    if (known !== undefined) return { $: 'seen', id: known };
    seen.set(item, seen.size);
    return object(item, seen.size - 1);
  };
  return JSON.stringify(walk(structuredClone(value)));
}

interface Encoded {
  readonly $: string;
  readonly id: number;
  readonly items: readonly unknown[];
  readonly entries: readonly (readonly [unknown, unknown])[];
  readonly text: string;
  readonly type: string;
  readonly time: number;
  readonly name: string;
  readonly message: string;
}

export function decode(text: string): unknown {
  const known = new Map<number, unknown>();
  const keep = <T>(id: number, item: T): T => {
    known.set(id, item);
    return item;
  };
  const bytesOf = (item: Encoded): unknown => {
    const { buffer } = Uint8Array.from(atob(item.text), (character) => character.charCodeAt(0));
    if (item.type === 'ArrayBuffer') return buffer;
    return new (globalThis as unknown as Record<string, new (from: ArrayBuffer) => unknown>)[item.type]!(buffer);
  };
  const walk = (item: unknown): unknown => {
    if (item === null || typeof item !== 'object') return item;
    const value = item as Encoded;
    switch (value.$) {
      case 'undefined':
        return undefined;
      case 'number':
        return Number(value.text);
      case 'bigint':
        return BigInt(value.text);
      case 'seen':
        return known.get(value.id);
      case 'date':
        return keep(value.id, new Date(value.time));
      case 'bytes':
        return keep(value.id, bytesOf(value));
      case 'error':
        return keep(value.id, Object.assign(new Error(value.message), { name: value.name }));
      case 'array': {
        const list = keep<unknown[]>(value.id, []);
        for (const entry of value.items) list.push(walk(entry));
        return list;
      }
      case 'set': {
        const set = keep(value.id, new Set());
        for (const entry of value.items) set.add(walk(entry));
        return set;
      }
      case 'map': {
        const map = keep(value.id, new Map());
        for (const [key, entry] of value.entries) map.set(walk(key), walk(entry));
        return map;
      }
      default: {
        const object = keep<Record<string, unknown>>(value.id, {});
        // defineProperty: a key may be `__proto__`.
        for (const [key, entry] of value.entries) Object.defineProperty(object, String(key), { value: walk(entry), enumerable: true, writable: true, configurable: true });
        return object;
      }
    }
  };
  return walk(JSON.parse(text));
}
