import type { SenderFrame } from './members/web-contents.ts';
import type { DialogKind } from './members/dialog.ts';
import type { DesktopCall } from './record.ts';

/** What a test may ask of the process under test; travels as `{id, name, values}` over Node's IPC. */
export interface Remote {
  calls(): readonly DesktopCall[];
  answerDialog(kind: DialogKind, answer: unknown): void;
  /** Paths on disk of files that pages will see, by name. */
  filePaths(paths: Readonly<Record<string, string>>): void;
  closeWindow(): void;
  loseFocus(): void;
  clickMenu(label: string): void;
  clickNotification(): void;
  activate(): void;
  quit(): void;
  /** A request on an IPC channel as if another frame had made it. */
  invokeAs(frame: SenderFrame | null, channel: string, values: readonly unknown[]): Promise<unknown>;
}

export type RemoteName = keyof Remote;

export interface RemoteCall {
  readonly id: number;
  readonly name: RemoteName;
  readonly values: readonly unknown[];
}

/** From the process under test: that its window stands, or the answer to a call. */
export type RemoteMessage = { readonly kind: 'started' } | { readonly kind: 'answer'; readonly id: number; readonly value?: unknown; readonly error?: string };
