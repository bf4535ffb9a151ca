import type { IncomingMessage } from 'node:http';

/** Why a request is turned away; `status` is HTTP's, `message` says what was expected. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** What of a request decides whether it may come in; all of it can be forged but by a browser, whose pages are the danger. */
export type RequestLine = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>;

/** The names by which this server may be called: an exact match foils DNS rebinding. */
export function hostsOf(port: number): readonly string[] {
  return ['127.0.0.1', 'localhost'].map((name) => (port === 80 ? name : `${name}:${port}`));
}

function countOf(rawHeaders: readonly string[], name: string): number {
  return rawHeaders.filter((entry, index) => index % 2 === 0 && entry.toLowerCase() === name).length;
}

/** Every request: exactly one Host, ours, and a target that is a path. null lets it in. */
export function refuseHost(request: RequestLine, port: number): Refusal | null {
  const host = request.headers.host;
  if (countOf(request.rawHeaders, 'host') !== 1 || host === undefined || !hostsOf(port).includes(host)) {
    return { status: 403, message: `Expected the Host ${hostsOf(port)[0]}, but another or none came.` };
  }
  if (request.url === undefined || !request.url.startsWith('/')) return { status: 400, message: 'Expected a path as the target of the request.' };
  return null;
}

/** Everything but static files: only our own page may ask. Other programs send neither header and need the token anyway. */
export function refuseOrigin(request: RequestLine): Refusal | null {
  const { origin, host } = request.headers;
  if (countOf(request.rawHeaders, 'origin') > 1 || (origin !== undefined && origin !== `http://${host}`)) {
    return { status: 403, message: 'Expected a request of this page itself, but it comes from another origin.' };
  }
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return { status: 403, message: 'Expected a request of this page itself, but it comes from another site.' };
  }
  return null;
}

/** The bearer token of a request; null when it has none, or it stands anywhere but in the Authorization header. */
export function bearerOf(request: RequestLine): string | null {
  if (countOf(request.rawHeaders, 'authorization') !== 1) return null;
  return /^Bearer ([\w-]+)$/u.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** The media type of a body, without its parameters. */
export function mediaTypeOf(request: RequestLine): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}
