import { fromHttp } from '../browser.ts';
import { needNotReady, needReady } from '../record.ts';

export type SchemeHandler = (request: Request) => Response | Promise<Response>;
export interface CustomScheme {
  readonly scheme: string;
  readonly privileges?: Readonly<Record<string, boolean>>;
}

const PRIVILEGES = new Set(['standard', 'secure', 'bypassCSP', 'allowServiceWorkers', 'supportFetchAPI', 'corsEnabled', 'stream', 'codeCache']);
const registered = new Set<string>();
const handlers = new Map<string, SchemeHandler>();

export const protocol = {
  registerSchemesAsPrivileged(schemes: readonly CustomScheme[]): void {
    needNotReady('protocol.registerSchemesAsPrivileged');
    if (registered.size > 0) throw new Error('protocol.registerSchemesAsPrivileged can be used only once');
    for (const { scheme, privileges = {} } of schemes) {
      const unknown = Object.keys(privileges).find((name) => !PRIVILEGES.has(name));
      if (unknown !== undefined) throw new Error(`Unknown privilege of a scheme: ${unknown}`);
      registered.add(scheme);
    }
  },
  handle(scheme: string, handler: SchemeHandler): void {
    needReady('protocol.handle');
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    handlers.set(scheme, handler);
  },
};

export interface PausedRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ServedResponse {
  readonly status: number;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
}

/** Asks the app's own handler, so that what reaches the page is what the app serves, headers and all. */
export async function serveFromApp({ url, method, headers }: PausedRequest): Promise<ServedResponse> {
  const address = fromHttp(url);
  const handler = handlers.get(new URL(address).protocol.slice(0, -1));
  if (handler === undefined) throw new Error(`No handler for ${address}`);
  const response = await handler(new Request(address, { method, headers }));
  const body = Buffer.from(await response.arrayBuffer()).toString('base64');
  return { status: response.status, headers: [...response.headers].map(([name, value]) => ({ name, value })), body };
}
