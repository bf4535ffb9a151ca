import { expect, test } from '../fixtures.ts';
import type { PageScope } from './page.ts';

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

test('the page has the bridge and nothing else of Node or Electron', async ({ openApp }) => {
  const { page } = await openApp();
  const found = await page.evaluate(() => {
    const scope = globalThis as unknown as Record<string, unknown>;
    const { tasklane } = globalThis as PageScope;
    return {
      globals: ['require', 'module', 'process', 'Buffer', 'global', 'electron', 'ipcRenderer', '__dirname'].filter((name) => scope[name] !== undefined),
      bridge: Object.keys(tasklane).sort(),
      isFrozen: Object.isFrozen(tasklane),
    };
  });
  expect(found).toEqual({ globals: [], bridge: ['addFiles', 'call', 'chooseFiles', 'chooseTarget', 'onMenu', 'platform', 'subscribe'], isFrozen: true });
});

test('the screen comes with the content security policy as a header, and scripts in the markup do not run', async ({ openApp }) => {
  const { page } = await openApp({ toleratesPageErrors: true });
  const header = await page.evaluate(async () => (await fetch(location.href)).headers.get('content-security-policy'));
  expect(header).toBe(CSP);
  const violated = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const directives: string[] = [];
        document.addEventListener('securitypolicyviolation', (event) => {
          directives.push(event.effectiveDirective);
          if (directives.length === 3) resolve(directives.sort());
        });
        const script = document.createElement('script');
        script.textContent = 'window.ranInline = true';
        const image = document.createElement('img');
        image.src = 'https://images.example/pixel.png';
        const frame = document.createElement('iframe');
        frame.src = 'https://frames.example/';
        document.body.append(script, image, frame);
      }),
  );
  expect(violated).toEqual(['frame-src', 'img-src', 'script-src-elem']);
  expect(await page.evaluate(() => 'ranInline' in window)).toBe(false);
});

test('the scheme serves the built screen only: paths that leave its folder, other files and other methods are refused', async ({ openApp }) => {
  const { page } = await openApp({ toleratesPageErrors: true });
  const statuses = await page.evaluate(async () => {
    const get = async (path: string, init: RequestInit = {}): Promise<number> => (await fetch(path, init)).status;
    return {
      screen: await get('/'),
      above: await get('/../main/main.js'),
      encoded: await get('/%2e%2e/main/main.js'),
      encodedSlash: await get('/..%2fmain%2fmain.js'),
      backslash: await get('/..%5cmain%5cmain.js'),
      nul: await get('/index.html%00.js'),
      absolute: await get('//etc/passwd').catch(() => 'refused'),
      post: await get('/', { method: 'POST', body: 'x' }),
    };
  });
  expect(statuses).toEqual({ screen: 200, above: 404, encoded: 404, encodedSlash: 404, backslash: 404, nul: 404, absolute: 'refused', post: 405 });
});

test('the page can neither go elsewhere nor open windows; an https address is offered to the browser, and only after a yes', async ({ openApp }) => {
  const { page, window } = await openApp({ toleratesPageErrors: true });
  const address = page.url();
  const pageCount = page.context().pages().length;
  await page.evaluate(() => {
    for (const [id, href, target] of [['same', 'https://example.org/same', '_self'], ['new', 'https://example.org/new', '_blank'], ['plain', 'http://example.org/', '_blank'], ['file', 'file:///etc/passwd', '_self']] as const) {
      const link = document.createElement('a');
      Object.assign(link, { id, href, target, textContent: id, style: 'position: fixed; top: 0; left: 0; z-index: 99999' });
      document.body.append(link);
    }
  });
  const follow = (id: string): Promise<void> => page.evaluate((linkId) => document.getElementById(linkId)?.click(), id);
  const opened = async (): Promise<readonly unknown[]> => (await window?.calls())?.filter(({ name }) => name === 'shell.openExternal').map(({ values }) => values[0]) ?? [];
  const asked = async (): Promise<number> => (await window?.calls())?.filter(({ name }) => name === 'dialog.showMessageBox').length ?? 0;

  await follow('same');
  await expect.poll(asked).toBe(1);
  expect(await opened()).toEqual([]);
  await window?.answerDialog('showMessageBox', { response: 0, checkboxChecked: false });
  await follow('new');
  await expect.poll(opened).toEqual(['https://example.org/new']);
  await follow('plain');
  await follow('file');
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  expect(await asked()).toBe(2);
  expect({ address: page.url(), pages: page.context().pages().length }).toEqual({ address, pages: pageCount });
});

test('permissions are denied, but for writing to the clipboard', async ({ openApp }) => {
  const { page } = await openApp();
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'midi', 'clipboard-read', 'clipboard-write'];
    return Promise.all(names.map(async (name) => [name, (await navigator.permissions.query({ name: name as PermissionName })).state]));
  });
  expect(Object.fromEntries(states)).toEqual({ geolocation: 'denied', notifications: 'denied', camera: 'denied', midi: 'denied', 'clipboard-read': 'denied', 'clipboard-write': 'granted' });
});
