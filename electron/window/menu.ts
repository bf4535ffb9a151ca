import type { MenuItemConstructorOptions } from 'electron';
import type { MenuAction } from '../../shared/contract/bridge.ts';

export interface MenuChoices {
  readonly platform: string;
  /** Reload and developer tools are for a checkout. */
  readonly isPackaged: boolean;
  readonly onAction: (action: MenuAction) => void;
  readonly onShowDataFolder: () => void;
}

const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

/** The application menu, as data: the standard roles of each system, and the app's own actions. */
export function menuTemplate({ platform, isPackaged, onAction, onShowDataFolder }: MenuChoices): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const action = (label: string, name: MenuAction, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => {
      onAction(name);
    },
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const settings = action('Settings…', 'settings', 'CmdOrCtrl+,');

  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [{ role: 'about' }, SEPARATOR, settings, SEPARATOR, { role: 'services' }, SEPARATOR, { role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, SEPARATOR, { role: 'quit' }],
  };
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      action('New Batch', 'newBatch', 'CmdOrCtrl+N'),
      action('Open…', 'open', 'CmdOrCtrl+O'),
      SEPARATOR,
      action('Export…', 'export', 'CmdOrCtrl+E'),
      SEPARATOR,
      ...(isMac ? [{ role: 'close' as const }] : [settings, SEPARATOR, { role: 'quit' as const }]),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: '&Edit',
    submenu: [{ role: 'undo' }, { role: 'redo' }, SEPARATOR, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }, SEPARATOR, action('Find', 'find', 'CmdOrCtrl+F')],
  };
  const run: MenuItemConstructorOptions = { label: '&Run', submenu: [action('Start or Resume', 'start', 'CmdOrCtrl+Enter'), action('Pause', 'pause', 'CmdOrCtrl+.')] };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      ...(isPackaged ? [] : [{ role: 'reload' as const }, { role: 'toggleDevTools' as const }, SEPARATOR]),
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      SEPARATOR,
      { role: 'togglefullscreen' },
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    submenu: [action('Keyboard Shortcuts', 'help', 'F1'), { label: 'Show Data Folder', click: onShowDataFolder }, ...(isMac ? [] : [SEPARATOR, { role: 'about' as const }])],
  };
  return [...(isMac ? [appMenu] : []), file, edit, run, view, { role: 'windowMenu' }, help];
}
