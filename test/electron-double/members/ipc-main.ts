import { encode } from '../page/wire.ts';
import type { SenderFrame, WebContents } from './web-contents.ts';

type Handler = (event: object, ...values: readonly unknown[]) => unknown;

const handlers = new Map<string, Handler>();

export const ipcMain = {
  handle(channel: string, handler: Handler): void {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  },
};

export interface Invocation {
  readonly id: number;
  readonly channel: string;
  readonly values: readonly unknown[];
}

/** What goes back to the page: the answer, or the text that Electron makes of an error. Encoding refuses what can't be cloned. */
export async function answerInvocation({ id, channel, values }: Invocation, sender: WebContents, senderFrame: SenderFrame | null): Promise<string> {
  try {
    const handler = handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    const value = await handler({ sender, senderFrame, frameId: 1, processId: 1, type: 'frame' }, ...values);
    return encode({ kind: 'answered', id, value });
  } catch (thrown) {
    return encode({ kind: 'refused', id, error: `Error invoking remote method '${channel}': ${String(thrown)}` });
  }
}
