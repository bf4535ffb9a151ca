import type { MenuAction } from '../../shared/contract/bridge.ts';
import type { CommandInput, CommandName, CommandOutput, HostKind, SourceRef, TargetRef } from '../../shared/contract/commands.ts';
import type { EventBatch } from '../../shared/contract/events.ts';
import { TasklaneError } from '../../shared/errors.ts';
import type { Reply } from '../../shared/errors.ts';

/** `refused` = the program no longer knows this page (it was started again): only a new one-time code helps. */
export type ConnectionState = 'connected' | 'lost' | 'refused';

/** What the screen knows of its program, whatever the host. Every method rejects with ClientError. */
export interface TasklaneClient {
  readonly host: HostKind;
  readonly call: <K extends CommandName>(name: K, input: CommandInput<K>) => Promise<CommandOutput<K>>;
  /** Event batches from now on. Returns the way to unsubscribe. */
  readonly subscribe: (listener: (batch: EventBatch) => void) => () => void;
  /** Tells once per change; after each `connected` a snapshot is needed, since events may have been missed. */
  readonly onConnection: (listener: (state: ConnectionState) => void) => () => void;
  /** Files of a drop, a paste or a file input. */
  readonly addFiles: (files: readonly File[]) => Promise<readonly SourceRef[]>;
  /** Asks for files; an empty list when the user cancelled. */
  readonly chooseFiles: () => Promise<readonly SourceRef[]>;
  /** A place to write to; null when the user cancelled. */
  readonly chooseTarget: (suggestedName: string) => Promise<TargetRef | null>;
  /** To be called after a target was written: the browser downloads it, the window has nothing left to do. */
  readonly finishTarget: (target: TargetRef) => Promise<void>;
  readonly onMenu: (listener: (action: MenuAction) => void) => () => void;
}

/** What a command answered instead of a value. Branch on `code`. */
export class ClientError extends TasklaneError {
  override readonly name = 'ClientError';
}

/** The value of a reply. Throws ClientError when the reply holds an error. */
export function valueOf<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value;
  throw new ClientError(reply.error.code, reply.error.message, reply.error.hint);
}
