import { writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { startOpenAiServer } from '../../fixtures/openai-server.ts';
import type { OpenAiServer } from '../../fixtures/openai-server.ts';
import { dropFiles } from '../drop.ts';
import { expect, test } from '../fixtures.ts';
import { startServeHost } from '../serve-host.ts';
import type { ServedHost } from '../serve-host.ts';

// What a person sees when Tasklane was killed in the middle of a run: a real SIGKILL of the real program.
const QUICK = 4;
const IN_FLIGHT = 3;
const TOTAL = 12;
const SLOW_MS = 60_000;

/** Answers the first tasks at once and keeps the others in flight; what is sent a second time is answered at once. */
function startSlowProvider(): Promise<OpenAiServer> {
  return startOpenAiServer({ latencyMs: ({ prompt, attempt }) => (attempt === 1 && Number(prompt.replaceAll(/\D/gu, '')) >= QUICK && Number(prompt.replaceAll(/\D/gu, '')) < QUICK + IN_FLIGHT ? SLOW_MS : 20) });
}

async function chooseAfterCrash(page: Page, choice: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: 'Runs' }).click();
  await page.getByRole('radio', { name: choice }).check();
  await page.getByRole('button', { name: 'Close' }).click();
}

/** Starts a run, kills the program with tasks in flight, and opens the screen of a new one on the same data folder. */
async function crashInTheMiddle(page: Page, dataDir: string, file: string, provider: OpenAiServer, prepare?: () => Promise<void>): Promise<ServedHost> {
  const first = await startServeHost(dataDir);
  await page.goto(first.url);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add provider' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Test provider');
  await page.getByRole('textbox', { name: 'Base URL' }).fill(provider.baseUrl);
  await page.getByRole('combobox', { name: 'Model' }).fill('test-model');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  await prepare?.();
  await writeFile(file, `prompt\n${Array.from({ length: TOTAL }, (_, row) => `question ${row}`).join('\n')}\n`);
  await dropFiles(page, [file]);
  await page.getByRole('button', { name: `Import ${TOTAL} tasks` }).click();
  const field = page.getByRole('textbox', { name: 'Concurrency value' });
  await field.fill(String(IN_FLIGHT));
  await field.press('Enter');
  await page.getByRole('button', { name: `Run all ${TOTAL}` }).click();
  await expect(page.getByTestId('count-completed')).toHaveText(String(QUICK));
  await expect.poll(() => provider.inFlight).toBe(IN_FLIGHT);
  await first.kill();
  const second = await startServeHost(dataDir);
  await page.goto(second.url);
  return second;
}

test('after a kill the interrupted batch is opened, told in numbers, reviewed and resumed; nothing that was done is sent again', async ({ page }, testInfo) => {
  const provider = await startSlowProvider();
  const host = await crashInTheMiddle(page, testInfo.outputPath('data'), testInfo.outputPath('questions.csv'), provider);
  const strip = page.getByRole('region', { name: 'State of the batch' });
  await expect(strip).toContainText(`Interrupted at ${QUICK} of ${TOTAL}.`);
  await expect(strip).toContainText(`${IN_FLIGHT} in flight may have been billed`);

  await strip.getByRole('button', { name: 'Review' }).click();
  await expect(page.getByRole('combobox', { name: 'Filter by state' })).toHaveValue('interrupted');
  await expect(page.getByRole('row', { name: /question [456]/u })).toHaveCount(IN_FLIGHT);
  await expect(page.getByRole('row', { name: /flagged: may have been billed twice/u })).toHaveCount(IN_FLIGHT);
  await page.getByRole('combobox', { name: 'Filter by state' }).selectOption('all');

  await strip.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByTestId('run-status')).toHaveText('Finished');
  await expect(page.getByTestId('count-completed')).toHaveText(String(TOTAL));
  const sends = Array.from({ length: TOTAL }, (_, row) => provider.requests.filter(({ prompt }) => prompt === `question ${row}`).length);
  expect(sends).toEqual(Array.from({ length: TOTAL }, (_, row) => (row >= QUICK && row < QUICK + IN_FLIGHT ? 2 : 1)));
  await host.stop();
  await provider.close();
});

test('with "Ask first" the choice outlives the crash, interrupted tasks wait with the failures, and Discard keeps what was answered', async ({ page }, testInfo) => {
  const provider = await startSlowProvider();
  const host = await crashInTheMiddle(page, testInfo.outputPath('data'), testInfo.outputPath('questions.csv'), provider, () => chooseAfterCrash(page, /^Ask first/u));
  const strip = page.getByRole('region', { name: 'State of the batch' });
  await expect(strip).toContainText(`${IN_FLIGHT} in flight may have been billed and are kept with the failures`);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: 'Runs' }).click();
  await expect(page.getByRole('radio', { name: /^Ask first/u })).toBeChecked();
  await page.getByRole('button', { name: 'Close' }).click();

  await strip.getByRole('button', { name: 'Review' }).click();
  const group = page.getByRole('listitem', { name: `Interrupted, ${IN_FLIGHT} tasks` });
  await expect(group).toContainText('a retry may be billed twice');

  await strip.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('dialog')).toContainText(`The ${QUICK} finished answers are kept.`);
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByTestId('run-status')).toHaveText('Cancelled');
  const counts = await Promise.all(['completed', 'failed', 'cancelled', 'queued'].map((name) => page.getByTestId(`count-${name}`).textContent()));
  expect(counts).toEqual([QUICK, IN_FLIGHT, TOTAL - QUICK - IN_FLIGHT, 0].map(String));
  expect(provider.requests.length).toBe(QUICK + IN_FLIGHT);
  await page.getByRole('tab', { name: 'Tasks' }).click();
  await expect(page.getByText('answer to: question 0')).toBeVisible();
  await host.stop();
  await provider.close();
});
