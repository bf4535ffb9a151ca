import { EventEmitter } from 'node:events';

/** Asked of any object by the language, by promises and by printing; never a member of Electron. */
const ALWAYS_ASKED = new Set(['then', 'toJSON', 'constructor', 'inspect']);

/** Makes asking for an unknown member an error: what the double does not act out, a test must not rely on. */
export function strict<T extends object>(name: string, members: T): T {
  return new Proxy(members, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown;
      if (value === undefined && typeof key === 'string' && !(key in target) && !ALWAYS_ASKED.has(key)) throw new Error(`The electron double does not know ${name}.${key}`);
      return typeof value === 'function' && key !== 'constructor' ? (value as (...values: unknown[]) => unknown).bind(target) : value;
    },
  });
}

/** An emitter that refuses to listen to events it will never emit. */
export class KnownEmitter extends EventEmitter {
  readonly #name: string;
  readonly #events: ReadonlySet<string>;

  constructor(name: string, events: readonly string[]) {
    super();
    this.#name = name;
    this.#events = new Set(events);
  }

  #check(event: string | symbol): void {
    if (typeof event === 'string' && !this.#events.has(event)) throw new Error(`The electron double does not know the event ${this.#name} '${event}'`);
  }

  override on(event: string | symbol, listener: (...values: never[]) => void): this {
    this.#check(event);
    return super.on(event, listener as (...values: unknown[]) => void);
  }

  override once(event: string | symbol, listener: (...values: never[]) => void): this {
    this.#check(event);
    return super.once(event, listener as (...values: unknown[]) => void);
  }
}

/** Emits an event that listeners may prevent; false when one did. */
export function emitPreventable(emitter: EventEmitter, event: string, details: object = {}, ...rest: readonly unknown[]): boolean {
  let isPrevented = false;
  const preventDefault = (): void => {
    isPrevented = true;
  };
  emitter.emit(event, { ...details, preventDefault }, ...rest);
  return !isPrevented;
}
