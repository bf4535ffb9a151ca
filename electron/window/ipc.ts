import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import { z } from 'zod';
import { assertNever, TasklaneError, toErrorInfo, type Reply } from '../../shared/errors.ts';
import type { Tasklane } from '../api/types.ts';
import { EVENT_CHANNEL, PRIVATE_CHANNEL, REQUEST_CHANNEL, type PageEvent, type PrivateRequest } from './channels.ts';
import type { Dialogs } from './dialogs.ts';
import type { MainWindow } from './main-window.ts';
import { isPayloadTooLarge, MAX_PAYLOAD_SIZE, MAX_PAYLOAD_VALUES } from './payload-limit.ts';
import { isOwnFrame } from './sender.ts';

const privateRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('addFiles'), paths: z.array(z.string().min(1)).max(10_000).readonly() }),
  z.strictObject({ kind: z.literal('chooseFiles') }),
  z.strictObject({ kind: z.literal('chooseTarget'), suggestedName: z.string().max(1000) }),
]) satisfies z.ZodType<PrivateRequest>;

export interface PageAnswers {
  /** Rejects when the store could not be opened; then every command is answered with that error. */
  readonly tasklane: Promise<Tasklane>;
  readonly dialogs: Dialogs;
}

/** Checks who asks and how much, then answers; whatever goes wrong becomes a Reply. */
async function replyTo(event: IpcMainInvokeEvent, payload: readonly unknown[], answer: () => Promise<Reply<unknown>>): Promise<Reply<unknown>> {
  try {
    if (!isOwnFrame(event.senderFrame)) throw new TasklaneError('forbidden', `Expected a command from Tasklane's own page; it came from ${event.senderFrame?.url ?? 'a frame that is gone'}.`);
    if (isPayloadTooLarge(payload)) throw new TasklaneError('command_invalid', `Expected at most ${MAX_PAYLOAD_SIZE / 1024 / 1024} MiB and ${MAX_PAYLOAD_VALUES.toLocaleString('en')} values in one command; more came.`, 'Give large data as a file.');
    return await answer();
  } catch (thrown) {
    return { ok: false, error: toErrorInfo(thrown) };
  }
}

async function answerPrivately(request: unknown, { tasklane, dialogs }: PageAnswers): Promise<Reply<unknown>> {
  const parsed = privateRequest.safeParse(request);
  if (!parsed.success) throw new TasklaneError('command_invalid', `Expected a request for files or a dialog. ${z.prettifyError(parsed.error)}`);
  const ready = await tasklane;
  switch (parsed.data.kind) {
    case 'addFiles':
      return { ok: true, value: await Promise.all(parsed.data.paths.map((path) => ready.addSource(path))) };
    case 'chooseFiles':
      return { ok: true, value: await Promise.all((await dialogs.chooseFiles()).map((path) => ready.addSource(path))) };
    case 'chooseTarget': {
      const path = await dialogs.chooseTarget(parsed.data.suggestedName);
      return { ok: true, value: path === null ? null : ready.addTarget(path) };
    }
    default:
      return assertNever(parsed.data);
  }
}

/** Answers the page's commands, and the preload's requests, for as long as the app lives. */
export function answerPages(answers: PageAnswers): void {
  ipcMain.handle(REQUEST_CHANNEL, (event, name: unknown, input: unknown) => replyTo(event, [name, input], async () => (await answers.tasklane).handle(name, input)));
  ipcMain.handle(PRIVATE_CHANNEL, (event, request: unknown) => replyTo(event, [request], () => answerPrivately(request, answers)));
}

/** Tells the page; a window that is gone is no error. */
export function sendToPage(mainWindow: MainWindow, event: PageEvent): void {
  const window = mainWindow.current();
  if (window !== null && !window.isDestroyed()) window.webContents.send(EVENT_CHANNEL, event);
}
