import { writeFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { errorBody, startOpenAiServer } from '../fixtures/openai-server.ts';
import type { OpenAiServer, OpenAiServerOptions } from '../fixtures/openai-server.ts';
import { expect, test as base, type OpenedApp } from './fixtures.ts';

interface ProviderFixtures {
  /** A real server that may misbehave; closed after the test. */
  readonly startProvider: (options: OpenAiServerOptions) => Promise<OpenAiServer>;
}

const test = base.extend<ProviderFixtures>({
  // oxlint-disable-next-line no-empty-pattern
  startProvider: async ({}, provide) => {
    const servers: OpenAiServer[] = [];
    await provide(async (options) => {
      const server = await startOpenAiServer(options);
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.close();
  },
});

const refused = { status: 400, body: errorBody('Unknown parameter: colour.', 'unknown_parameter') };

/** Tasks between good ones, so that no five in a row fail alike and stop the run. */
const NAMES = ['ada', 'bad-1', 'bob', 'long-1', 'cleo', 'bad-2', 'dan', 'bad-3', 'eve', 'long-2'] as const;

function hostile(prompt: string): ReturnType<NonNullable<OpenAiServerOptions['script']>> {
  if (!prompt.startsWith('Hello')) return null;
  if (prompt.includes('bad-')) return refused;
  if (prompt.includes('long-')) return { status: 400, body: errorBody(`This model's maximum context length is 8192 tokens; ${prompt.length} were sent.`, 'context_length_exceeded') };
  return null;
}

async function addProvider(page: Page, baseUrl: string, key = ''): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Add provider' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Test provider');
  await page.getByRole('textbox', { name: 'Base URL' }).fill(baseUrl);
  await page.getByRole('combobox', { name: 'Model' }).fill('test-model');
  if (key !== '') await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
}

/** Imports the names as tasks and runs them with `Hello {{name}}`, one at a time unless told otherwise. */
async function runNames(app: OpenedApp, file: string, names: readonly string[], concurrency = 1): Promise<void> {
  await writeFile(file, `id,name\n${names.map((name) => `${name},${name}`).join('\n')}\n`);
  await app.dropFile(file);
  const { page } = app;
  await page.getByRole('button', { name: `Import ${names.length} tasks` }).click();
  await page.getByRole('tab', { name: 'Prompt' }).click();
  await page.getByRole('textbox', { name: 'Prompt template' }).fill('Hello {{name}}');
  const field = page.getByRole('textbox', { name: 'Concurrency value' });
  await field.fill(String(concurrency));
  await field.press('Enter');
  await page.getByRole('button', { name: `Run all ${names.length}` }).click();
}

const group = (page: Page, name: RegExp): Locator => page.getByRole('listitem', { name });

async function more(page: Page, of: Locator, item: string): Promise<void> {
  await of.getByRole('button', { name: /^More for/u }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('failures are grouped by what the provider said, each with the action that helps; edited, retried, exported and skipped ones keep their history', async ({ openApp, startProvider }, testInfo) => {
  const provider = await startProvider({ script: ({ prompt }) => hostile(prompt) });
  const app = await openApp();
  const { page } = app;
  await addProvider(page, provider.baseUrl);
  await runNames(app, testInfo.outputPath('names.csv'), NAMES);
  await expect(page.getByTestId('run-status')).toHaveText('Finished');
  await page.getByRole('tab', { name: 'Failures' }).click();

  const bad = group(page, /^Request refused, 3 tasks$/u);
  const long = group(page, /^Prompt too long, 2 tasks$/u);
  await expect(bad).toContainText('unknown_parameter');
  await expect(bad).toContainText('Unknown parameter: colour.');
  await expect(long).toContainText('HTTP 400');
  // A prompt that is too long gets no blind retry, neither its own nor in "all".
  await expect(long.getByRole('button', { name: /^Retry/u })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Retry all that may succeed' })).toBeDisabled();

  const exported = (await app.savedBy(() => more(page, bad, 'Export 3'))).toString('utf8').trimEnd().split('\n');
  expect(exported.map((line) => (JSON.parse(line) as { custom_id: string; attempts: unknown[] }).custom_id)).toEqual(['bad-1', 'bad-2', 'bad-3']);

  // One task alone, its prompt written by hand.
  await bad.getByTitle('Open this task').click();
  await page.getByRole('button', { name: 'Edit and retry' }).click();
  await page.getByRole('textbox', { name: 'Prompt of this task' }).fill('Goodbye bad-1');
  await page.getByRole('button', { name: 'Retry 1 changed' }).click();
  const drawer = page.getByRole('complementary', { name: 'Task' });
  await expect(drawer).toContainText('answer to: Goodbye bad-1');
  await expect(drawer).toContainText('sent with changed settings');
  await expect(drawer).toContainText('Timing, 2 attempts');
  await expect(drawer).toContainText('Unknown parameter: colour.');
  await drawer.getByRole('button', { name: 'Close task' }).click();

  // The whole group, by the template; a variable that no column fills blocks and is named.
  await long.getByRole('button', { name: 'Edit prompt' }).click();
  const template = page.getByRole('textbox', { name: 'Prompt template' });
  await expect(template).toBeFocused();
  await template.fill('Hi {{nme}}');
  await expect(page.getByRole('button', { name: 'Retry 2 changed' })).toBeDisabled();
  await expect(page.getByRole('dialog')).toContainText('{{nme}}');
  await template.fill('Hi {{name}}');
  await expect(page.getByRole('region', { name: 'Preview' })).toContainText('Hi long-1');
  await page.getByRole('button', { name: 'Retry 2 changed' }).click();
  await expect(long).toHaveCount(0);
  await expect(page.getByTestId('count-completed')).toHaveText('8');

  // As it was: the same failure, one attempt more, and nothing else was sent.
  const before = provider.requests.length;
  const two = group(page, /^Request refused, 2 tasks$/u);
  await two.getByRole('button', { name: 'Retry 2' }).click();
  await expect.poll(() => provider.requests.slice(before).map(({ prompt }) => prompt)).toEqual(['Hello bad-2', 'Hello bad-3']);
  await expect(page.getByTestId('count-failed')).toHaveText('2');
  await expect(page.getByTestId('run-status')).toHaveText('Finished');
  await more(page, two, 'Skip 2');
  await expect(page.getByText('No failures')).toBeVisible();
  await expect(page.getByTestId('count-cancelled')).toHaveText('2');
  await page.getByRole('tab', { name: 'Tasks' }).click();
  await page.getByRole('combobox', { name: 'Filter by state' }).selectOption('flagged');
  await expect(page.getByRole('row', { name: /flagged: sent with changed settings/u })).toHaveCount(3);
});

test('"Retry at 2" sends a group again at half the concurrency and keeps the first attempts', async ({ openApp, startProvider }, testInfo) => {
  let peakAgain = 0;
  const provider: OpenAiServer = await startProvider({
    latencyMs: 150,
    script({ prompt, attempt }) {
      if (attempt === 2) peakAgain = Math.max(peakAgain, provider.inFlight);
      return prompt.includes('bad-') && attempt === 1 ? { status: 500, headers: { 'x-should-retry': 'false' }, body: errorBody('The server had an error.', 'server_error', 'server_error') } : null;
    },
  });
  const app = await openApp();
  const { page } = app;
  await addProvider(page, provider.baseUrl);
  await runNames(app, testInfo.outputPath('names.csv'), NAMES, 4);
  await expect(page.getByTestId('run-status')).toHaveText('Finished');
  await page.getByRole('tab', { name: 'Failures' }).click();
  await group(page, /^Server error, 3 tasks$/u).getByRole('button', { name: 'Retry at 2' }).click();
  await expect(page.getByTestId('count-completed')).toHaveText(String(NAMES.length));
  expect(provider.requests.filter(({ attempt }) => attempt === 2).map(({ prompt }) => prompt).toSorted()).toEqual(['Hello bad-1', 'Hello bad-2', 'Hello bad-3']);
  expect(peakAgain).toBe(2);
  await page.getByRole('tab', { name: 'Tasks' }).click();
  await page.getByRole('row', { name: /Hello bad-1/u }).click();
  await expect(page.getByRole('complementary', { name: 'Task' })).toContainText('Timing, 2 attempts');
});

test('a rejected key pauses the run with "Fix the key", which leads to the key, and the run goes on with the right one', async ({ openApp, startProvider }, testInfo) => {
  const provider = await startProvider({ script: ({ headers }) => (headers.authorization === 'Bearer right-key-0123456789' ? null : { status: 401, body: errorBody('Incorrect API key provided.', 'invalid_api_key') }) });
  const app = await openApp();
  const { page } = app;
  await addProvider(page, provider.baseUrl, 'wrong-key-0123456789');
  await runNames(app, testInfo.outputPath('names.csv'), NAMES.slice(0, 4));
  const strip = page.getByRole('region', { name: 'State of the batch' });
  await expect(strip).toContainText('Key rejected.');
  await expect(page.getByTestId('run-status')).toHaveText('Paused');
  await strip.getByRole('button', { name: 'Fix the key' }).click();
  await page.getByLabel('API key').fill('right-key-0123456789');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByTestId('run-status')).toHaveText('Finished');
  await expect(page.getByTestId('count-completed')).toHaveText('4');
});

test('case 57: a prompt changed while the run is paused is not mixed in: a resume sends the old one, and a new run is offered', async ({ openApp, startProvider }, testInfo) => {
  const provider = await startProvider({ latencyMs: 400 });
  const app = await openApp();
  const { page } = app;
  await addProvider(page, provider.baseUrl);
  await runNames(app, testInfo.outputPath('names.csv'), NAMES);
  await expect.poll(() => provider.requests.length).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByTestId('run-status')).toHaveText('Paused');
  await page.getByRole('textbox', { name: 'Prompt template' }).fill('Changed {{name}}');
  const changed = page.getByRole('region', { name: 'Changed since the start' });
  await expect(changed).toContainText("Resume goes on with the run's own prompt and settings");
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await expect(page.getByTestId('run-status')).toHaveText('Running');
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByTestId('run-status')).toHaveText('Paused');
  expect(provider.requests.filter(({ prompt }) => !prompt.startsWith('Hello '))).toEqual([]);
  await changed.getByRole('button', { name: 'Start anew with the changed prompt' }).click();
  await page.getByRole('dialog').getByRole('button', { name: `Run all ${NAMES.length}` }).click();
  await expect(page.getByTestId('run-status')).toHaveText('Finished');
  await expect(page.getByTestId('count-completed')).toHaveText(String(NAMES.length));
  expect(provider.requests.filter(({ prompt }) => prompt.startsWith('Changed ')).map(({ prompt }) => prompt)).toEqual(NAMES.map((name) => `Changed ${name}`));

  // The answers of the first run are still there, and it can be resumed as it was.
  const first = provider.requests.find(({ prompt }) => prompt.startsWith('Hello '))?.prompt;
  await page.getByRole('button', { name: 'Run 2 of 2' }).click();
  await expect(page.getByRole('menuitemradio', { name: /^Run 2,/u })).toBeChecked();
  await page.getByRole('menuitemradio', { name: /^Run 1,.*Paused/u }).click();
  await expect(page.getByTestId('run-status')).toHaveText('Paused');
  const earlier = page.getByRole('region', { name: 'Earlier run' });
  await expect(earlier).toContainText('Run 1 is an earlier one.');
  await page.getByRole('tab', { name: 'Tasks' }).click();
  await expect(page.getByText(`answer to: ${first}`)).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await expect(page.getByTestId('run-status')).toHaveText('Finished');
  expect(provider.requests.filter(({ prompt }) => prompt.startsWith('Hello ')).map(({ prompt }) => prompt).toSorted()).toEqual(NAMES.map((name) => `Hello ${name}`).toSorted());
  await earlier.getByRole('button', { name: 'Show the newest' }).click();
  await expect(earlier).toBeHidden();
  await expect(page.getByText(`answer to: Changed ${NAMES[0]}`)).toBeVisible();
});

test('after a trial the button names what is left, and only that is sent', async ({ openApp, startProvider }, testInfo) => {
  const provider = await startProvider({});
  const app = await openApp();
  const { page } = app;
  await addProvider(page, provider.baseUrl);
  await writeFile(testInfo.outputPath('names.csv'), `prompt\n${NAMES.join('\n')}\n`);
  await app.dropFile(testInfo.outputPath('names.csv'));
  await page.getByRole('button', { name: `Import ${NAMES.length} tasks` }).click();
  await page.getByRole('button', { name: 'Run first 3' }).click();
  await page.getByRole('button', { name: 'Run the other 7' }).click();
  await expect(page.getByTestId('count-completed')).toHaveText('10');
  expect(provider.requests.map(({ prompt }) => prompt).toSorted()).toEqual([...NAMES].toSorted());
});

test('hundreds of ways to fail are drawn fifty at a time, so that the tab opens at once', async ({ openApp, startProvider }, testInfo) => {
  const ways = 120;
  const provider = await startProvider({ latencyMs: 0, script: ({ prompt }) => ({ status: 400, body: errorBody('Refused.', `code_${Number(prompt.replaceAll(/\D/gu, '')) % ways}`) }) });
  const app = await openApp();
  const { page } = app;
  await addProvider(page, provider.baseUrl);
  const path = testInfo.outputPath('many.csv');
  await writeFile(path, `prompt\n${Array.from({ length: 2 * ways }, (_, row) => `task ${row}`).join('\n')}\n`);
  await app.dropFile(path);
  await page.getByRole('button', { name: `Import ${2 * ways} tasks` }).click();
  await page.getByRole('button', { name: `Run all ${2 * ways}` }).click();
  await expect(page.getByTestId('run-status')).toHaveText('Finished', { timeout: 60_000 });
  await page.getByRole('tab', { name: 'Failures' }).click();
  const cards = page.getByRole('listitem', { name: 'Request refused, 2 tasks' });
  await expect(page.getByText(`50 of ${ways} groups, the largest first`)).toBeVisible();
  expect(await cards.count()).toBe(50);
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(cards).toHaveCount(ways);
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0);
});
