import type { ServerResponse } from 'node:http';
import type { EventBatch } from '../../shared/contract/events.ts';
import { toWire } from '../../shared/wire/wire.ts';

/** Keeps proxies and browsers from taking a quiet stream for a dead one. */
const HEARTBEAT_MS = 15_000;
/** A client that lags by more is dropped: it connects again and asks for a snapshot, which is smaller than what it missed. */
const BACKLOG_BYTES_MAX = 8 * 1024 * 1024;

export interface EventStreams {
  /** Makes a response a stream of events until either side ends it. */
  add(response: ServerResponse): void;
  /** Ends every stream. */
  close(): void;
}

export interface EventStreamsOptions {
  readonly heartbeatMs?: number;
  readonly backlogBytesMax?: number;
}

/** Sends each batch of events to every stream, encoded once; encodes nothing while nobody listens. */
export function createEventStreams(
  subscribe: (listener: (batch: EventBatch) => void) => () => void,
  { heartbeatMs = HEARTBEAT_MS, backlogBytesMax = BACKLOG_BYTES_MAX }: EventStreamsOptions = {},
): EventStreams {
  const streams = new Set<ServerResponse>();

  function sendAll(text: string): void {
    const bytes = Buffer.from(text);
    for (const response of streams) {
      if (response.writableLength > backlogBytesMax) response.destroy();
      else response.write(bytes);
    }
  }

  const unsubscribe = subscribe((batch) => {
    if (streams.size > 0) sendAll(`data: ${toWire(batch)}\n\n`);
  });
  const heartbeat = setInterval(() => sendAll(': still here\n\n'), heartbeatMs);
  heartbeat.unref();

  return {
    add: (response) => {
      streams.add(response);
      response.on('close', () => streams.delete(response));
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(': connected\n\n');
    },
    close: () => {
      clearInterval(heartbeat);
      unsubscribe();
      for (const response of streams) response.end();
      streams.clear();
    },
  };
}
