import { joinBrowser } from './browser.ts';
import { app } from './members/app.ts';
import { openWindows, watchTargets } from './members/browser-window.ts';
import { Notification } from './members/desktop.ts';
import { answerNext } from './members/dialog.ts';
import { clickMenu } from './members/menu.ts';
import type { WebContents } from './members/web-contents.ts';
import { calls, setReady } from './record.ts';
import type { Remote, RemoteCall, RemoteMessage } from './remote.ts';

/** A main module that awaits `app.whenReady()` at its top level would hang in Electron. */
const EVALUATION_LIMIT_MS = Number(process.env['ELECTRON_DOUBLE_LIMIT_MS'] ?? 20_000);

function contents(): WebContents {
  const [window] = openWindows();
  if (window === undefined) throw new Error('No window is open');
  return window.contents;
}

const remote: Remote = {
  calls: () => calls,
  answerDialog: answerNext,
  filePaths: (paths) => contents().knowPaths(paths),
  closeWindow: () => openWindows()[0]?.close(),
  loseFocus: () => openWindows()[0]?.loseFocus(),
  clickMenu,
  clickNotification: () => void Notification.shown.at(-1)?.emit('click'),
  activate: () => void app.emit('activate', {}, openWindows().length > 0),
  quit: () => app.quit(),
  invokeAs: (frame, channel, values) => contents().answerAs(frame, channel, values),
};

function tell(message: RemoteMessage): void {
  process.send?.(message);
}

async function answer({ id, name, values }: RemoteCall): Promise<void> {
  try {
    const method = remote[name] as (...values: readonly unknown[]) => unknown;
    tell({ kind: 'answer', id, value: await method(...values) });
  } catch (thrown) {
    tell({ kind: 'answer', id, error: String(thrown) });
  }
}

/** Electron emits `ready` only once the main module has been evaluated; so does the double. */
export async function boot(mainUrl: string, browserUrl: string, appId: string): Promise<void> {
  await joinBrowser(browserUrl, appId);
  watchTargets();
  process.on('message', (message) => void answer(message as RemoteCall));
  process.on('disconnect', () => app.exit(1));
  const limit = setTimeout(() => {
    process.stderr.write('The main module does not finish evaluating: does it await app.whenReady() at its top level?\n');
    process.exit(5);
  }, EVALUATION_LIMIT_MS);
  await import(mainUrl);
  clearTimeout(limit);
  setReady();
  app.becomeReady();
  tell({ kind: 'started' });
}
