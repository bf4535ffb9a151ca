import type { Page } from '@playwright/test';
import { dropFiles } from '../../e2e/drop.ts';

const RUN_TIMEOUT_MS = 300_000;

/** As a user does it: drop the file, import, set how many at once, start, wait for the end. */
export async function runInScreen(page: Page, taskFile: string, count: number, concurrency: number): Promise<void> {
  const shown = count.toLocaleString('en');
  await dropFiles(page, [taskFile]);
  await page.getByRole('button', { name: `Import ${shown} tasks` }).click({ timeout: RUN_TIMEOUT_MS });
  const field = page.getByRole('textbox', { name: 'Concurrency value' });
  await field.fill(String(concurrency));
  await field.press('Enter');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByTestId('count-completed').filter({ hasText: new RegExp(`^${shown}$`, 'u') }).waitFor({ timeout: RUN_TIMEOUT_MS });
  await page.getByRole('button', { name: 'Start', exact: true }).or(page.getByRole('button', { name: 'Export' })).first().waitFor();
}
