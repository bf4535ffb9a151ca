import type { EventBatch } from '../../shared/contract/events.ts';
import { fromWire } from '../../shared/wire/wire.ts';
import type { ConnectionState } from './client.ts';

/** Waits between tries of a lost stream, ms; the last one repeats. */
const RETRY_WAITS_MS = [250, 500, 1000, 2000, 4000, 8000] as const;

export interface EventStreamOptions {
  readonly url: string;
  readonly token: string;
  onBatch(batch: EventBatch): void;
  onConnection(state: ConnectionState): void;
}

/** Splits server-sent events text into the data of each event; comments and other fields are skipped. */
export function createEventParser(onData: (data: string) => void): (text: string) => void {
  let rest = '';
  let data: string[] = [];
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const raw of lines) {
      const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (line === '') {
        if (data.length > 0) onData(data.join('\n'));
        data = [];
      } else if (line.startsWith('data:')) data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
    }
  };
}

async function readStream(options: EventStreamOptions, signal: AbortSignal): Promise<'ended' | 'refused'> {
  const response = await fetch(options.url, { headers: { authorization: `Bearer ${options.token}`, accept: 'text/event-stream' }, signal, cache: 'no-store' });
  if (response.status === 401 || response.status === 403) return 'refused';
  if (!response.ok || response.body === null) return 'ended';
  options.onConnection('connected');
  const parse = createEventParser((data) => options.onBatch(fromWire(data) as EventBatch));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return 'ended';
    parse(value);
  }
}

/**
 * Keeps a stream of event batches open until closed, over a fetch because EventSource can't send an Authorization
 * header. A cut is told as `lost`, then tried again with growing waits; a token that is no longer known ends it.
 */
export function openEventStream(options: EventStreamOptions): () => void {
  const abort = new AbortController();
  let state: ConnectionState | null = null;
  const tell = (next: ConnectionState): void => {
    if (state === next || abort.signal.aborted) return;
    state = next;
    options.onConnection(next);
  };
  const run = async (): Promise<void> => {
    for (let tries = 0; !abort.signal.aborted; ) {
      const started = { connected: false };
      const outcome = await readStream(
        {
          ...options,
          onConnection: (next) => {
            started.connected = true;
            tell(next);
          },
        },
        abort.signal,
      ).catch(() => 'ended' as const);
      if (outcome === 'refused') return tell('refused');
      tell('lost');
      tries = started.connected ? 0 : tries + 1;
      const waitMs = RETRY_WAITS_MS[Math.min(tries, RETRY_WAITS_MS.length - 1)] ?? 8000;
      await new Promise((resolve) => {
        setTimeout(resolve, waitMs);
      });
    }
  };
  void run();
  return () => {
    abort.abort();
  };
}
