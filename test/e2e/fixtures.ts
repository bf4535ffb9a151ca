import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as base, type Browser, type Page } from '@playwright/test';
import { launchWindow, startSharedBrowser, type LaunchedWindow, type SharedBrowser } from '../electron-double/launch-window.ts';
import { dropFiles, pathsByName } from './drop.ts';
import { startServeHost } from './serve-host.ts';

export interface OpenOptions {
  /** By default a fresh folder; give one to open what an earlier app has left. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The test provokes errors in the page, which otherwise fail it. */
  readonly toleratesPageErrors?: boolean;
}

export interface OpenedApp {
  readonly page: Page;
  readonly host: 'browser' | 'window';
  readonly dataDir: string;
  /** What only the window has; null in the browser. */
  readonly window: LaunchedWindow | null;
  dropFile(...paths: readonly string[]): Promise<void>;
  /** Does what saves a file, chooses a place for it, and reads it back: by the save dialog, or as a download. */
  savedBy(action: () => Promise<void>): Promise<Buffer>;
  /** Ends the app as a user would. */
  close(): Promise<void>;
}

interface Opened extends OpenedApp {
  readonly pageErrors: readonly string[];
  dispose(): Promise<void>;
  log(): string;
}

interface Fixtures {
  /** Opens the app in the project's host; may be called several times in a test. */
  readonly openApp: (options?: OpenOptions) => Promise<OpenedApp>;
}

export interface WorkerFixtures {
  readonly sharedBrowser: SharedBrowser | null;
}

/** Errors that a page prints, the content security policy's among them. */
function collectErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}

/** The screen listens to drops and keys once it is drawn. */
async function drawn(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Batches' }).waitFor();
}

async function readWhenWritten(path: string): Promise<Buffer> {
  await expect.poll(() => readFile(path).then((content) => content.length, () => 0), { message: `${path} is written` }).toBeGreaterThan(0);
  return readFile(path);
}

let savedCount = 0;

async function openInWindow(dataDir: string, { env = {} }: OpenOptions, shared: SharedBrowser): Promise<Opened> {
  const window = await launchWindow({ dataDir, env, shared });
  const { page } = window;
  const pageErrors = collectErrors(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await drawn(page);
  return {
    page,
    host: 'window',
    dataDir,
    window,
    pageErrors,
    async dropFile(...paths) {
      await window.filePaths(pathsByName(paths));
      await dropFiles(page, paths);
    },
    async savedBy(action) {
      savedCount += 1;
      const filePath = join(dataDir, `saved-${savedCount}`);
      await window.answerDialog('showSaveDialog', { canceled: false, filePath });
      await action();
      return readWhenWritten(filePath);
    },
    close: async () => void (await window.quit()),
    dispose: () => window.dispose(),
    log: () => window.log(),
  };
}

async function openInBrowser(dataDir: string, { env = {} }: OpenOptions, browser: Browser): Promise<Opened> {
  const host = await startServeHost(dataDir, env);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  const page = await context.newPage();
  const pageErrors = collectErrors(page);
  await page.goto(host.url);
  await drawn(page);
  const close = async (): Promise<void> => {
    await context.close();
    await host.stop();
  };
  return {
    page,
    host: 'browser',
    dataDir,
    window: null,
    pageErrors,
    dropFile: (...paths) => dropFiles(page, paths),
    async savedBy(action) {
      const [download] = await Promise.all([page.waitForEvent('download'), action()]);
      return readFile(await download.path());
    },
    close,
    dispose: close,
    log: () => host.log(),
  };
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  sharedBrowser: [
    async ({ playwright }, provide, { project }) => {
      const shared = project.name === 'window' ? await startSharedBrowser(playwright.chromium) : null;
      await provide(shared);
      await shared?.close();
    },
    { scope: 'worker' },
  ],
  openApp: async ({ browser, sharedBrowser }, provide, testInfo) => {
    const opened: { readonly app: Opened; readonly options: OpenOptions }[] = [];
    await provide(async (options = {}) => {
      const dataDir = options.dataDir ?? testInfo.outputPath(`data-${opened.length + 1}`);
      const app = await (sharedBrowser === null ? openInBrowser(dataDir, options, browser) : openInWindow(dataDir, options, sharedBrowser));
      opened.push({ app, options });
      return app;
    });
    for (const { app } of opened) {
      await app.dispose();
      if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach('process log', { body: app.log(), contentType: 'text/plain' });
    }
    for (const { app, options } of opened) if (options.toleratesPageErrors !== true) expect(app.pageErrors, 'errors that the page printed').toEqual([]);
  },
});

export { expect };
