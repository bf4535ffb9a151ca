import { extname, isAbsolute, join, relative } from 'node:path';
import { isAppUrl } from './sender.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * The file that an address of the page names, or null where it names none: another host, a file of an unknown kind, or
 * a path that would leave the folder, in any encoding.
 */
export function screenFileOf(screenDir: string, url: string): string | null {
  if (!isAppUrl(url)) return null;
  const { pathname } = new URL(url);
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch (thrown) {
    if (thrown instanceof URIError) return null;
    throw thrown;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null;
  const file = join(screenDir, decoded === '/' ? 'index.html' : decoded);
  const inside = relative(screenDir, file);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) || CONTENT_TYPES[extname(file)] === undefined ? null : file;
}

/** Media type by the file's ending; only for files that `screenFileOf` named. */
export function contentTypeOf(file: string): string {
  return CONTENT_TYPES[extname(file)] ?? 'application/octet-stream';
}
