import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import { BRIDGE_KEY, type Bridge } from '../../shared/contract/bridge.ts';
import type { SourceRef, TargetRef } from '../../shared/contract/commands.ts';
import type { Reply } from '../../shared/errors.ts';
import { EVENT_CHANNEL, PRIVATE_CHANNEL, REQUEST_CHANNEL, type PageEvent, type PrivateRequest } from './channels.ts';

/** A rejected `invoke` means a value that can't be cloned, or a main process that is gone: the page still gets a Reply. */
async function invoke<T>(channel: string, ...values: readonly unknown[]): Promise<Reply<T>> {
  try {
    return (await ipcRenderer.invoke(channel, ...values)) as Reply<T>;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { ok: false, error: { code: 'command_invalid', message: `Expected values that can be copied to the main process: ${message}`, hint: '' } };
  }
}

function ask<T>(request: PrivateRequest): Promise<Reply<T>> {
  return invoke<T>(PRIVATE_CHANNEL, request);
}

/** '' for a File that has no place on disk, and for anything that is no File. */
function pathOf(file: object): string {
  try {
    return webUtils.getPathForFile(file as File);
  } catch (thrown) {
    if (thrown instanceof TypeError) return '';
    throw thrown;
  }
}

async function addFiles(files: readonly object[]): Promise<Reply<readonly SourceRef[]>> {
  const paths = Array.from(files, pathOf);
  if (!paths.includes('')) return ask({ kind: 'addFiles', paths });
  const message = 'Expected files that lie on this computer; at least one has no place on disk.';
  return { ok: false, error: { code: 'file_unreadable', message, hint: 'Save it as a file first, or paste its text.' } };
}

function listen(receive: (event: PageEvent) => void): () => void {
  const onEvent = (_event: IpcRendererEvent, event: PageEvent): void => {
    receive(event);
  };
  ipcRenderer.on(EVENT_CHANNEL, onEvent);
  return () => {
    ipcRenderer.off(EVENT_CHANNEL, onEvent);
  };
}

const bridge: Bridge = {
  platform: process.platform,
  call: (name, input) => invoke(REQUEST_CHANNEL, name, input),
  subscribe: (listener) =>
    listen((event) => {
      if (event.kind === 'events') listener(event.batch);
    }),
  addFiles,
  chooseFiles: () => ask<readonly SourceRef[]>({ kind: 'chooseFiles' }),
  chooseTarget: (suggestedName) => ask<TargetRef | null>({ kind: 'chooseTarget', suggestedName }),
  onMenu: (listener) =>
    listen((event) => {
      if (event.kind === 'menu') listener(event.action);
    }),
};

contextBridge.exposeInMainWorld(BRIDGE_KEY, bridge);
