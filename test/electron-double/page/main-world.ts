// Handed to every document as source and run in the page's own world: must stand alone.

/** A function of the other world, as it travels. */
interface Far {
  readonly $far: number;
}
interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  settleNow: ((answer: { thrown?: unknown; value?: unknown; far?: Far }) => void) | null;
}

/**
 * The page's half of contextBridge: what the preload exposes appears frozen on `window`; its functions are proxies whose
 * arguments and results are copied through events, because worlds share the document and nothing else.
 */
export function mainWorld(): void {
  const ownFunctions = new Map<number, (...values: readonly unknown[]) => unknown>();
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const isPlain = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  const isFar = (value: unknown): value is Far => isPlain(value) && '$far' in value;
  const send = (detail: object): void => {
    document.dispatchEvent(new CustomEvent('electron-double:to-preload', { detail }));
  };
  const pack = (value: unknown): unknown => {
    if (typeof value === 'function') {
      lastId += 1;
      ownFunctions.set(lastId, value as (...values: readonly unknown[]) => unknown);
      return { $near: lastId };
    }
    if (Array.isArray(value)) return value.map(pack);
    return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item)])) : value;
  };
  const callFar = (far: Far, values: readonly unknown[]): unknown => {
    lastId += 1;
    const id = lastId;
    let immediate: { thrown?: unknown; value?: unknown } | null = null;
    const later = new Promise((resolve, reject) => {
      const settleNow = (answer: { thrown?: unknown; value?: unknown; far?: Far }): void => {
        immediate = answer.far === undefined ? answer : { value: build(answer.far) };
      };
      waiting.set(id, { resolve, reject, settleNow });
    });
    send({ kind: 'call', id, far: far.$far, values: values.map(pack) });
    const answer = immediate as { thrown?: unknown; value?: unknown } | null;
    if (answer === null) return later;
    if ('thrown' in answer) throw answer.thrown;
    return answer.value;
  };
  const build = (shape: unknown): unknown => {
    if (isFar(shape)) return (...values: readonly unknown[]) => callFar(shape, values);
    if (Array.isArray(shape)) return Object.freeze(shape.map(build));
    return isPlain(shape) ? Object.freeze(Object.fromEntries(Object.entries(shape).map(([key, item]) => [key, build(item)]))) : shape;
  };
  const take = (id: number): Waiting | undefined => {
    const entry = waiting.get(id);
    waiting.delete(id);
    return entry;
  };
  const receive = (message: { kind: string; id: number; key: string; shape: unknown; thrown?: unknown; value: unknown; far?: Far; near: number; values: readonly unknown[] }): void => {
    if (message.kind === 'expose') {
      if (message.key in window) throw new Error('Cannot bind an API on top of an existing property on the window object');
      Object.defineProperty(window, message.key, { value: build(message.shape), writable: false, configurable: false, enumerable: true });
    } else if (message.kind === 'now') take(message.id)?.settleNow?.(message);
    else if (message.kind === 'resolved') take(message.id)?.resolve(message.value);
    else if (message.kind === 'rejected') take(message.id)?.reject(message.thrown);
    else if (message.kind === 'callback') ownFunctions.get(message.near)?.(...message.values);
  };
  document.addEventListener('electron-double:to-page', (event) => {
    receive((event as CustomEvent).detail as Parameters<typeof receive>[0]);
  });
}
