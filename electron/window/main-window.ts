import { BrowserWindow, nativeTheme, screen } from 'electron';
import { APP_URL } from './sender.ts';
import { DEFAULT_SIZE, MIN_SIZE, readWindowState, restoredBounds, writeWindowState } from './window-state.ts';

/** Backgrounds of the design, so that nothing flashes before the page is painted. */
const BACKGROUND = { light: '#FBFBFA', dark: '#131417' } as const;
/** Moves and resizes come in bursts; the last one is worth writing. */
const STATE_DELAY_MS = 500;
/** A page that keeps crashing is not loaded again within this time. */
const CRASH_PAUSE_MS = 10_000;

export interface MainWindow {
  /** The window, or null while none is open. */
  current(): BrowserWindow | null;
  /** Opens it, or brings it to the front. */
  show(): Promise<void>;
  /** Out of sight, with its page alive. */
  hide(): void;
  isInFront(): boolean;
  /** The user wants the window closed; `prevent` keeps it. */
  onClose(listener: (prevent: () => void) => void): void;
}

export interface MainWindowOptions {
  readonly preloadPath: string;
  /** File that keeps place and size. */
  readonly stateFile: string;
  /** Developer tools are for a checkout. */
  readonly isPackaged: boolean;
}

function rememberPlace(window: BrowserWindow, stateFile: string): void {
  let timer: NodeJS.Timeout | undefined;
  const remember = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (window.isDestroyed()) return;
      const state = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
      writeWindowState(stateFile, state).catch((thrown: unknown) => {
        process.emitWarning(`The window's place could not be kept: ${String(thrown)}`);
      });
    }, STATE_DELAY_MS);
  };
  window.on('resize', remember);
  window.on('move', remember);
  window.on('maximize', remember);
  window.on('unmaximize', remember);
  window.on('closed', () => {
    clearTimeout(timer);
  });
}

/** The run lives in the main process, so a crashed page is simply loaded again. */
function reloadAfterCrash(window: BrowserWindow): void {
  let lastCrashMs = Number.NEGATIVE_INFINITY;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    const nowMs = performance.now();
    if (reason === 'clean-exit' || nowMs - lastCrashMs < CRASH_PAUSE_MS) return;
    lastCrashMs = nowMs;
    window.webContents.reload();
  });
}

async function createWindow({ preloadPath, stateFile, isPackaged }: MainWindowOptions): Promise<BrowserWindow> {
  const state = await readWindowState(stateFile);
  const bounds = restoredBounds(state, screen.getAllDisplays().map((display) => display.workArea));
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...bounds,
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    title: 'Tasklane',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    // No spell checker: it would fetch its dictionaries from the network.
    webPreferences: { preload: preloadPath, contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false, spellcheck: false, devTools: !isPackaged },
  });
  if (state?.isMaximized === true) window.maximize();
  rememberPlace(window, stateFile);
  reloadAfterCrash(window);
  // The title shows progress; the page's own would hide it.
  window.on('page-title-updated', (event) => {
    event.preventDefault();
  });
  window.once('ready-to-show', () => {
    window.show();
  });
  return window;
}

/** Keeps the one window: opens it, opens it again after it was closed, and never a second one. */
export function keepMainWindow(options: MainWindowOptions): MainWindow {
  let opening: Promise<BrowserWindow> | null = null;
  let current: BrowserWindow | null = null;
  const closeListeners: ((prevent: () => void) => void)[] = [];

  const open = async (): Promise<BrowserWindow> => {
    const window = await createWindow(options);
    current = window;
    window.on('close', (event) => {
      for (const listener of closeListeners) listener(() => event.preventDefault());
    });
    window.on('closed', () => {
      current = null;
      opening = null;
    });
    await window.loadURL(APP_URL);
    return window;
  };

  return {
    current: () => current,
    async show() {
      if (current === null) {
        opening ??= open();
        await opening;
        return;
      }
      if (current.isMinimized()) current.restore();
      current.show();
      current.focus();
    },
    hide() {
      current?.hide();
    },
    isInFront: () => current !== null && current.isVisible() && current.isFocused(),
    onClose(listener) {
      closeListeners.push(listener);
    },
  };
}
