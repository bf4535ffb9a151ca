import type { IncomingMessage, ServerResponse } from 'node:http';
import { TasklaneError } from '../../shared/errors.ts';
import { fromWire } from '../../shared/wire/wire.ts';
import { mediaTypeOf } from './gate.ts';

/** A body that is too large, too slow or not what it should be; `status` is HTTP's. */
export class BodyError extends TasklaneError {
  readonly status: number;

  constructor(status: number, message: string, hint = '') {
    super('command_invalid', message, hint);
    this.status = status;
  }
}

export interface BodyLimits {
  readonly bytesMax: number;
  /** Longest silence within the body, ms. */
  readonly silenceMs: number;
}

/** Throws BodyError when the body is not of the one type allowed: pages of other origins can send only other types unasked. */
function checkType(request: IncomingMessage, mediaType: string): void {
  const came = mediaTypeOf(request);
  if (came !== mediaType) throw new BodyError(415, `Expected a body of type ${mediaType}, but ${came === '' ? 'none' : came.slice(0, 100)} came.`);
  if (request.headers['content-encoding'] !== undefined) throw new BodyError(415, 'Expected a body without compression.');
}

/** The chunks of a body. Throws BodyError beyond `bytesMax` (413), by what was announced or by what came, and for silence (408). */
export async function* readChunks(request: IncomingMessage, response: ServerResponse, mediaType: string, limits: BodyLimits): AsyncGenerator<Buffer> {
  checkType(request, mediaType);
  const tooLarge = (): BodyError => new BodyError(413, `Expected at most ${limits.bytesMax} bytes, but more came.`);
  if (Number(request.headers['content-length'] ?? 0) > limits.bytesMax) throw tooLarge();
  if (request.headers.expect !== undefined) response.writeContinue();
  let sizeBytes = 0;
  const timer = setTimeout(() => request.destroy(new BodyError(408, `Expected the body to go on, but nothing came for ${limits.silenceMs / 1000} s.`)), limits.silenceMs);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      timer.refresh();
      sizeBytes += chunk.byteLength;
      if (sizeBytes > limits.bytesMax) throw tooLarge();
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** A JSON body in the wire format. Throws BodyError. */
export async function readWire(request: IncomingMessage, response: ServerResponse, limits: BodyLimits): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of readChunks(request, response, 'application/json', limits)) chunks.push(chunk);
  try {
    return fromWire(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw new BodyError(400, 'Expected JSON, but the body is something else.');
  }
}

/** A field of a JSON body that must be a string. Throws BodyError. */
export function textField(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null && Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'string') throw new BodyError(400, `Expected an object with the text "${name}".`);
  return value;
}
