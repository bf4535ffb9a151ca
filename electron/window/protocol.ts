import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { contentTypeOf, screenFileOf } from './screen-files.ts';
import { APP_SCHEME } from './sender.ts';

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
} as const;

async function answer(screenDir: string, request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405, headers: HEADERS });
  const file = screenFileOf(screenDir, request.url);
  if (file === null) return new Response(null, { status: 404, headers: HEADERS });
  try {
    // Not `net.fetch` of a file address: that privilege is fused off, and fs reads inside the app's archive as well.
    const content = await readFile(file);
    return new Response(request.method === 'HEAD' ? null : new Uint8Array(content), { status: 200, headers: { ...HEADERS, 'content-type': contentTypeOf(file) } });
  } catch {
    // Missing or a folder: nothing is at that address.
    return new Response(null, { status: 404, headers: HEADERS });
  }
}

/** To be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

/** Serves the built screen under `app://tasklane/`. To be called once the app is ready. */
export function serveScreen(screenDir: string): void {
  protocol.handle(APP_SCHEME, (request) => answer(screenDir, request));
}
