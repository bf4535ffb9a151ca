import { expect, test } from 'vitest';
import { hostOf, windowArguments } from '../../electron/start/arguments.ts';
import { whyNoWindow } from '../../electron/start/electron-binary.ts';

test('a first word is a command of the terminal; nothing, files and switches of Chromium open the window', () => {
  const starts: readonly (readonly string[])[] = [['run', 'a.csv'], ['serve'], ['mistyped'], ['--help'], ['--version'], [], ['tasks.csv'], ['/home/ada/tasks'], ['--data-dir', '/srv'], ['--ozone-platform=wayland']];
  expect(starts.map(hostOf)).toEqual(['terminal', 'terminal', 'terminal', 'terminal', 'terminal', 'window', 'window', 'window', 'window', 'window']);
});

test('the data folder is found among switches that are not ours', () => {
  expect(windowArguments(['--no-first-run', '--data-dir', '/srv/a', 'x.csv'])).toEqual({ dataDir: '/srv/a' });
  expect(windowArguments(['--data-dir=/srv/b'])).toEqual({ dataDir: '/srv/b' });
  expect(windowArguments(['--data-dir'])).toEqual({ dataDir: null });
  expect(windowArguments([])).toEqual({ dataDir: null });
});

test('a machine without a display, or root, which Electron refuses, is told why; others get the window', () => {
  const desktop = { platform: 'linux', env: { DISPLAY: ':0' }, userId: 1000, args: [] };
  const reasons = [
    whyNoWindow(desktop),
    whyNoWindow({ ...desktop, env: {} }),
    whyNoWindow({ ...desktop, env: { WAYLAND_DISPLAY: 'wayland-0' } }),
    whyNoWindow({ ...desktop, userId: 0 }),
    whyNoWindow({ ...desktop, userId: 0, args: ['--no-sandbox'] }),
    whyNoWindow({ ...desktop, platform: 'darwin', env: {}, userId: 501 }),
    whyNoWindow({ ...desktop, platform: 'win32', env: {}, userId: null }),
  ];
  expect(reasons).toEqual([null, 'there is no display', null, 'Electron refuses to run as root without --no-sandbox', null, null, null]);
});
