import { basename } from 'node:path';
import type { Page } from '@playwright/test';

const INPUT_ID = 'test-drop-input';

/**
 * Drops files on the page as a file manager would. The files are real ones: a page can't make a File that has a path, so
 * they come through an input element of the test's own.
 */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  await page.evaluate((id) => {
    const input = document.createElement('input');
    Object.assign(input, { id, type: 'file', multiple: true, hidden: true });
    document.body.append(input);
  }, INPUT_ID);
  await page.locator(`#${INPUT_ID}`).setInputFiles([...paths]);
  await page.evaluate((id) => {
    const input = document.getElementById(id) as HTMLInputElement;
    const dataTransfer = new DataTransfer();
    for (const file of input.files ?? []) dataTransfer.items.add(file);
    const target = document.getElementById('root') ?? document.body;
    for (const type of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
    input.remove();
  }, INPUT_ID);
}

/** What the electron double needs, where real Electron asks the system. */
export function pathsByName(paths: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(paths.map((path) => [basename(path), path]));
}
