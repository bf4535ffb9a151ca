import { join } from 'node:path';
import { chromium, type Browser, type BrowserType, type Page } from '@playwright/test';
import { pageOf, startDouble, type DoubleProcess } from './launch.ts';
import { startChromium } from './chromium.ts';
import { launchRealElectron, realElectronPath } from './real-electron.ts';
import type { DesktopCall } from './record.ts';
import type { DialogKind } from './members/dialog.ts';

export interface LaunchOptions {
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A running browser to share between launches; by default each launch starts its own. Real Electron needs none. */
  readonly shared?: SharedBrowser;
}

export interface LaunchedWindow {
  readonly page: Page;
  /** The process under the double; null in real Electron. */
  readonly double: DoubleProcess | null;
  /** What the app did to the desktop so far. */
  calls(): Promise<readonly DesktopCall[]>;
  answerDialog(kind: DialogKind, answer: unknown): Promise<void>;
  /** Paths on disk of files that the page will see, by name. Real Electron knows them itself. */
  filePaths(paths: Readonly<Record<string, string>>): Promise<void>;
  clickMenu(label: string): Promise<void>;
  closeWindow(): Promise<void>;
  /** Quits as the user would; settles with the exit code. */
  quit(): Promise<number | null>;
  /** For the end of a test that may have quit already. */
  dispose(): Promise<void>;
  log(): string;
}

export interface SharedBrowser {
  readonly url: string;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** The browser whose pages stand in for windows; shared, because starting it takes longer than all the rest. */
export async function startSharedBrowser(browserType: BrowserType = chromium): Promise<SharedBrowser> {
  const running = await startChromium();
  const browser = await browserType.connectOverCDP(running.url);
  return {
    url: running.url,
    browser,
    async close() {
      await browser.close();
      await running.close();
    },
  };
}

async function launchReal(executablePath: string, { dataDir, env = {} }: LaunchOptions): Promise<LaunchedWindow> {
  const real = await launchRealElectron(executablePath, join(import.meta.dirname, '..', '..'), dataDir, env);
  const child = real.app.process();
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    page: await real.app.firstWindow(),
    double: null,
    calls: () => real.calls(),
    answerDialog: (kind, answer) => real.answerDialog(kind, answer),
    filePaths: () => Promise.resolve(),
    clickMenu: (label) => real.clickMenu(label),
    closeWindow: () => real.closeWindow(),
    async quit() {
      await real.app.evaluate(({ app }) => app.quit());
      return ended;
    },
    async dispose() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await ended;
    },
    log: () => '',
  };
}

/** Opens the built app's window: in real Electron where its program is installed, else under the double. */
export async function launchWindow(options: LaunchOptions): Promise<LaunchedWindow> {
  const executablePath = realElectronPath();
  if (executablePath !== null) return launchReal(executablePath, options);
  const shared = options.shared ?? (await startSharedBrowser());
  const double = startDouble({ dataDir: options.dataDir, browserUrl: shared.url, ...(options.env === undefined ? {} : { env: options.env }) });
  const finish = async (): Promise<void> => {
    if (options.shared === undefined) await shared.close();
  };
  try {
    await double.started;
    return {
      page: await pageOf(shared.browser, double),
      double,
      calls: () => double.call('calls'),
      answerDialog: (kind, answer) => double.call('answerDialog', kind, answer),
      filePaths: (paths) => double.call('filePaths', paths),
      clickMenu: (label) => double.call('clickMenu', label),
      closeWindow: () => double.call('closeWindow'),
      async quit() {
        // The process may be gone before it has answered.
        void double.call('quit');
        return double.ended;
      },
      async dispose() {
        double.kill();
        await double.ended;
        await finish();
      },
      log: () => double.log(),
    };
  } catch (thrown) {
    double.kill();
    await finish();
    throw thrown;
  }
}
