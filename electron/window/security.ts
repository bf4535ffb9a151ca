import { app, session, type Session, type WebContents } from 'electron';
import { isExternalLink, isPermissionAllowed, isReload } from './page-rules.ts';

export interface PageGuards {
  /** Called with an https address that the page wanted to open elsewhere. */
  readonly onExternalLink: (url: string) => void;
}

function guardPage(contents: WebContents, { onExternalLink }: PageGuards): void {
  // Loading our own page comes from the main process, which fires none of these.
  contents.on('will-navigate', (event) => {
    if (isReload(event.url)) return;
    event.preventDefault();
    if (isExternalLink(event.url)) onExternalLink(event.url);
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isReload(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    if (isExternalLink(url)) onExternalLink(url);
    return { action: 'deny' };
  });
}

/** Refuses navigation, redirects, new windows and webviews in every page that will ever be made. */
export function guardPages(guards: PageGuards): void {
  app.on('web-contents-created', (_event, contents) => {
    guardPage(contents, guards);
  });
}

/** Denies what pages may ask of the system. To be called once the app is ready. */
export function denyPermissions(target: Session = session.defaultSession): void {
  target.setPermissionRequestHandler((contents, permission, callback) => {
    callback(isPermissionAllowed(permission, contents.getURL()));
  });
  target.setPermissionCheckHandler((contents, permission) => isPermissionAllowed(permission, contents?.getURL() ?? ''));
  target.setDevicePermissionHandler(() => false);
  // Files leave through the save dialog and an atomic write, never as a download.
  target.on('will-download', (event) => {
    event.preventDefault();
  });
}
