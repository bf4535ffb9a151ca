export const APP_SCHEME = 'app';
export const APP_HOST = 'tasklane';
/** The page's address; the rest of the scheme's space answers 404. */
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/`;

/** Parts of Electron's WebFrameMain that say who is asking. */
export interface SenderFrame {
  readonly url: string;
  readonly parent: object | null;
}

export function isAppUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${APP_SCHEME}:` && host === APP_HOST && username === '' && password === '';
}

/** True only for the main frame of a page of ours; a frame that is gone by now is null. */
export function isOwnFrame(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && isAppUrl(frame.url);
}
