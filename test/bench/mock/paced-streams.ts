import type { Socket } from 'node:net';
import { STREAM_HEAD, STREAM_LAST, STREAM_TOKEN } from './answers.ts';

// Answers that come token by token. One timer for all of them: each token has its due time, counted from the stream's
// own start, so a timer that comes late delays a token and not the ones behind it.
const TICK_MS = 1;

export interface Pace {
  readonly tokens: number;
  /** Time between two tokens, ms. The first one comes after as long. */
  readonly gapMs: number;
}

interface PacedStream extends Pace {
  readonly socket: Socket;
  readonly startMs: number;
  readonly onEnd: () => void;
  sent: number;
}

const streams = new Set<PacedStream>();
let timer: NodeJS.Timeout | null = null;

function tick(): void {
  const nowMs = performance.now();
  for (const stream of streams) advance(stream, nowMs);
  if (streams.size > 0 || timer === null) return;
  clearInterval(timer);
  timer = null;
}

/** Sends what is due, each token as a chunk and a write of its own. */
function advance(stream: PacedStream, nowMs: number): void {
  const { socket, tokens, gapMs, startMs } = stream;
  const due = Math.min(tokens, Math.floor((nowMs - startMs) / gapMs));
  if (!socket.destroyed) for (; stream.sent < due; stream.sent += 1) socket.write(STREAM_TOKEN);
  if (due < tokens && !socket.destroyed) return;
  if (!socket.destroyed) socket.write(STREAM_LAST);
  streams.delete(stream);
  stream.onEnd();
}

/** Answers with a stream at this pace; `onEnd` is called when its last byte was written, or its reader is gone. */
export function paceStream(socket: Socket, pace: Pace, onEnd: () => void): void {
  socket.write(STREAM_HEAD);
  streams.add({ ...pace, socket, startMs: performance.now(), onEnd, sent: 0 });
  timer ??= setInterval(tick, TICK_MS);
}
