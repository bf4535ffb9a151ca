import { expect, test } from 'vitest';
import { isExternalLink, isPermissionAllowed, isReload } from '../../electron/window/page-rules.ts';
import { isAppUrl, isOwnFrame } from '../../electron/window/sender.ts';

test('only the main frame of our own page may give commands; look-alikes of its address are foreign', () => {
  expect(isOwnFrame({ url: 'app://tasklane/', parent: null })).toBe(true);
  expect(isOwnFrame({ url: 'app://tasklane/#/runs', parent: null })).toBe(true);
  const foreign = ['https://tasklane/', 'app://tasklane.example/', 'app://tasklane:80/', 'app://user@tasklane/', 'app://other@tasklane.example/', 'file:///app://tasklane/', 'apps://tasklane/', 'about:blank', '', 'data:text/html,app://tasklane/'];
  expect(foreign.filter(isAppUrl)).toEqual([]);
  expect(isOwnFrame({ url: 'app://tasklane/', parent: {} })).toBe(false);
  expect(isOwnFrame(null)).toBe(false);
});

test('a page may reload itself and go nowhere else', () => {
  expect(['app://tasklane/', 'app://tasklane/?a=1', 'app://tasklane/other.html', 'https://tasklane/', 'app://other/'].map(isReload)).toEqual([true, true, false, false, false]);
});

test('only https addresses are ever offered to the browser: others can start programs', () => {
  expect(['https://example.org/a', 'http://example.org', 'file:///etc/passwd', 'javascript:alert(1)', 'ms-settings:', 'smb://host/share', 'no address'].map(isExternalLink)).toEqual([true, false, false, false, false, false, false]);
});

test('writing to the clipboard is the only permission, and only for our own page', () => {
  const permissions = ['clipboard-sanitized-write', 'clipboard-read', 'geolocation', 'media', 'notifications', 'fullscreen', 'unknown'];
  expect(permissions.map((permission) => isPermissionAllowed(permission, 'app://tasklane/'))).toEqual([true, false, false, false, false, false, false]);
  expect(isPermissionAllowed('clipboard-sanitized-write', 'https://example.org/')).toBe(false);
});
