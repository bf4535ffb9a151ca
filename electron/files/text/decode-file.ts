import { isUtf8 } from 'node:buffer';

import { refuseIfChanged, toReadError, type OpenFile } from './open-file.ts';
import { firstInvalidByte, incompleteTailLength, invalidUtf8, sniffEncoding } from './encoding.ts';

/** Larger chunks are no faster and take more memory for the rows in them. */
const CHUNK_BYTES = 128 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * The text of a file, chunk by chunk, without its BOM; a character is never cut in two (a surrogate pair neither).
 * Throws `file_format` where the bytes are not UTF-8, with the line and the byte, and `file_unreadable` when the file
 * changed meanwhile. Rows read before are not to be kept then.
 */
export async function* decodeFile(file: OpenFile, signal?: AbortSignal): AsyncGenerator<string, void, undefined> {
  let position = 0;
  let kept = 0;
  let first = true;
  // What is held back of one chunk is moved to the start of the buffer before the next one is read behind it.
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES + 4);
  for (;;) {
    signal?.throwIfAborted();
    const read = await readAt(file, buffer, kept, position + kept);
    const end = kept + read;
    let start = 0;
    if (first) {
      start = sniffEncoding(buffer.subarray(0, end), file.name).bomLength;
      first = false;
    }
    const atEnd = read === 0;
    const tail = atEnd ? 0 : incompleteTailLength(buffer.subarray(start, end));
    const whole = buffer.subarray(start, end - tail);
    if (!isUtf8(whole)) throw await describeInvalid(file, position + start, whole);
    if (whole.length > 0) yield whole.toString('utf8');
    if (atEnd) break;
    position += end - tail;
    buffer.copy(buffer, 0, end - tail, end);
    kept = tail;
  }
  await refuseIfChanged(file);
}

/** The beginning of a file as text, at most `maxBytes` long. `complete` says that it is the whole file. */
export async function decodeHead(file: OpenFile, maxBytes: number): Promise<{ readonly text: string; readonly encoding: string; readonly complete: boolean }> {
  const buffer = Buffer.allocUnsafe(Math.min(maxBytes, file.sizeBytes + 1));
  let end = 0;
  let complete = false;
  while (end < buffer.length && !complete) {
    const read = await readAt(file, buffer, end, end);
    end += read;
    complete = read === 0;
  }
  const { encoding, bomLength } = sniffEncoding(buffer.subarray(0, end), file.name);
  const tail = complete ? 0 : incompleteTailLength(buffer.subarray(bomLength, end));
  const whole = buffer.subarray(bomLength, end - tail);
  if (!isUtf8(whole)) throw await describeInvalid(file, bomLength, whole);
  return { text: whole.toString('utf8'), encoding, complete };
}

async function readAt(file: OpenFile, buffer: Buffer, offset: number, position: number): Promise<number> {
  try {
    const { bytesRead } = await file.handle.read(buffer, offset, Math.min(CHUNK_BYTES, buffer.length - offset), position);
    return bytesRead;
  } catch (error) {
    throw toReadError(error, file.name);
  }
}

async function describeInvalid(file: OpenFile, position: number, bytes: Uint8Array): Promise<Error> {
  const at = firstInvalidByte(bytes);
  const byte = bytes[at] ?? 0;
  return invalidUtf8(file.name, await lineAt(file, position + at), position + at, byte);
}

/** Line of the byte at `position`, from 1. Reads the file up to there once more, which only happens for an error message. */
async function lineAt(file: OpenFile, position: number): Promise<number> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let line = 1;
  let before = 0;
  for (let at = 0; at < position; ) {
    const read = Math.min(await readAt(file, buffer, 0, at), position - at);
    if (read === 0) break;
    for (let i = 0; i < read; i += 1) {
      const byte = buffer[i] ?? 0;
      if (byte === RETURN || (byte === NEWLINE && before !== RETURN)) line += 1;
      before = byte;
    }
    at += read;
  }
  return line;
}
