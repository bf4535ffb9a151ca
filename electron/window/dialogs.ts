import { join } from 'node:path';
import { app, dialog, shell, type BrowserWindow, type FileFilter, type MessageBoxOptions } from 'electron';
import type { ErrorInfo } from '../../shared/errors.ts';
import { safeFileName, saveFiltersOf, TASK_FILE_FILTERS, type FileFilter as OwnFilter } from './file-names.ts';

/** What the user wants done with runs that are on while the window closes. */
export type ClosingAnswer = 'keepRunning' | 'pauseAndQuit' | 'cancel';

export interface Dialogs {
  /** Paths of the files to add; none when cancelled. */
  chooseFiles(): Promise<readonly string[]>;
  /** Path to write to, or null when cancelled. */
  chooseTarget(suggestedName: string): Promise<string | null>;
  askAboutClosing(runCount: number): Promise<ClosingAnswer>;
  /** Opens an https address in the user's browser if they agree. */
  askAboutLink(url: string): Promise<void>;
}

const CLOSING_ANSWERS: readonly ClosingAnswer[] = ['keepRunning', 'pauseAndQuit', 'cancel'];

function filtersOf(filters: readonly OwnFilter[]): FileFilter[] {
  return filters.map(({ name, extensions }) => ({ name, extensions: [...extensions] }));
}

/** Asks with native dialogs, attached to the window while there is one. */
export function nativeDialogs(currentWindow: () => BrowserWindow | null): Dialogs {
  const ask = async (options: MessageBoxOptions): Promise<number> => {
    const window = currentWindow();
    const { response } = await (window === null ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options));
    return response;
  };
  return {
    async chooseFiles() {
      const window = currentWindow();
      const options = { title: 'Add task files', properties: ['openFile' as const, 'multiSelections' as const], filters: filtersOf(TASK_FILE_FILTERS) };
      const { canceled, filePaths } = await (window === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
      return canceled ? [] : filePaths;
    },
    async chooseTarget(suggestedName) {
      const window = currentWindow();
      const name = safeFileName(suggestedName);
      const options = { defaultPath: join(app.getPath('downloads'), name), filters: filtersOf(saveFiltersOf(name)) };
      const { canceled, filePath } = await (window === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options));
      return canceled || filePath === '' ? null : filePath;
    },
    async askAboutClosing(runCount) {
      const response = await ask({
        type: 'question',
        message: runCount === 1 ? 'A run is still on.' : `${runCount} runs are still on.`,
        detail: 'Tasklane can finish in the background and tell you when it is done, or pause, wait for the tasks in flight, and quit. A paused run can be resumed at any time.',
        buttons: ['Keep running in background', 'Pause and quit', 'Cancel'],
        defaultId: 0,
        cancelId: 2,
        noLink: true,
      });
      return CLOSING_ANSWERS[response] ?? 'cancel';
    },
    async askAboutLink(url) {
      const response = await ask({ type: 'question', message: 'Open this address in your browser?', detail: url, buttons: ['Open', 'Cancel'], defaultId: 1, cancelId: 1, noLink: true });
      if (response === 0) await shell.openExternal(url);
    },
  };
}

/** For what stops the app from starting: says what went wrong and what to do. */
export function showFatalError({ message, hint }: ErrorInfo): void {
  dialog.showErrorBox('Tasklane could not start', hint === '' ? message : `${message}\n\n${hint}`);
}
