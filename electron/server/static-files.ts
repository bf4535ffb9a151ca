import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** The build puts a hash of the content into these names, so they never change. */
const HASHED = /^\/assets\/.+-[\w-]{8,}\.\w+$/u;

/**
 * The parts of a request's path; null for what could lead out of a folder or name a hidden file: `..` and its encodings,
 * NUL, backslashes, drive letters, empty parts.
 */
export function partsOf(target: string): readonly string[] | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(target.split(/[?#]/u, 1)[0]!);
  } catch {
    return null;
  }
  if (!decoded.startsWith('/') || /[\p{Cc}\\:]/u.test(decoded)) return null;
  const parts = decoded === '/' ? ['index.html'] : decoded.slice(1).split('/');
  return parts.some((part) => part === '' || part.startsWith('.')) ? null : parts;
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** Serves GET and HEAD of the built screen from one folder; nothing outside of it, through symbolic links neither. */
export async function sendStaticFile(rendererDir: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts = partsOf(request.url ?? '');
  if (parts === null) return sendText(response, 400, 'Bad path.\n');
  const file = await findFile(rendererDir, parts);
  if (file === null) {
    if (parts.length === 1 && parts[0] === 'index.html') return sendText(response, 503, 'The screen of Tasklane has not been built.\n\nRun "npm run build" in its folder, then load this page again.\n');
    return sendText(response, 404, 'Not found.\n');
  }
  response.writeHead(200, {
    'content-type': CONTENT_TYPES[path.extname(file.path).toLowerCase()] ?? 'application/octet-stream',
    'content-length': file.sizeBytes,
    'cache-control': HASHED.test(`/${parts.join('/')}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.method === 'HEAD') return void response.end();
  await pipeline(createReadStream(file.path), response);
}

async function findFile(rendererDir: string, parts: readonly string[]): Promise<{ readonly path: string; readonly sizeBytes: number } | null> {
  try {
    const root = await realpath(rendererDir);
    const found = await realpath(path.join(root, ...parts));
    if (!found.startsWith(root + path.sep)) return null;
    const status = await stat(found);
    return status.isFile() ? { path: found, sizeBytes: status.size } : null;
  } catch {
    // Not there, or not readable: the same to who asks.
    return null;
  }
}
