import { writeFile } from 'node:fs/promises';
import { startDouble, type DoubleProcess } from '../../electron-double/launch.ts';
import { expect, test, type WorkerFixtures } from '../fixtures.ts';

// The double is trusted with much, so what would fail in Electron must fail in it as well.

interface Ending {
  readonly code: number | null;
  readonly log: string;
}

async function endOf(source: string, file: string, { sharedBrowser }: WorkerFixtures): Promise<Ending> {
  await writeFile(file, source);
  const double: DoubleProcess = startDouble({ dataDir: `${file}-data`, browserUrl: sharedBrowser?.url ?? '', mainFile: file, env: { ELECTRON_DOUBLE_LIMIT_MS: '2000' } });
  return { code: await double.ended, log: double.log() };
}

test('a name that Electron has and the double has not fails to link, rather than being undefined', async ({ sharedBrowser }, testInfo) => {
  const { code, log } = await endOf("import { app, autoUpdater } from 'electron'; app.exit(autoUpdater ? 0 : 0);", testInfo.outputPath('main.mjs'), { sharedBrowser });
  expect([code, log]).toEqual([1, expect.stringContaining("does not provide an export named 'autoUpdater'")]);
});

test('an unknown member, event or menu role is an error that names it', async ({ sharedBrowser }, testInfo) => {
  const source = `import { app, Menu, powerSaveBlocker } from 'electron';
    const say = (work) => { try { work(); console.log('no error'); } catch (error) { console.log(error.message); } };
    say(() => app.setBadgeCount(3));
    say(() => powerSaveBlocker.isStarted(1));
    say(() => app.on('browser-window-focus', () => {}));
    say(() => Menu.buildFromTemplate([{ role: 'startSpeaking' }]));
    say(() => app.getVersion());
    app.exit(0);`;
  const { code, log } = await endOf(source, testInfo.outputPath('main.mjs'), { sharedBrowser });
  expect({ code, lines: log.trim().split('\n') }).toEqual({
    code: 0,
    lines: [
      'The electron double does not know app.setBadgeCount',
      'The electron double does not know powerSaveBlocker.isStarted',
      "The electron double does not know the event app 'browser-window-focus'",
      'The electron double does not know the menu role startSpeaking',
      'no error',
    ],
  });
});

test('awaiting whenReady at the top level, which hangs Electron, ends with an error that says so', async ({ sharedBrowser }, testInfo) => {
  const { code, log } = await endOf("import { app } from 'electron'; await app.whenReady(); app.exit(0);", testInfo.outputPath('main.mjs'), { sharedBrowser });
  expect([code, log]).toEqual([5, expect.stringContaining('app.whenReady() at its top level')]);
});

test('what may be used only after ready throws before it', async ({ sharedBrowser }, testInfo) => {
  const source = `import { app, BrowserWindow, Notification, protocol, screen } from 'electron';
    for (const work of [() => new BrowserWindow(), () => new Notification({}), () => protocol.handle('app', () => {}), () => screen.getAllDisplays()]) {
      try { work(); console.log('no error'); } catch (error) { console.log(error.message); }
    }
    app.exit(0);`;
  const { log } = await endOf(source, testInfo.outputPath('main.mjs'), { sharedBrowser });
  expect(log.trim().split('\n')).toEqual(['new BrowserWindow', 'new Notification', 'protocol.handle', 'screen.getAllDisplays'].map((what) => `${what} can only be used after the app's ready event`));
});
