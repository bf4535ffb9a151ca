import { readFileSync } from 'node:fs';
import { browser, fromHttp, patternOf, toHttp } from '../browser.ts';
import type { CdpEvent } from '../cdp.ts';
import { isolatedWorld } from '../page/isolated-world.ts';
import { mainWorld } from '../page/main-world.ts';
import { decode, encode } from '../page/wire.ts';
import { record } from '../record.ts';
import { emitPreventable, KnownEmitter } from '../strict.ts';
import { answerInvocation, type Invocation } from './ipc-main.ts';
import { serveFromApp, type PausedRequest } from './protocol.ts';
import { session } from './session.ts';

const EVENTS = ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview', 'render-process-gone', 'did-finish-load'];
const WORLD = 'preload';
const BINDING = '__electronDoubleSend';
const RECEIVER = '__electronDoubleReceive';

export interface SenderFrame {
  readonly url: string;
  readonly parent: object | null;
}

type OpenHandler = (details: { readonly url: string }) => { readonly action: 'allow' | 'deny' };
type CdpParams = Readonly<Record<string, unknown>>;

/** Paths on disk by file name, as the tests told them. */
const filePaths: Record<string, string> = {};

function preloadScript(source: string): string {
  if (/^\s*(import|export)\s/mu.test(source)) throw new Error('Cannot use import statement outside a module: a sandboxed preload is one CommonJS file');
  const names = JSON.stringify({ bindingName: BINDING, receiverName: RECEIVER, platform: process.platform, filePaths });
  return `(${String(isolatedWorld)})({ ...${names}, encode: ${String(encode)}, decode: ${String(decode)}, preload: function (require, exports, module, process) {${source}\n} })`;
}

/** One page of the browser, with the preload in an isolated world. */
export class WebContents extends KnownEmitter {
  readonly #preloadPath: string;
  #sessionId = '';
  #targetId = '';
  #preloadContext: number | null = null;
  #unsent: string[] = [];
  #mainFrameId = '';
  #url = '';
  #isOwnNavigation = false;
  #refusedWindows = 0;
  #openHandler: OpenHandler = () => ({ action: 'allow' });
  readonly #onGone: () => void;

  constructor(preloadPath: string, onGone: () => void) {
    super('webContents', EVENTS);
    this.#preloadPath = preloadPath;
    this.#onGone = onGone;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  getURL(): string {
    return this.#url;
  }

  send(channel: string, ...values: readonly unknown[]): void {
    this.#push(encode({ kind: 'sent', channel, values }));
  }

  reload(): void {
    this.#isOwnNavigation = true;
    void this.#cdp('Page.reload');
  }

  /** The double's own from here on. */
  async open(): Promise<void> {
    const { cdp, contextId } = browser();
    this.#targetId = String((await cdp.send('Target.createTarget', { url: 'about:blank', browserContextId: contextId, newWindow: true }))['targetId']);
    this.#sessionId = String((await cdp.send('Target.attachToTarget', { targetId: this.#targetId, flatten: true }))['sessionId']);
    cdp.onEvent(this.#sessionId, (event) => void this.#onEvent(event));
    const patterns = [{ urlPattern: patternOf() }, { urlPattern: '*', resourceType: 'Document' }];
    await Promise.all([this.#cdp('Page.enable'), this.#cdp('Runtime.enable'), this.#cdp('Fetch.enable', { patterns }), this.#cdp('Runtime.addBinding', { name: BINDING, executionContextName: WORLD })]);
    const scripts = [{ source: `(${String(mainWorld)})()` }, { worldName: WORLD, source: preloadScript(readFileSync(this.#preloadPath, 'utf8')) }];
    for (const script of scripts) await this.#cdp('Page.addScriptToEvaluateOnNewDocument', script);
  }

  async load(url: string): Promise<void> {
    const { promise: loaded, resolve } = Promise.withResolvers<void>();
    this.once('did-finish-load', () => resolve());
    this.#url = url;
    await session.defaultSession.applyPermissions(this, new URL(toHttp(url)).origin);
    this.#isOwnNavigation = true;
    const { errorText, frameId } = await this.#cdp('Page.navigate', { url: toHttp(url) });
    if (errorText !== undefined) throw new Error(`${JSON.stringify(errorText)} loading '${url}'`);
    this.#mainFrameId = String(frameId);
    await loaded;
  }

  close(): void {
    void browser().cdp.send('Target.closeTarget', { targetId: this.#targetId });
  }

  targetGone(targetId: string): void {
    if (targetId === this.#targetId) this.#onGone();
  }

  /** True once for each window that the app did not let this page open. */
  takeRefusedWindow(): boolean {
    if (this.#refusedWindows === 0) return false;
    this.#refusedWindows -= 1;
    return true;
  }

  /** A request as if it came from another frame. */
  async answerAs(frame: SenderFrame | null, channel: string, values: readonly unknown[]): Promise<unknown> {
    return decode(await answerInvocation({ id: 0, channel, values }, this, frame));
  }

  knowPaths(paths: Readonly<Record<string, string>>): void {
    Object.assign(filePaths, paths);
    this.#push(encode({ kind: 'paths', paths }));
  }

  #cdp(method: string, params: CdpParams = {}): Promise<CdpParams> {
    return browser().cdp.send(method, params, this.#sessionId);
  }

  #push(text: string): void {
    if (this.#preloadContext === null) {
      this.#unsent.push(text);
      return;
    }
    // A page that goes away while it is told something is no error.
    this.#cdp('Runtime.evaluate', { contextId: this.#preloadContext, expression: `${RECEIVER}(${JSON.stringify(text)})` }).catch(() => undefined);
  }

  async #onEvent({ method, params }: CdpEvent): Promise<void> {
    switch (method) {
      case 'Runtime.executionContextCreated':
        this.#onContext(params['context'] as { id: number; name: string; auxData: { frameId: string } });
        break;
      case 'Runtime.bindingCalled':
        await this.#onInvocation(decode(String(params['payload'])) as Invocation);
        break;
      case 'Fetch.requestPaused':
        await this.#onRequest(params as unknown as { requestId: string; request: PausedRequest; frameId: string; resourceType: string });
        break;
      case 'Runtime.exceptionThrown':
        process.stderr.write(`[page] ${JSON.stringify(params['exceptionDetails'])}\n`);
        break;
      case 'Page.loadEventFired':
        this.emit('did-finish-load', {});
        break;
      case 'Inspector.targetCrashed':
        this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
        break;
      case 'Page.windowOpen':
        this.#onWindowOpen(fromHttp(String(params['url'])));
        break;
    }
  }

  #onWindowOpen(url: string): void {
    const isAllowed = this.#openHandler({ url }).action === 'allow';
    record('windowOpen', url, isAllowed);
    if (!isAllowed) this.#refusedWindows += 1;
  }

  #onContext({ id, name, auxData }: { id: number; name: string; auxData: { frameId: string } }): void {
    if (name !== WORLD || (this.#mainFrameId !== '' && auxData.frameId !== this.#mainFrameId)) return;
    this.#preloadContext = id;
    for (const text of this.#unsent.splice(0)) this.#push(text);
  }

  async #onInvocation(invocation: Invocation): Promise<void> {
    // Preloads run in the main frame only, so that is who asks.
    this.#push(await answerInvocation(invocation, this, { url: this.#url, parent: null }));
  }

  async #onRequest({ requestId, request, frameId, resourceType }: { requestId: string; request: PausedRequest; frameId: string; resourceType: string }): Promise<void> {
    if (resourceType === 'Document' && !this.#mayNavigate(fromHttp(request.url), frameId === this.#mainFrameId || this.#mainFrameId === '')) {
      await this.#cdp('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
      return;
    }
    try {
      const { status, headers, body } = await serveFromApp(request);
      await this.#cdp('Fetch.fulfillRequest', { requestId, responseCode: status, responseHeaders: headers, body });
    } catch (thrown) {
      process.stderr.write(`[protocol] ${String(thrown)}\n`);
      await this.#cdp('Fetch.failRequest', { requestId, errorReason: 'Failed' });
    }
  }

  /** Electron asks the app about navigations that the page begins, not about those of the main process. */
  #mayNavigate(url: string, isMainFrame: boolean): boolean {
    if (isMainFrame && this.#isOwnNavigation) {
      this.#isOwnNavigation = false;
      return true;
    }
    const details = { url, isMainFrame, isSameDocument: false };
    const isFrameAllowed = emitPreventable(this, 'will-frame-navigate', details);
    const isAllowed = (!isMainFrame || emitPreventable(this, 'will-navigate', details, url)) && isFrameAllowed;
    record('navigation', url, isAllowed);
    if (isAllowed && isMainFrame) this.#url = url;
    return isAllowed;
  }
}
