import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Tasklane } from '../api/types.ts';
import { BodyError, readChunks, readWire, textField } from './body.ts';
import type { Downloads } from './downloads.ts';
import type { EventStreams } from './events.ts';
import { bearerOf, refuseHost, refuseOrigin } from './gate.ts';
import { setSecurityHeaders } from './headers.ts';
import { sendError, sendRefusal, sendReply, sendThrown } from './reply.ts';
import type { Sessions } from './sessions.ts';
import { sendStaticFile } from './static-files.ts';

export interface RouteParts {
  readonly tasklane: Pick<Tasklane, 'handle' | 'addUpload'>;
  readonly rendererDir: string;
  readonly port: number;
  readonly sessions: Sessions;
  readonly streams: EventStreams;
  readonly downloads: Downloads;
  /** Longest silence within a body, ms. */
  readonly bodySilenceMs: number;
}

const KIB = 1024;
const SMALL_BODY_BYTES_MAX = 64 * KIB;
/** A chart as PNG of 32 MB in base64, or a whole spreadsheet pasted. */
const CALL_BODY_BYTES_MAX = 48 * KIB * KIB;
const UPLOAD_BYTES_MAX = 16 * KIB * KIB * KIB;

type Route = (request: IncomingMessage, response: ServerResponse, parts: RouteParts) => Promise<void>;

/** By method and path. All but the session's need the token. */
const ROUTES: Readonly<Record<string, Route>> = {
  'POST /api/call': async (request, response, { tasklane, bodySilenceMs }) => {
    const body = await readWire(request, response, { bytesMax: CALL_BODY_BYTES_MAX, silenceMs: bodySilenceMs });
    const name = textField(body, 'name');
    sendReply(response, await tasklane.handle(name, (body as { readonly input?: unknown }).input));
  },
  'GET /api/events': async (_request, response, { streams }) => streams.add(response),
  'POST /api/upload': async (request, response, { tasklane, bodySilenceMs }) => {
    const name = new URL(request.url ?? '', 'http://localhost').searchParams.get('name') ?? '';
    if (name === '' || name.length > 1000) throw new BodyError(400, 'Expected the name of the file in ?name=.');
    const content = readChunks(request, response, 'application/octet-stream', { bytesMax: UPLOAD_BYTES_MAX, silenceMs: bodySilenceMs });
    sendReply(response, { ok: true, value: await tasklane.addUpload(name, content) });
  },
  'POST /api/target': async (request, response, { downloads, bodySilenceMs }) => {
    const name = textField(await readWire(request, response, { bytesMax: SMALL_BODY_BYTES_MAX, silenceMs: bodySilenceMs }), 'name');
    sendReply(response, { ok: true, value: downloads.addTarget(name) });
  },
  'POST /api/ticket': async (request, response, { downloads, bodySilenceMs }) => {
    const targetId = textField(await readWire(request, response, { bytesMax: SMALL_BODY_BYTES_MAX, silenceMs: bodySilenceMs }), 'targetId');
    sendReply(response, { ok: true, value: { ticket: await downloads.addTicket(targetId) } });
  },
};

async function openSession(request: IncomingMessage, response: ServerResponse, { sessions, bodySilenceMs }: RouteParts): Promise<void> {
  const code = textField(await readWire(request, response, { bytesMax: SMALL_BODY_BYTES_MAX, silenceMs: bodySilenceMs }), 'code');
  const token = sessions.exchange(code);
  if (token === null) return sendError(response, { code: 'forbidden', message: 'The one-time code is wrong or was used already.', hint: 'Press Enter in the terminal where Tasklane runs and open the new address.' }, 401);
  sendReply(response, { ok: true, value: { token } });
}

async function answerApi(request: IncomingMessage, response: ServerResponse, parts: RouteParts, target: string): Promise<void> {
  if (target === 'POST /api/session') return openSession(request, response, parts);
  const token = bearerOf(request);
  if (token === null || !parts.sessions.isToken(token)) {
    return sendError(response, { code: 'forbidden', message: 'Expected the token of an open session, but none or another came.', hint: 'Open the address that Tasklane printed in the terminal.' }, 401);
  }
  if (!Object.hasOwn(ROUTES, target)) return sendUnknown(response, target);
  return ROUTES[target]!(request, response, parts);
}

function sendUnknown(response: ServerResponse, target: string): void {
  const path = target.slice(target.indexOf(' ') + 1);
  const allowed = [...Object.keys(ROUTES), 'POST /api/session'].filter((route) => route.endsWith(` ${path}`));
  if (allowed.length > 0) response.setHeader('allow', allowed.map((route) => route.split(' ', 1)[0]!).join(', '));
  const message = allowed.length > 0 ? 'This address does not take requests of this method.' : 'There is nothing at this address.';
  sendError(response, { code: 'command_unknown', message, hint: '' }, allowed.length > 0 ? 405 : 404);
}

/** Answers one request. Never rejects. */
export async function answer(request: IncomingMessage, response: ServerResponse, parts: RouteParts): Promise<void> {
  setSecurityHeaders(response);
  const badHost = refuseHost(request, parts.port);
  if (badHost !== null) return sendRefusal(response, badHost);
  const path = (request.url ?? '').split('?', 1)[0]!;
  const isApi = path === '/api' || path.startsWith('/api/');
  const isDownload = path.startsWith('/download/');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isApi || isDownload || !isRead) {
    const badOrigin = refuseOrigin(request);
    if (badOrigin !== null) return sendRefusal(response, badOrigin);
  }
  try {
    if (isApi) await answerApi(request, response, parts, `${request.method} ${path}`);
    else if (isDownload && request.method === 'GET') await parts.downloads.send(path.slice('/download/'.length), response);
    else if (isRead && !isDownload) await sendStaticFile(parts.rendererDir, request, response);
    else {
      response.setHeader('allow', isDownload ? 'GET' : 'GET, HEAD');
      sendError(response, { code: 'command_unknown', message: 'This address does not take requests of this method.', hint: '' }, 405);
    }
  } catch (error) {
    sendThrown(response, error);
  }
}
