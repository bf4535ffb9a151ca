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
  const reasons = [
    whyNoWindow({ platform: 'linux', env: {}, userId: 1000 }),
    whyNoWindow({ platform: 'linux', env: { DISPLAY: ':0' }, userId: 1000 }),
    whyNoWindow({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' }, userId: 1000 }),
    whyNoWindow({ platform: 'linux', env: { DISPLAY: ':0' }, userId: 0 }),
    whyNoWindow({ platform: 'darwin', env: {}, userId: 501 }),
    whyNoWindow({ platform: 'win32', env: {}, userId: null }),
  ];
  expect(reasons).toEqual(['there is no display', null, null, 'Electron refuses to run as root with its sandbox on', null, null]);
});
