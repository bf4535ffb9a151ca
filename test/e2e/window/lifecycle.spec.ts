import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test, type OpenedApp } from '../fixtures.ts';
import { startDouble } from '../../electron-double/launch.ts';
import { command } from './page.ts';

/** Starts a batch, one at a time so that it stays on for a while. */
async function startLongRun({ page }: OpenedApp): Promise<string> {
  const rows = Array.from({ length: 200 }, (_, row) => `What is ${row} + ${row}?`).join('\n');
  const { sourceId } = await command(page, 'source.paste', { text: rows });
  const options = { format: null, delimiter: null, header: null };
  const { batchId } = await command(page, 'batch.create', { sourceIds: [sourceId], options, name: 'long', idColumn: null, template: '{{text}}', acceptBadRows: false });
  const { draft } = await command(page, 'batch.get', { batchId });
  await command(page, 'batch.update', { batchId, draft: { ...draft, concurrency: 1 } });
  return (await command(page, 'run.start', { batchId, limit: null })).runId;
}

async function callCount({ window }: OpenedApp, name: string): Promise<number> {
  return ((await window?.calls()) ?? []).filter((entry) => entry.name === name).length;
}

test('a second start brings the first window to the front and ends by itself', async ({ openApp, sharedBrowser }) => {
  const app = await openApp();
  await expect.poll(() => callCount(app, 'window.focus')).toBe(0);
  const second = startDouble({ dataDir: app.dataDir, browserUrl: sharedBrowser?.url ?? '' });
  expect(await second.ended).toBe(0);
  await expect.poll(() => callCount(app, 'window.focus')).toBe(1);
});

test('a data folder that a newer Tasklane wrote is named in an error box, and the app ends', async ({ sharedBrowser }, testInfo) => {
  const dataDir = testInfo.outputPath('data');
  await mkdir(dataDir, { recursive: true });
  const db = new DatabaseSync(path.join(dataDir, 'tasklane.db'));
  db.exec('PRAGMA user_version = 9999');
  db.close();
  const app = startDouble({ dataDir, browserUrl: sharedBrowser?.url ?? '' });
  expect(await app.ended).toBe(1);
  expect(app.log()).toContain('[error box] Tasklane could not start');
  expect(app.log()).toContain('its schema version is 9999');
});

test('closing the window while a run is on asks, and each of the three answers is obeyed', async ({ openApp }) => {
  const app = await openApp();
  const runId = await startLongRun(app);
  const { window } = app;
  if (window === null) throw new Error('Expected a window');

  await window.answerDialog('showMessageBox', { response: 2, checkboxChecked: false });
  await window.closeWindow();
  await expect.poll(() => callCount(app, 'dialog.showMessageBox')).toBe(1);
  expect((await command(app.page, 'run.snapshot', { runId })).run.status).toBe('running');

  await window.answerDialog('showMessageBox', { response: 0, checkboxChecked: false });
  await window.closeWindow();
  await expect.poll(() => callCount(app, 'window.hide')).toBe(1);
  expect((await command(app.page, 'run.snapshot', { runId })).run.status).toBe('running');

  await window.answerDialog('showMessageBox', { response: 1, checkboxChecked: false });
  expect(await window.quit()).toBe(0);
  const again = await openApp({ dataDir: app.dataDir });
  const { run } = await command(again.page, 'run.snapshot', { runId });
  expect({ status: run.status, stopReason: run.stopReason, running: run.running, all: run.queued + run.completed }).toEqual({ status: 'paused', stopReason: 'user', running: 0, all: 200 });
});

test('with no run on, quitting asks nothing', async ({ openApp }) => {
  const app = await openApp();
  expect(await callCount(app, 'dialog.showMessageBox')).toBe(0);
  expect(await app.window?.quit()).toBe(0);
});

test('a run shows on the taskbar and in the title, keeps the machine awake, and tells of its end when nobody looks', async ({ openApp }) => {
  const app = await openApp();
  const { page, window } = app;
  const { sourceId } = await command(page, 'source.paste', { text: 'What is 1 + 1?\nWhat is 2 + 2?\nWhat is 3 + 3?' });
  const options = { format: null, delimiter: null, header: null };
  const { batchId } = await command(page, 'batch.create', { sourceIds: [sourceId], options, name: 'sums', idColumn: null, template: '{{text}}', acceptBadRows: false });
  await window?.double?.call('loseFocus');
  await command(page, 'run.start', { batchId, limit: null });

  await expect.poll(() => callCount(app, 'Notification')).toBe(1);
  const calls = (await window?.calls()) ?? [];
  const valuesOf = (name: string): readonly unknown[] => calls.filter((entry) => entry.name === name).map(({ values }) => values[0]);
  expect(valuesOf('Notification')).toEqual([{ title: 'sums: finished', body: '3 of 3 completed' }]);
  expect(valuesOf('powerSaveBlocker.start')).toEqual(['prevent-app-suspension']);
  expect(valuesOf('powerSaveBlocker.stop')).toHaveLength(1);
  expect(valuesOf('window.setProgressBar')[0]).toBe(0);
  expect(valuesOf('window.setProgressBar').at(-1)).toBe(-1);
  expect(valuesOf('window.setTitle')[0]).toBe('0% - sums - Tasklane');
  expect(valuesOf('window.setTitle').at(-1)).toBe('Tasklane');

  await window?.double?.call('clickNotification');
  await expect.poll(() => callCount(app, 'window.focus')).toBe(1);
});

test('the menu reaches the page, and every menu action of the contract is on it', async ({ openApp }) => {
  const { page, window } = await openApp();
  await page.evaluate(() => {
    const scope = globalThis as unknown as { tasklane: { onMenu(listener: (action: string) => void): () => void }; menuActions: string[] };
    scope.menuActions = [];
    scope.tasklane.onMenu((action) => scope.menuActions.push(action));
  });
  const labels = ['New Batch', 'Open…', 'Export…', 'Settings…', 'Find', 'Start or Resume', 'Pause', 'Keyboard Shortcuts'];
  for (const label of labels) await window?.clickMenu(label);
  await expect.poll(() => page.evaluate(() => (globalThis as unknown as { menuActions: string[] }).menuActions)).toEqual(['newBatch', 'open', 'export', 'settings', 'find', 'start', 'pause', 'help']);
});

test('the installed program with a command is the terminal: it prints, ends with the command\'s code, and opens no window', async ({ sharedBrowser }, testInfo) => {
  const dataDir = testInfo.outputPath('data');
  const input = testInfo.outputPath('sums.txt');
  await writeFile(input, 'What is 1 + 1?\nWhat is 2 + 2?\n');
  const run = startDouble({ dataDir, browserUrl: sharedBrowser?.url ?? '', args: ['run', input, '--json', '--data-dir', dataDir] });
  expect(await run.ended).toBe(0);
  const summary = JSON.parse(/^\{.*\}$/mu.exec(run.log())?.[0] ?? '') as { readonly total: number; readonly completed: number };
  expect({ total: summary.total, completed: summary.completed }).toEqual({ total: 2, completed: 2 });
  const wrong = startDouble({ dataDir, browserUrl: sharedBrowser?.url ?? '', args: ['run', '--no-such-option'] });
  expect(await wrong.ended).toBe(2);
});
