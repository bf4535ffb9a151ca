import { isAppUrl } from './sender.ts';

/** Whether a page may go there by itself: only to where it is, which is a reload. */
export function isReload(url: string): boolean {
  return isAppUrl(url) && new URL(url).pathname === '/';
}

/** Whether an address may be offered to the user's browser at all. */
export function isExternalLink(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:';
}

/**
 * The one thing a page of ours may do: write to the clipboard at the user's own click, which "Copy" needs. Reading it,
 * and everything else, is denied.
 */
export function isPermissionAllowed(permission: string, url: string): boolean {
  return permission === 'clipboard-sanitized-write' && isAppUrl(url);
}
