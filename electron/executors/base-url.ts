import { isIP } from 'node:net';
import { TasklaneError } from '../../shared/errors.ts';
import { isForbiddenAddress, isLoopbackAddress } from './address.ts';

const EXPECTED = 'A base URL looks like https://host/v1';
const LENGTH_MAX = 2048;
/** Names under which clouds serve credentials to the machines they run. */
const METADATA_NAMES: ReadonlySet<string> = new Set(['metadata', 'metadata.google.internal', 'instance-data']);
/** People paste the whole endpoint; the client adds these itself. */
const ENDPOINT_SUFFIX = /\/(?:chat\/completions|completions|responses|models)$/u;

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/gu, '').replace(/\.$/u, '').toLowerCase();
}

/** Whether a URL names this machine itself: `localhost`, `*.localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(url: URL): boolean {
  const host = bareHost(url);
  if (isIP(host) !== 0) return isLoopbackAddress(host);
  return host === 'localhost' || host.endsWith('.localhost');
}

/** Scheme, host and port, to which a key is bound. Throws `provider_url` for what `checkBaseUrl` refuses. */
export function originOf(baseUrl: string): string {
  return checkBaseUrl(baseUrl).origin;
}

function refuse(message: string, hint: string): never {
  throw new TasklaneError('provider_url', message, hint);
}

function parse(text: string): URL {
  if (text === '') refuse(`${EXPECTED}, but it is empty.`, 'Enter the address of an OpenAI-compatible endpoint.');
  if (text.length > LENGTH_MAX) refuse(`${EXPECTED}, but this one has ${text.length} characters.`, `At most ${LENGTH_MAX} are allowed.`);
  if (/[\s\p{Cc}\p{Cf}\\]/u.test(text)) refuse(`${EXPECTED}, but this one contains a space, a backslash or an invisible character.`, 'Type it by hand.');
  if (!/^[a-z][a-z0-9+.-]*:\/\//iu.test(text)) refuse(`${EXPECTED}, but "${shown(text)}" has no https:// in front.`, `Did you mean https://${shown(text)}?`);
  const url = URL.parse(text);
  if (url === null) return refuse(`${EXPECTED}, but "${shown(text)}" is not a URL.`, 'Check it for typing errors.');
  return url;
}

/** Whatever stands before an @ may be a secret and is not repeated. */
function shown(text: string): string {
  return text.replace(/^((?:[a-z]+:\/\/)?)[^/]*@/iu, '$1').slice(0, 200);
}

/**
 * Checks and normalises what a user gave as the base URL of a provider: https everywhere, plain http to this machine
 * only; no credentials, query or fragment; no trailing slash and no `/chat/completions` at the end of the result.
 * Throws `provider_url` that says what was expected and what came. Names are checked again after DNS, by `guardedLookup`.
 */
export function checkBaseUrl(text: string): URL {
  const url = parse(text.trim());
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse(`${EXPECTED}, but this one begins with ${url.protocol}//.`, 'Only https (and http to this machine) is supported.');
  if (url.username !== '' || url.password !== '') refuse(`${EXPECTED}, but this one contains a user name or password.`, 'Remove what stands before the @ and put the key into the key field.');
  if (url.search !== '' || url.hash !== '') refuse(`${EXPECTED}, but this one goes on with "?" or "#".`, 'Remove the query. A key belongs into the key field.');
  const host = bareHost(url);
  if (METADATA_NAMES.has(host) || (isIP(host) !== 0 && isForbiddenAddress(host))) {
    refuse(`${host} is a link-local or metadata address, which no provider has.`, 'Check the host name.');
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    refuse(`${EXPECTED}, but http://${url.host} would send prompts and key unencrypted.`, 'Use https, or forward the port to this machine (for example with ssh -L) and use http://127.0.0.1.');
  }
  url.pathname = url.pathname.replace(/\/+$/u, '').replace(ENDPOINT_SUFFIX, '').replace(/\/+$/u, '');
  return url;
}
