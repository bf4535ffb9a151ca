import { app } from 'electron';
import type { Tasklane } from '../api/types.ts';
import type { Dialogs } from './dialogs.ts';
import type { MainWindow } from './main-window.ts';
import { quitStep, type QuitPhase } from './quitting.ts';

/** With the window hidden and no run on, the app stays this long for a click on its notification. Not on macOS, where the Dock shows it. */
const BACKGROUND_LINGER_MS = 60_000;

export interface LifecycleParts {
  readonly tasklane: Tasklane;
  readonly mainWindow: MainWindow;
  readonly dialogs: Dialogs;
  readonly platform: string;
}

/** Decides what closing, quitting, a second start and a click on the dock icon do, from now on. */
export function keepLifecycle({ tasklane, mainWindow, dialogs, platform }: LifecycleParts): void {
  const isMac = platform === 'darwin';
  let phase: QuitPhase = 'open';
  let linger: NodeJS.Timeout | undefined;

  const leave = async (how: 'close' | 'abort'): Promise<void> => {
    phase = 'closing';
    try {
      await tasklane[how]();
    } finally {
      // A store that fails to close is opened again with recovery; the user still gets out.
      phase = 'closed';
      app.quit();
    }
  };

  const ask = async (): Promise<void> => {
    phase = 'asking';
    const answer = await dialogs.askAboutClosing(tasklane.activeRunIds().length);
    phase = 'open';
    if (answer === 'pauseAndQuit') await leave('close');
    else if (answer === 'keepRunning') mainWindow.hide();
  };

  const requestQuit = (mayAsk: boolean): void => {
    const step = quitStep(phase, mayAsk ? tasklane.activeRunIds().length : 0);
    if (step === 'ask') void ask();
    else if (step === 'close' || step === 'abort') void leave(step);
  };

  app.on('before-quit', (event) => {
    if (phase === 'closed') return;
    event.preventDefault();
    requestQuit(true);
  });

  mainWindow.onClose((prevent) => {
    if (phase === 'closed') return;
    if (isMac && tasklane.activeRunIds().length === 0) return;
    prevent();
    requestQuit(true);
  });

  // Every window of ours closes through the above; without this listener Electron would quit on macOS too.
  app.on('window-all-closed', () => {
    if (!isMac) app.quit();
  });
  app.on('activate', () => {
    void mainWindow.show();
  });
  app.on('second-instance', () => {
    void mainWindow.show();
  });
  // Ctrl+C in the terminal that started the app, or a polite kill: nobody is there to answer a question.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      requestQuit(false);
    });
  }

  tasklane.subscribe(() => {
    const window = mainWindow.current();
    clearTimeout(linger);
    if (isMac || phase !== 'open' || window === null || window.isVisible() || tasklane.activeRunIds().length > 0) return;
    linger = setTimeout(() => {
      if (!window.isDestroyed() && !window.isVisible() && tasklane.activeRunIds().length === 0) app.quit();
    }, BACKGROUND_LINGER_MS);
  });
}
