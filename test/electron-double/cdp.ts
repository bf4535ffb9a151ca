type Params = Readonly<Record<string, unknown>>;
export interface CdpEvent {
  readonly method: string;
  readonly params: Params;
}

interface Message extends CdpEvent {
  readonly id?: number;
  readonly sessionId?: string;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

export interface Cdp {
  send(method: string, params?: Params, sessionId?: string): Promise<Params>;
  /** Events of one session; '' for those of the browser itself. */
  onEvent(sessionId: string, listener: (event: CdpEvent) => void): void;
  close(): void;
}

/** The Chrome DevTools Protocol over one socket, flat sessions. */
export async function connectCdp(url: string): Promise<Cdp> {
  const socket = new WebSocket(url);
  const opened = Promise.withResolvers<void>();
  socket.addEventListener('open', () => opened.resolve());
  socket.addEventListener('error', () => opened.reject(new Error(`No browser answers at ${url}`)));
  await opened.promise;

  const waiting = new Map<number, PromiseWithResolvers<Params>>();
  const listeners = new Map<string, (event: CdpEvent) => void>();
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id === undefined) {
      listeners.get(message.sessionId ?? '')?.(message);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) call?.resolve(message.result ?? {});
    else call?.reject(new Error(message.error.message));
  });
  return {
    send(method, params = {}, sessionId) {
      lastId += 1;
      const call = Promise.withResolvers<Params>();
      waiting.set(lastId, call);
      socket.send(JSON.stringify({ id: lastId, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
      return call.promise;
    },
    onEvent(sessionId, listener) {
      listeners.set(sessionId, listener);
    },
    close: () => socket.close(),
  };
}
