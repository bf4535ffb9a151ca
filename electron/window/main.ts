import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, Menu, shell } from 'electron';
import { toErrorInfo } from '../../shared/errors.ts';
import { openTasklane } from '../api/open.ts';
import type { Tasklane } from '../api/types.ts';
import { nativeDialogs, showFatalError } from './dialogs.ts';
import { answerPages, sendToPage } from './ipc.ts';
import { keepLifecycle } from './lifecycle.ts';
import { keepMainWindow } from './main-window.ts';
import { menuTemplate } from './menu.ts';
import { showProgress } from './progress.ts';
import { registerAppScheme, serveScreen } from './protocol.ts';
import { denyPermissions, guardPages } from './security.ts';

export interface WindowHostOptions {
  /** Folder of the store; Electron's userData is set to it, so that window and terminal meet in one store. */
  readonly dataDir: string;
  /** Folder of the built screen. */
  readonly screenDir: string;
  readonly preloadPath: string;
}

const APP_USER_MODEL_ID = 'org.tasklane.app';

function settleInDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  app.setPath('userData', dataDir);
  // Chromium's own files stay out of the store's way.
  app.setPath('sessionData', join(dataDir, 'chromium'));
}

function fail(thrown: unknown): void {
  showFatalError(toErrorInfo(thrown));
  app.exit(1);
}

async function start({ dataDir, screenDir, preloadPath }: WindowHostOptions): Promise<void> {
  const { platform } = process;
  const { isPackaged } = app;
  const mainWindow = keepMainWindow({ preloadPath, stateFile: join(dataDir, 'window.json'), isPackaged });
  const dialogs = nativeDialogs(() => mainWindow.current());
  const opening = openTasklane({ dataDir, host: 'window', version: app.getVersion(), readOnlyWhenLocked: true });
  const connect = (tasklane: Tasklane): void => {
    tasklane.subscribe((batch) => sendToPage(mainWindow, { kind: 'events', batch }));
    showProgress(tasklane, mainWindow);
    keepLifecycle({ tasklane, mainWindow, dialogs, platform });
  };
  const menu = menuTemplate({
    platform,
    isPackaged,
    onAction: (action) => sendToPage(mainWindow, { kind: 'menu', action }),
    onShowDataFolder: () => void shell.openPath(dataDir),
  });

  guardPages({ onExternalLink: (url) => void dialogs.askAboutLink(url) });
  denyPermissions();
  serveScreen(screenDir);
  answerPages({ tasklane: opening, dialogs });
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu));
  await Promise.all([opening.then(connect), mainWindow.show()]);
}

/** Host 1: the window. Returns at once; all that follows hangs on Electron's events. */
export function startWindowHost(options: WindowHostOptions): void {
  try {
    settleInDataDir(options.dataDir);
  } catch (thrown) {
    fail(thrown);
    return;
  }
  if (!app.requestSingleInstanceLock()) {
    // The first instance hears of this start and comes to the front.
    app.quit();
    return;
  }
  app.enableSandbox();
  // Windows shows notifications only of programs that it knows by this name, electron-builder.yml's appId.
  if (process.platform === 'win32') app.setAppUserModelId(APP_USER_MODEL_ID);
  registerAppScheme();
  // Never awaited at the top level: Electron becomes ready only once this module has finished evaluating.
  void app.whenReady().then(() => start(options)).catch(fail);
}
