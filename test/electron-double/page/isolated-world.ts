// Handed to every document as source and run in the preload's isolated world: must stand alone.

type AnyFunction = (...values: readonly unknown[]) => unknown;
type Listener = (event: object, ...values: readonly unknown[]) => void;

export interface IsolatedWorldParts {
  readonly preload: (require: (id: string) => unknown, exports: object, module: object, process: object) => void;
  readonly encode: (value: unknown) => string;
  readonly decode: (text: string) => unknown;
  /** Name of the function that CDP adds to this world; it takes text to the main process. */
  readonly bindingName: string;
  /** Name of the function that the main process calls in this world. */
  readonly receiverName: string;
  readonly platform: string;
  /** Path on disk by a File's name, because Chromium does not tell pages. */
  readonly filePaths: Readonly<Record<string, string>>;
}

/** Electron's renderer side: ipcRenderer, contextBridge and webUtils for a sandboxed preload, with nothing else to require. */
export function isolatedWorld({ preload, encode, decode, bindingName, receiverName, platform, filePaths }: IsolatedWorldParts): void {
  // Electron runs preloads in main frames only, and in documents of its own pages.
  if (window !== window.top || location.protocol === 'about:') return;
  const scope = globalThis as unknown as Record<string, unknown>;
  const sendText = scope[bindingName] as (text: string) => void;
  const paths: Record<string, string> = { ...filePaths };
  const listeners = new Map<string, Listener[]>();
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (reason: unknown) => void }>();
  const ownFunctions = new Map<number, AnyFunction>();
  let lastId = 0;

  const strict = <T extends object>(name: string, members: T): T =>
    new Proxy(members, {
      get: (target, key) => {
        if (typeof key === 'string' && !(key in target)) throw new Error(`The electron double does not know ${name}.${key}`);
        return Reflect.get(target, key) as unknown;
      },
    });
  const ipcRenderer: object = strict('ipcRenderer', {
    invoke: (channel: string, ...values: readonly unknown[]) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        pending.set(lastId, { resolve, reject });
        try {
          sendText(encode({ id: lastId, channel, values }));
        } catch (thrown) {
          pending.delete(lastId);
          reject(new Error('An object could not be cloned.', { cause: thrown }));
        }
      }),
    on: (channel: string, listener: Listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    off: (channel: string, listener: Listener) => {
      listeners.set(channel, (listeners.get(channel) ?? []).filter((other) => other !== listener));
      return ipcRenderer;
    },
  });

  scope[receiverName] = (text: string): void => {
    const message = decode(text) as { kind: string; id: number; value: unknown; error: string; channel: string; values: readonly unknown[]; paths: Record<string, string> };
    if (message.kind === 'paths') Object.assign(paths, message.paths);
    else if (message.kind === 'sent') for (const listener of listeners.get(message.channel) ?? []) listener({ sender: ipcRenderer }, ...message.values);
    else {
      const call = pending.get(message.id);
      pending.delete(message.id);
      if (message.kind === 'answered') call?.resolve(message.value);
      else call?.reject(new Error(message.error));
    }
  };

  const toPage = (detail: object): void => {
    document.dispatchEvent(new CustomEvent('electron-double:to-page', { detail }));
  };
  const isPlain = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  const expose = (value: unknown): unknown => {
    if (typeof value === 'function') {
      lastId += 1;
      ownFunctions.set(lastId, value as AnyFunction);
      return { $far: lastId };
    }
    if (Array.isArray(value)) return value.map(expose);
    return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expose(item)])) : value;
  };
  const unpack = (value: unknown): unknown => {
    if (isPlain(value) && typeof value['$near'] === 'number') {
      const near = value['$near'];
      return (...values: readonly unknown[]) => toPage({ kind: 'callback', near, values });
    }
    if (Array.isArray(value)) return value.map(unpack);
    return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item)])) : value;
  };
  const answer = (id: number, result: unknown): void => {
    if (result instanceof Promise) {
      result.then(
        (value: unknown) => toPage({ kind: 'resolved', id, value }),
        (thrown: unknown) => toPage({ kind: 'rejected', id, thrown }),
      );
    } else if (typeof result === 'function') toPage({ kind: 'now', id, far: expose(result) });
    else toPage({ kind: 'now', id, value: result });
  };
  document.addEventListener('electron-double:to-preload', (event) => {
    const { id, far, values } = (event as CustomEvent).detail as { id: number; far: number; values: readonly unknown[] };
    try {
      answer(id, ownFunctions.get(far)?.(...values.map(unpack)));
    } catch (thrown) {
      toPage({ kind: 'now', id, thrown });
    }
  });

  const electron = strict('electron', {
    ipcRenderer,
    contextBridge: strict('contextBridge', { exposeInMainWorld: (key: string, api: unknown) => toPage({ kind: 'expose', key, shape: expose(api) }) }),
    webUtils: strict('webUtils', {
      getPathForFile: (file: unknown) => {
        if (!(file instanceof File)) throw new TypeError('getPathForFile expected a File');
        return paths[file.name] ?? '';
      },
    }),
  });
  const require = (id: string): unknown => {
    if (id === 'electron') return electron;
    throw new Error(`module not found: ${id}`);
  };
  preload(require, {}, { exports: {} }, { platform, sandboxed: true, contextIsolated: true });
}
