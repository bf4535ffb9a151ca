import { connectCdp, type Cdp } from './cdp.ts';

/** The page's stand-in for the scheme is an https host that does not exist, one for each app under test. */
const DOMAIN = 'electron-double.invalid';

export interface Browser {
  readonly cdp: Cdp;
  /** Storage and permissions of this app alone. */
  readonly contextId: string;
  /** Part of the host that names this app. */
  readonly appId: string;
}

let current: Browser | null = null;

/** Joins the browser that the tests have started. */
export async function joinBrowser(url: string, appId: string): Promise<void> {
  const cdp = await connectCdp(url);
  const { browserContextId } = await cdp.send('Target.createBrowserContext', { disposeOnDetach: true });
  await cdp.send('Target.setDiscoverTargets', { discover: true });
  current = { cdp, contextId: String(browserContextId), appId };
}

export function browser(): Browser {
  if (current === null) throw new Error('The browser was used before it was joined');
  return current;
}

export function patternOf(): string {
  return `*.${browser().appId}.${DOMAIN}/*`;
}

/** `app://tasklane/x` as `https://tasklane.app.<id>.electron-double.invalid/x`; other addresses as they are. */
export function toHttp(url: string): string {
  const match = /^(?<scheme>[a-z][\w+.-]*):\/\/(?<host>[^/]*)(?<path>.*)$/iu.exec(url)?.groups;
  if (match === undefined || match['scheme'] === 'https' || match['scheme'] === 'http') return url;
  return `https://${match['host']}.${match['scheme']}.${browser().appId}.${DOMAIN}${match['path'] === '' ? '/' : match['path']}`;
}

export function fromHttp(url: string): string {
  const suffix = `.${browser().appId}.${DOMAIN}`;
  if (!URL.canParse(url)) return url;
  const { hostname, pathname, search, hash } = new URL(url);
  if (!hostname.endsWith(suffix)) return url;
  const name = hostname.slice(0, -suffix.length);
  const dot = name.lastIndexOf('.');
  return `${name.slice(dot + 1)}://${name.slice(0, dot)}${pathname}${search}${hash}`;
}
