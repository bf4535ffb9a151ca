import { isIP } from 'node:net';

/** The part of a provider of the price table that says where it is. */
export interface AddressedProvider {
  /** A regular expression for the beginning of a base URL. */
  readonly api_pattern: string;
}

/** Names that only a local network answers to (RFC 6761, RFC 6762, RFC 8375 and what routers give out). */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|test|invalid|home\.arpa)$/u;

/**
 * The base URL as the table's patterns are tried on it, or null where no provider of the table can be: not https, an IP
 * address, or a name of this machine or of a local network. What serves "gpt-4o" there has no known price.
 * Dots in the path become underscores, so that a path cannot pass for a host: the table's pattern for Google also fits
 * `https://example.com/x.googleapis.com`.
 */
export function publicAddress(baseUrl: string): string | null {
  const url = URL.parse(baseUrl);
  if (url === null || url.protocol !== 'https:') return null;
  const host = url.hostname.replace(/^\[|\]$/gu, '').replace(/\.$/u, '');
  if (isIP(host) !== 0 || !host.includes('.') || LOCAL_NAME.test(host)) return null;
  return `https://${host}${url.port === '' ? '' : `:${url.port}`}${url.pathname.replaceAll('.', '_')}`;
}

/**
 * Whether a provider of the table is at an address from `publicAddress`. Its pattern has to cover the host to its end:
 * the table's patterns alone would take `api.openai.com.example.org` for OpenAI. A pattern that leaves the last label open
 * (`api.moonshot.`, for .ai and .cn) may miss that one label.
 */
export function isAtAddress({ api_pattern }: AddressedProvider, address: string): boolean {
  const matched = new RegExp(`^(?:${api_pattern})`).exec(address)?.[0];
  if (matched === undefined) return false;
  const hostEnd = address.indexOf('/', 'https://'.length);
  const left = address.slice(matched.length, Math.max(matched.length, hostEnd));
  return left === '' || (matched.endsWith('.') && /^[a-z]{2,}$/u.test(left));
}
