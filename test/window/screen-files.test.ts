import { expect, test } from 'vitest';
import { contentTypeOf, screenFileOf } from '../../electron/window/screen-files.ts';

const at = (path: string): string | null => screenFileOf('/app/out/renderer', `app://tasklane${path}`);

test('the address of the page and of its parts name files of the screen', () => {
  expect([at('/'), at('/index.html'), at('/assets/a%20b.js?v=1#x')]).toEqual(['/app/out/renderer/index.html', '/app/out/renderer/index.html', '/app/out/renderer/assets/a b.js']);
  expect(contentTypeOf('/app/a.js')).toBe('text/javascript; charset=utf-8');
});

test('no path leaves the folder of the screen, however it is written', () => {
  const hostile = ['/..%2fmain%2fmain.js', '/%2e%2e%2fmain.js', '/assets/..%2f..%2fmain.js', '/..%5cmain.js', '/a%00.js', '/%ff.js', '/%2fetc%2fpasswd', '/etc/passwd', '/assets', '/main.js.map'];
  expect(hostile.filter((path) => at(path) !== null)).toEqual([]);
  expect(screenFileOf('/app/out/renderer', 'app://other/index.html')).toBe(null);
  expect(screenFileOf('/app/out/renderer', 'file:///app/out/renderer/index.html')).toBe(null);
});

test('a folder whose name begins alike is not inside', () => {
  expect(at('/..%2frenderer-secrets/a.js')).toBe(null);
});
