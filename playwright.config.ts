import { defineConfig } from '@playwright/test';
import { chromiumArguments, findChromium } from './test/electron-double/chromium.ts';

const executablePath = findChromium();

// Workers are given FORCE_COLOR; beside NO_COLOR it makes every Node that a test starts warn on its stderr.
delete process.env['FORCE_COLOR'];

// The same specs run against two hosts; those under window/ and browser/ only against their own.
export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/e2e',
  preserveOutput: 'failures-only',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    viewport: { width: 1280, height: 800 },
    launchOptions: { ...(executablePath === null ? {} : { executablePath }), args: [...chromiumArguments()] },
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'browser', testIgnore: '**/window/**' },
    { name: 'window', testIgnore: '**/browser/**' },
  ],
});
