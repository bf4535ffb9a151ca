import type { Reply } from '../errors.ts';
import type { CommandName, SourceRef, TargetRef } from './commands.ts';
import type { EventBatch } from './events.ts';

/** What the application menu and its shortcuts ask of the screen. */
export type MenuAction = 'open' | 'export' | 'settings' | 'help' | 'start' | 'pause' | 'find' | 'newBatch';

/**
 * What the preload puts on `window.tasklane`. Values cross by structured clone. No path ever crosses it: files are
 * turned into source ids and target ids by the preload and the main process.
 */
export interface Bridge {
  readonly platform: string;
  call(name: CommandName, input: unknown): Promise<Reply<unknown>>;
  subscribe(listener: (batch: EventBatch) => void): () => void;
  /** DOM `File` objects from a drop or a paste. */
  addFiles(files: readonly object[]): Promise<Reply<readonly SourceRef[]>>;
  /** Native open dialog; an empty list when it was cancelled. */
  chooseFiles(): Promise<Reply<readonly SourceRef[]>>;
  /** Native save dialog; null when it was cancelled. */
  chooseTarget(suggestedName: string): Promise<Reply<TargetRef | null>>;
  onMenu(listener: (action: MenuAction) => void): () => void;
}

export const BRIDGE_KEY = 'tasklane';
