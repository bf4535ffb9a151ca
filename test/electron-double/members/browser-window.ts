import { browser } from '../browser.ts';
import { needReady, record } from '../record.ts';
import { emitPreventable, KnownEmitter, strict } from '../strict.ts';
import { addWindow, removeWindow } from '../window-list.ts';
import { app } from './app.ts';
import { WebContents } from './web-contents.ts';

const EVENTS = ['close', 'closed', 'resize', 'move', 'maximize', 'unmaximize', 'page-title-updated', 'ready-to-show', 'focus', 'blur', 'show', 'hide'];

interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly show?: boolean;
  readonly title?: string;
  readonly webPreferences?: { readonly preload?: string };
}

const all: BrowserWindow[] = [];

export function openWindows(): readonly BrowserWindow[] {
  return all.filter((window) => !window.isDestroyed());
}

/** A window without a frame: what a window manager would show is kept as state and recorded. */
export class BrowserWindow extends KnownEmitter {
  readonly webContents: WebContents;
  readonly #contents: WebContents;
  readonly #opening: Promise<void>;
  #bounds: { x: number; y: number; width: number; height: number };
  #isVisible: boolean;
  #isFocused = false;
  #isMaximized = false;
  #isDestroyed = false;
  /** The double's own: closing was not prevented. */
  isClosing = false;

  constructor(options: WindowOptions = {}) {
    super('BrowserWindow', EVENTS);
    needReady('new BrowserWindow');
    record('BrowserWindow', options);
    this.#bounds = { x: 0, y: 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.#isVisible = options.show ?? true;
    this.#contents = new WebContents(options.webPreferences?.preload ?? '', () => this.#onClosed());
    this.webContents = strict('webContents', this.#contents);
    this.#opening = this.#contents.open();
    all.push(this);
    addWindow(this);
    this.#contents.on('did-finish-load', () => this.emit('ready-to-show'));
    app.emit('web-contents-created', {}, this.webContents);
    // Without a page nothing can be tested; the launcher sees the exit and prints why.
    this.#opening.catch((thrown: unknown) => {
      process.stderr.write(`${String(thrown)}\n`);
      process.exit(4);
    });
  }

  async loadURL(url: string): Promise<void> {
    await this.#opening;
    await this.#contents.load(url);
  }

  show(): void {
    this.#isVisible = true;
    this.#isFocused = true;
    record('window.show');
  }

  hide(): void {
    this.#isVisible = false;
    this.#isFocused = false;
    record('window.hide');
  }

  focus(): void {
    this.#isFocused = true;
    record('window.focus');
  }

  /** The double's own: another program's window comes to the front. */
  loseFocus(): void {
    this.#isFocused = false;
  }

  maximize(): void {
    this.#isMaximized = true;
    this.emit('maximize');
  }

  restore(): void {
    record('window.restore');
  }

  setTitle(title: string): void {
    record('window.setTitle', title);
  }

  setProgressBar(fraction: number, options: object = {}): void {
    record('window.setProgressBar', fraction, options);
  }

  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return this.#bounds;
  }

  isVisible(): boolean {
    return this.#isVisible;
  }

  isFocused(): boolean {
    return this.#isFocused;
  }

  isMinimized(): boolean {
    return false;
  }

  isMaximized(): boolean {
    return this.#isMaximized;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  close(): void {
    if (this.#isDestroyed || this.isClosing) return;
    this.isClosing = emitPreventable(this, 'close');
    if (this.isClosing) this.#contents.close();
  }

  /** The double's own: the page, with what the app does not see of it. */
  get contents(): WebContents {
    return this.#contents;
  }

  #onClosed(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    removeWindow(this);
    this.emit('closed');
    if (openWindows().length === 0) app.lastWindowClosed();
  }
}

/** Sees windows close, and closes those that pages open by themselves against the app's word. */
export function watchTargets(): void {
  const { cdp, contextId } = browser();
  cdp.onEvent('', ({ method, params }) => {
    if (method === 'Target.targetDestroyed') for (const window of openWindows()) window.contents.targetGone(String(params['targetId']));
    if (method !== 'Target.targetCreated') return;
    const { targetId, browserContextId, type } = params['targetInfo'] as { targetId: string; browserContextId: string; type: string };
    if (browserContextId !== contextId || type !== 'page') return;
    if (openWindows().some((window) => window.contents.takeRefusedWindow())) void cdp.send('Target.closeTarget', { targetId });
  });
}
