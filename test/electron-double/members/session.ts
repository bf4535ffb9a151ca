import { browser } from '../browser.ts';
import { needReady } from '../record.ts';
import { KnownEmitter } from '../strict.ts';
import type { WebContents } from './web-contents.ts';

type RequestHandler = (contents: WebContents, permission: string, callback: (isAllowed: boolean) => void, details: object) => void;
type CheckHandler = (contents: WebContents | null, permission: string, origin: string, details: object) => boolean;

/** Electron's names of permissions, and Chromium's for CDP. */
const PERMISSIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  geolocation: { name: 'geolocation' },
  notifications: { name: 'notifications' },
  midi: { name: 'midi' },
  'clipboard-read': { name: 'clipboard-read' },
  'clipboard-sanitized-write': { name: 'clipboard-write', allowWithoutSanitization: false },
  media: { name: 'camera' },
};

export class Session extends KnownEmitter {
  #request: RequestHandler | null = null;
  #check: CheckHandler | null = null;

  constructor() {
    super('session', ['will-download']);
  }

  setPermissionRequestHandler(handler: RequestHandler): void {
    needReady('session.setPermissionRequestHandler');
    this.#request = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    needReady('session.setPermissionCheckHandler');
    this.#check = handler;
  }

  setDevicePermissionHandler(_handler: (details: object) => boolean): void {
    needReady('session.setDevicePermissionHandler');
  }

  /** The double's own: gives the browser the app's answers before the page can ask; without handlers Electron allows all. */
  async applyPermissions(contents: WebContents, origin: string): Promise<void> {
    const { cdp, contextId } = browser();
    await cdp.send('Browser.setDownloadBehavior', { behavior: 'deny', browserContextId: contextId });
    for (const [permission, descriptor] of Object.entries(PERMISSIONS)) {
      const checked = this.#check?.(contents, permission, origin, {}) ?? true;
      let requested = this.#request === null;
      this.#request?.(contents, permission, (isAllowed) => (requested = isAllowed), {});
      await cdp.send('Browser.setPermission', { permission: descriptor, setting: checked || requested ? 'granted' : 'denied', origin, browserContextId: contextId });
    }
  }
}

export const session: { readonly defaultSession: Session } = { defaultSession: new Session() };
