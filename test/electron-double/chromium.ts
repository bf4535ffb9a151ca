import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const USUAL_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`];

/** The browser for tests: what `CHROMIUM` names, else the system's, else Playwright's own; null where there is none. */
export function findChromium(): string | null {
  return [process.env['CHROMIUM'], ...USUAL_PATHS, chromium.executablePath()].find((path) => path !== undefined && existsSync(path)) ?? null;
}

/** Chromium's sandbox does not work as root. */
export function chromiumArguments(): readonly string[] {
  return process.geteuid?.() === 0 ? ['--no-sandbox'] : [];
}

export interface RunningChromium {
  /** Address for CDP. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a browser without windows that listens for CDP on a port of its own. */
export async function startChromium(): Promise<RunningChromium> {
  const path = findChromium();
  if (path === null) throw new Error('Expected Chromium for the tests and found none. Install the package chromium, or name a browser in CHROMIUM.');
  const profile = await mkdtemp(join(tmpdir(), 'tasklane-chromium-'));
  const switches = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  const child = spawn(path, [...chromiumArguments(), ...switches, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const started = Promise.withResolvers<string>();
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    const address = /DevTools listening on (?<url>ws:\S+)/u.exec(said)?.groups?.['url'];
    if (address !== undefined) started.resolve(address);
  });
  const ended = Promise.withResolvers<void>();
  child.once('error', started.reject);
  child.once('exit', (code) => {
    started.reject(new Error(`Chromium ended with ${code} before it listened:\n${said}`));
    ended.resolve();
  });
  return {
    url: await started.promise,
    async close() {
      child.kill();
      await ended.promise;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
