import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { menuTemplate } from '../../electron/window/menu.ts';

function itemsOf(platform: string, isPackaged: boolean): readonly MenuItemConstructorOptions[] {
  const all = (items: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] => items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? all(item.submenu) : [])]);
  return all(menuTemplate({ platform, isPackaged, onAction: () => undefined, onShowDataFolder: () => undefined }));
}

const rolesOf = (platform: string, isPackaged: boolean): readonly unknown[] => itemsOf(platform, isPackaged).map(({ role }) => role).filter((role) => role !== undefined);

test('every system has copy and paste, quit and zoom; without the edit roles Cmd+C does nothing on macOS', () => {
  for (const platform of ['linux', 'win32', 'darwin']) {
    expect(rolesOf(platform, true)).toEqual(expect.arrayContaining(['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll', 'quit', 'about', 'zoomIn', 'zoomOut', 'resetZoom', 'togglefullscreen', 'windowMenu', 'help']));
  }
  expect(rolesOf('darwin', true)).toEqual(expect.arrayContaining(['appMenu', 'hide', 'hideOthers', 'unhide', 'services', 'close']));
});

test('developer tools are not in what is shipped', () => {
  const developerRoles = (isPackaged: boolean): readonly unknown[] => rolesOf('linux', isPackaged).filter((role) => role === 'toggleDevTools' || role === 'reload');
  expect([developerRoles(true), developerRoles(false)]).toEqual([[], ['reload', 'toggleDevTools']]);
});

test('no two items share a shortcut', () => {
  for (const platform of ['linux', 'darwin']) {
    const shortcuts = itemsOf(platform, false).map(({ accelerator }) => accelerator).filter((accelerator) => accelerator !== undefined);
    expect(shortcuts).toHaveLength(new Set(shortcuts).size);
  }
});
