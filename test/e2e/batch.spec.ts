import { writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import Papa from 'papaparse';
import { formatDuration } from '../../shared/format/format.ts';
import { expect, test } from './fixtures.ts';

const TASK_COUNT = 60;

type ResultRow = Readonly<Record<string, string>>;

function parseCsv(content: Buffer): readonly ResultRow[] {
  const { data, errors } = Papa.parse<ResultRow>(content.toString('utf8'), { header: true, skipEmptyLines: true });
  expect(errors).toEqual([]);
  return data;
}

/** By nearest rank. */
function percentile(values: readonly number[], fraction: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(fraction * values.length) - 1] ?? Number.NaN;
}

async function count(page: Page, testId: string): Promise<number> {
  return Number((await page.getByTestId(testId).textContent())?.replaceAll(/\D/gu, ''));
}

async function setConcurrency(page: Page, value: number): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Concurrency value' });
  await field.fill(String(value));
  await field.press('Enter');
}

test('a dropped file runs, follows the slider, pauses, resumes, finishes; charts and exports tell what happened', async ({ openApp }, testInfo) => {
  const app = await openApp();
  const { page } = app;
  const path = testInfo.outputPath('sums.csv');
  await writeFile(path, `question\n${Array.from({ length: TASK_COUNT }, (_, row) => `"What is ${row} + ${row}, please?"`).join('\n')}\n`);

  await app.dropFile(path);
  await page.getByRole('button', { name: `Import ${TASK_COUNT} tasks` }).click();
  await expect(page.getByRole('heading', { name: 'sums', level: 1 })).toBeVisible();
  await setConcurrency(page, 2);
  await page.getByRole('button', { name: `Run all ${TASK_COUNT}` }).click();
  await expect(page.getByTestId('in-flight')).toHaveText('2');
  await expect.poll(() => count(page, 'count-completed'), { message: 'the first answers' }).toBeGreaterThan(1);

  // The slider itself, at the stop for 8: in flight follows at once, and never passes what was asked for.
  const slider = page.getByRole('slider', { name: 'Concurrency' });
  for (let step = 0; step < 4; step += 1) await slider.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', '8 at once');
  await expect(page.getByTestId('in-flight')).toHaveText('8');

  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByTestId('run-status')).toHaveText('Paused');
  await expect(page.getByTestId('in-flight')).toHaveText('0');
  const completedAtPause = await count(page, 'count-completed');
  await page.waitForTimeout(1500);
  expect(await count(page, 'count-completed')).toBe(completedAtPause);
  expect(completedAtPause + (await count(page, 'count-queued'))).toBe(TASK_COUNT);

  await page.getByRole('button', { name: 'Resume' }).first().click();
  await expect(page.getByTestId('run-status')).toHaveText('Finished', { timeout: 60_000 });
  expect(await count(page, 'count-completed')).toBe(TASK_COUNT);

  const rows = parseCsv(
    await app.savedBy(async () => {
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: 'All results as CSV' }).click();
    }),
  );
  expect(rows.map((row) => row['var.question'])).toEqual(Array.from({ length: TASK_COUNT }, (_, row) => `What is ${row} + ${row}, please?`));
  expect(new Set(rows.map((row) => row['status']))).toEqual(new Set(['completed']));
  expect(rows.filter((row, index) => !(row['output'] ?? '').includes(String(index * 2)))).toEqual([]);

  await page.getByRole('tab', { name: 'Charts' }).click();
  const serviceMs = rows.map((row) => Number(row['service_ms']));
  await expect(page.getByTestId('chart-p50-value')).toHaveText(formatDuration(percentile(serviceMs, 0.5)));
  await expect(page.getByTestId('chart-p90-value')).toHaveText(formatDuration(percentile(serviceMs, 0.9)));
  const speedup = Number.parseFloat((await page.getByTestId('chart-speedup-value').textContent()) ?? '');
  const ceiling = Number.parseFloat((await page.getByTestId('chart-ceiling-value').textContent()) ?? '');
  expect(ceiling).toBeLessThanOrEqual(8);
  expect(speedup).toBeGreaterThan(1.5);
  expect(speedup).toBeLessThanOrEqual(ceiling);

  const timeline = page.getByRole('figure', { name: 'What ran when?' });
  const svg = (await app.savedBy(() => timeline.getByRole('button', { name: 'Save as SVG' }).click())).toString('utf8');
  const parsed = await page.evaluate((source) => {
    const root = new DOMParser().parseFromString(source, 'image/svg+xml').documentElement;
    return { name: root.localName, text: root.textContent, scripts: root.querySelectorAll('script, foreignObject').length };
  }, svg);
  expect({ name: parsed.name, scripts: parsed.scripts }).toEqual({ name: 'svg', scripts: 0 });
  for (const word of ['simulated', 'Slot 1', 'Slot 8', 'Streaming']) expect(parsed.text).toContain(word);
});

test('what was done is there again after the app was closed and opened', async ({ openApp }, testInfo) => {
  const first = await openApp();
  const path = testInfo.outputPath('three.csv');
  await writeFile(path, 'question\nWhat is 1 + 1?\nWhat is 2 + 2?\nWhat is 3 + 3?\n');
  await first.dropFile(path);
  await first.page.getByRole('button', { name: 'Import 3 tasks' }).click();
  await first.page.getByRole('button', { name: 'Start' }).click();
  await expect(first.page.getByTestId('run-status')).toHaveText('Finished');
  await first.close();

  const { page } = await openApp({ dataDir: first.dataDir });
  await page.getByRole('button', { name: /^three\b/u }).click();
  await expect(page.getByTestId('run-status')).toHaveText('Finished');
  expect(await count(page, 'count-completed')).toBe(3);
  await expect(page.getByText('2 + 2 equals 4.')).toBeVisible();
});
