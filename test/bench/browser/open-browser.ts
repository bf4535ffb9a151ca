import { chromium, type Browser } from '@playwright/test';
import { chromiumArguments, findChromium } from '../../electron-double/chromium.ts';

/** Chromium without a window. Throws where there is none. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('Expected Chromium and found none. Install the package chromium, or name a browser in CHROMIUM.');
  return chromium.launch({ executablePath, args: [...chromiumArguments()] });
}

export const VIEWPORT = { width: 1280, height: 800 } as const;
