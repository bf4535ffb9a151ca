import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browser } from '../browser.ts';
import { needNotReady, record } from '../record.ts';
import { emitPreventable, KnownEmitter } from '../strict.ts';
import { claimInstance } from '../single-instance.ts';
import { listedWindows } from '../window-list.ts';

const EVENTS = ['ready', 'before-quit', 'will-quit', 'quit', 'window-all-closed', 'activate', 'second-instance', 'web-contents-created'];

/** Electron's `app`, with the order of events on the way out as Electron has it. */
export class App extends KnownEmitter {
  readonly isPackaged = false;
  /** Undefined but on macOS. */
  readonly dock = undefined;
  readonly #paths = new Map<string, string>();
  #isReady = false;
  #isQuitting = false;

  constructor() {
    super('app', EVENTS);
  }

  /** The double's own: Electron becomes ready once the main module has been evaluated. */
  becomeReady(): void {
    this.#isReady = true;
    this.emit('ready', {});
  }

  whenReady(): Promise<void> {
    if (this.#isReady) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.once('ready', () => resolve());
    return promise;
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  getPath(name: string): string {
    return this.#paths.get(name) ?? join(this.#paths.get('userData') ?? process.cwd(), name);
  }

  getVersion(): string {
    const { version } = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as { readonly version: string };
    return version;
  }

  enableSandbox(): void {
    needNotReady('app.enableSandbox');
  }

  requestSingleInstanceLock(): boolean {
    return claimInstance(this.getPath('userData'), (args, folder) => this.emit('second-instance', {}, args, folder, undefined));
  }

  quit(): void {
    if (this.#isQuitting || !emitPreventable(this, 'before-quit')) return;
    this.#isQuitting = true;
    for (const window of listedWindows()) window.close();
    // A window whose close was prevented stays, and with it the app.
    const isKept = listedWindows().some((window) => !window.isClosing);
    if (isKept) this.#isQuitting = false;
    else this.#leave();
  }

  #leave(): void {
    if (!emitPreventable(this, 'will-quit')) {
      this.#isQuitting = false;
      return;
    }
    this.emit('quit', {}, 0);
    this.exit(0);
  }

  exit(code = 0): void {
    record('app.exit', code);
    this.#isQuitting = true;
    const finish = (): void => process.exit(code);
    // The windows of this app go with its browser context.
    void browser().cdp.send('Target.disposeBrowserContext', { browserContextId: browser().contextId }).finally(finish);
  }

  /** The double's own: what Electron does once the last window is gone. */
  lastWindowClosed(): void {
    if (this.#isQuitting) return;
    if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed');
    else this.quit();
  }
}

export const app = new App();
