import { TransportError } from './transport-error.ts';

/** The body is larger than allowed. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** Bytes of a response, read once. */
export interface ResponseBody {
  /**
   * Hands each chunk on. Settles at the body's end with true; at the first error (TransportError; BodyTooLargeError
   * beyond `limitBytes`; whatever `onChunk` throws), its connection given up; or with false as soon as `onChunk` returns
   * false, what comes then being thrown away.
   */
  read(limitBytes: number, onChunk: (chunk: Uint8Array) => boolean): Promise<boolean>;
  /** Waits at most `waitMs` for the end, so that the connection can be used again; goes on for 1 s in the background. */
  drain(waitMs: number): Promise<void>;
  /** Gives up the body, and its connection with it; a read that goes on is rejected. */
  discard(): void;
  /** Leaves what comes next in the socket until `resume`; a chunk that is on its way is still handed on. */
  pause(): void;
  resume(): void;
}

/** The other side of a body. */
export interface FillableBody extends ResponseBody {
  push(chunk: Uint8Array): void;
  end(): void;
  fail(error: TransportError): void;
}

/** How long a body that has said all it had to say is waited for before its connection is given up. */
const DRAIN_MS = 1000;

interface Reader {
  take(chunk: Uint8Array): void;
  end(error: TransportError | null): void;
}

const NOBODY: Reader = { take: () => undefined, end: () => undefined };

/** What a body may ask of its connection. */
export interface Source {
  giveUp(): void;
  pause(): void;
  resume(): void;
}

export function createBody(source: Source): FillableBody {
  let reader: Reader | null = null;
  /** Came before anybody read. */
  const early: Uint8Array[] = [];
  let outcome: 'ended' | TransportError | null = null;
  let onOver: (() => void) | null = null;

  function over(how: 'ended' | TransportError): void {
    if (outcome !== null) return;
    outcome = how;
    reader?.end(how === 'ended' ? null : how);
    onOver?.();
  }
  function discard(): void {
    if (outcome === null) source.giveUp();
    over(new TransportError(new Error('The body was given up')));
    reader = NOBODY;
  }

  return {
    push: (chunk) => {
      if (reader === null) early.push(chunk);
      else reader.take(chunk);
    },
    end: () => over('ended'),
    fail: (error) => over(error),
    discard,
    pause: () => source.pause(),
    resume: () => source.resume(),
    read: (limitBytes, onChunk) =>
      new Promise((resolve, reject) => {
        let sizeBytes = 0;
        const fail = (error: unknown): void => {
          reject(error);
          discard();
        };
        const take = (chunk: Uint8Array): void => {
          sizeBytes += chunk.byteLength;
          if (sizeBytes > limitBytes) return fail(new BodyTooLargeError(`more than ${limitBytes} bytes`));
          try {
            if (onChunk(chunk)) return;
          } catch (error) {
            return fail(error);
          }
          reader = NOBODY;
          resolve(false);
        };
        const end = (error: TransportError | null): void => (error === null ? resolve(true) : reject(error));
        const mine: Reader = { take, end };
        reader = mine;
        for (const chunk of early.splice(0)) if (reader === mine) take(chunk);
        if (reader === mine && outcome !== null) end(outcome === 'ended' ? null : outcome);
      }),
    drain: (waitMs) =>
      new Promise((resolve) => {
        if (outcome !== null) return resolve();
        const wait = setTimeout(resolve, waitMs);
        const last = setTimeout(discard, DRAIN_MS);
        last.unref();
        onOver = () => {
          clearTimeout(wait);
          clearTimeout(last);
          resolve();
        };
      }),
  };
}

/** Reads a body as UTF-8 text; invalid bytes become U+FFFD. */
export async function readText(body: ResponseBody, limitBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  await body.read(limitBytes, (chunk) => {
    chunks.push(chunk);
    return true;
  });
  return new TextDecoder().decode(Buffer.concat(chunks));
}
