// Takes pictures of the screen's states, for looking at them and for the README:
//   node test/screenshots/take.ts <folder> [light|dark] [1280x800|1000x700]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { chromium, type Page } from '@playwright/test';

import { dropFiles } from '../e2e/drop.ts';
import { startServeHost } from '../e2e/serve-host.ts';

const [folder = 'docs/screenshots', scheme = 'light', size = '1280x800'] = process.argv.slice(2);
const [width = 1280, height = 800] = size.split('x').map(Number);
const work = mkdtempSync(path.join(os.tmpdir(), 'tasklane-screenshots-'));
mkdirSync(folder, { recursive: true });

const messy = path.join(work, 'support tickets.csv');
writeFileSync(
  messy,
  `id;language;ticket\n${Array.from({ length: 300 }, (_, row) => `T-${1000 + row};${row % 3 === 0 ? 'de' : 'en'};"${row % 40 === 7 ? '[[fault:400]] ' : ''}${row % 75 === 22 ? '[[fault:context]] ' : ''}${row % 70 === 31 ? '[[fault:html]] ' : ''}${row === 120 || row === 180 ? '[[fault:redirect]] ' : ''}${row % 60 === 45 ? '[[fault:length]] ' : ''}${row % 25 === 3 ? '[[fault:500 times=1]] ' : ''}Customer ${row} writes: the export of row ${row} fails, what now?"`).join('\n')}\nT-1300;en;one;cell too many\n`,
);

const host = await startServeHost(path.join(work, 'data'));
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme === 'dark' ? 'dark' : 'light', reducedMotion: 'reduce' });
const page = await context.newPage();
page.on('pageerror', (error) => console.error(error.message));

async function shoot(name: string): Promise<void> {
  await page.waitForTimeout(500);
  await page.screenshot({ path: path.join(folder, `${name}-${scheme}-${size}.png`) });
}
const tab = (name: string): Promise<void> => page.getByRole('tab', { name }).click();

async function scrollCharts(target: Page, to: number): Promise<void> {
  await target.getByRole('tabpanel').evaluate((panel, top) => {
    for (const element of [panel, ...panel.querySelectorAll('*')]) if (element.scrollHeight > element.clientHeight + 50) element.scrollTop = top;
  }, to);
}

await page.goto(host.url);
await page.getByRole('button', { name: 'Try the sample' }).waitFor();
await shoot('01-first-run');
await dropFiles(page, [messy]);
await page.getByRole('button', { name: /^Import \d/ }).waitFor();
await shoot('02-import');
await page.getByRole('button', { name: /^Import \d/ }).click();
await page.getByRole('button', { name: /^Run all/ }).waitFor();
await shoot('03-ready');
await tab('Prompt');
await shoot('04-prompt');
await tab('Tasks');
await page.getByRole('button', { name: /^Run first 3/ }).click();
await page.waitForTimeout(700);
await shoot('05-trial');
await page.waitForTimeout(3000);
await page.getByRole('button', { name: /^Run the other/ }).first().click();
await page.getByRole('textbox', { name: 'Concurrency value' }).fill('16');
await page.keyboard.press('Enter');
await page.waitForTimeout(4000);
await shoot('06-running');
await page.getByRole('row').nth(8).click();
await shoot('07-drawer');
await page.keyboard.press('Escape');
await tab('Charts');
await page.waitForTimeout(1500);
await shoot('08-charts-live');
await page.getByRole('button', { name: 'Pause' }).click();
await page.waitForTimeout(250);
await shoot('09-pausing');
await page.waitForTimeout(2500);
await tab('Tasks');
await shoot('10-paused');
await page.getByRole('button', { name: 'Resume' }).first().click();
await page.getByTestId('run-status').getByText('Finished').waitFor({ timeout: 120_000 });
await shoot('11-finished-with-failures');
await tab('Failures');
await shoot('12-failures');
await page.getByRole('listitem', { name: /^Request refused/ }).getByRole('button', { name: 'Edit prompt' }).click();
await shoot('12b-edit-and-retry');
await page.getByRole('textbox', { name: 'Prompt template' }).fill('Translate {{langauge}}: {{ticket}}');
await shoot('12c-edit-problem');
await page.keyboard.press('Escape');
await page.getByTitle('Open this task').first().click();
await page.getByRole('button', { name: 'Edit and retry' }).click();
await page.getByRole('textbox', { name: 'Prompt of this task' }).fill('A prompt of its own.');
await shoot('12d-edit-one');
await page.getByRole('button', { name: /^Retry 1 changed/ }).click();
await page.getByTestId('run-status').getByText('Finished').waitFor({ timeout: 60_000 });
await shoot('12e-edited-task');
await page.getByRole('button', { name: 'Close task' }).click();
await page.getByRole('listitem', { name: /^Request refused/ }).getByRole('button', { name: /^More for/ }).click();
await shoot('12f-group-menu');
await page.keyboard.press('Escape');
await tab('Tasks');
await page.getByRole('combobox', { name: 'Filter by state' }).selectOption('flagged');
await shoot('12g-flagged');
await page.getByRole('combobox', { name: 'Filter by state' }).selectOption('all');
await tab('Charts');
await page.waitForTimeout(2000);
await shoot('13-charts');
for (const [part, top] of [620, 1240, 1860].entries()) {
  await scrollCharts(page, top);
  await shoot(`14-charts-${part + 2}`);
}
await page.getByRole('button', { name: 'Settings' }).click();
await shoot('15-settings');
await page.getByRole('button', { name: 'Runs' }).click();
await shoot('15b-settings-runs');
await page.keyboard.press('Escape');
await page.keyboard.press('?');
await shoot('16-keys');
await page.keyboard.press('Escape');

// A run that is killed in the middle, and what the next start shows of it.
await page.getByRole('button', { name: 'More', exact: true }).click();
await page.getByRole('menuitem', { name: 'Run everything again' }).click();
await page.getByRole('dialog').getByRole('button', { name: /^Run all/ }).click();
await page.waitForTimeout(5000);
await host.kill();
const recovered = await startServeHost(path.join(work, 'data'));
await page.goto(recovered.url);
await page.getByRole('button', { name: 'Discard' }).waitFor();
await shoot('17-recovered');
await page.getByRole('button', { name: 'Review' }).click();
await shoot('18-recovered-review');
await tab('Prompt');
await page.getByRole('textbox', { name: 'Prompt template' }).fill('Answer {{ticket}}');
await shoot('19-changed-since');
await page.getByRole('button', { name: 'Discard' }).click();
await shoot('20-discard');

await browser.close();
await recovered.stop();
rmSync(work, { recursive: true, force: true });
