import type { CommandInput, CommandName, CommandOutput, SourceRef, TargetRef } from '../../shared/contract/commands.ts';
import type { EventBatch } from '../../shared/contract/events.ts';
import type { Reply } from '../../shared/errors.ts';
import { fromWire, toWire } from '../../shared/wire/wire.ts';
import { ClientError, valueOf } from './client.ts';
import type { ConnectionState, TasklaneClient } from './client.ts';
import { openEventStream } from './event-stream.ts';

export interface HttpClientOptions {
  readonly origin: string;
  readonly token: string;
  /** Asks for files with the browser's own dialog; empty when cancelled. */
  pickFiles(): Promise<readonly File[]>;
  /** Starts a download of a same-origin address. */
  download(url: string): void;
}

/** The client of the browser host: commands by POST, events by a fetch stream, files by upload and single-use ticket. */
export function httpClient(options: HttpClientOptions): TasklaneClient {
  const { origin, token } = options;
  const batchListeners = new Set<(batch: EventBatch) => void>();
  const connectionListeners = new Set<(state: ConnectionState) => void>();
  let closeStream: (() => void) | null = null;

  const post = async (path: string, contentType: string, body: BodyInit): Promise<unknown> => {
    const response = await fetch(`${origin}${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': contentType }, body }).catch((cause: unknown) => {
      throw new ClientError('internal', 'Tasklane does not answer.', 'Check that it still runs in the terminal; this page connects again by itself.', { cause });
    });
    const text = await response.text();
    let reply: Reply<unknown>;
    try {
      reply = fromWire(text) as Reply<unknown>;
    } catch (cause) {
      throw new ClientError('internal', `Expected a reply in JSON, got HTTP ${response.status}.`, 'Load the page again.', { cause });
    }
    return valueOf(reply);
  };
  const postJson = (path: string, value: unknown): Promise<unknown> => post(path, 'application/json', toWire(value));

  const ensureStream = (): void => {
    closeStream ??= openEventStream({
      url: `${origin}/api/events`,
      token,
      onBatch: (batch) => batchListeners.forEach((listener) => listener(batch)),
      onConnection: (state) => connectionListeners.forEach((listener) => listener(state)),
    });
  };
  const leave = (): void => {
    if (batchListeners.size > 0 || connectionListeners.size > 0) return;
    closeStream?.();
    closeStream = null;
  };
  const addFiles = async (files: readonly File[]): Promise<readonly SourceRef[]> => {
    const sources: SourceRef[] = [];
    for (const file of files) sources.push((await post(`/api/upload?name=${encodeURIComponent(file.name)}`, 'application/octet-stream', file)) as SourceRef);
    return sources;
  };

  return {
    host: 'browser',
    async call<K extends CommandName>(name: K, input: CommandInput<K>): Promise<CommandOutput<K>> {
      return (await postJson('/api/call', { name, input })) as CommandOutput<K>;
    },
    subscribe(listener) {
      batchListeners.add(listener);
      ensureStream();
      return () => {
        batchListeners.delete(listener);
        leave();
      };
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      ensureStream();
      return () => {
        connectionListeners.delete(listener);
        leave();
      };
    },
    addFiles,
    chooseFiles: async () => addFiles(await options.pickFiles()),
    chooseTarget: async (name) => (await postJson('/api/target', { name })) as TargetRef,
    async finishTarget(target) {
      const { ticket } = (await postJson('/api/ticket', { targetId: target.targetId })) as { readonly ticket: string };
      options.download(`${origin}/download/${encodeURIComponent(ticket)}`);
    },
    onMenu: () => () => undefined,
  };
}
