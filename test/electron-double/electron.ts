import { app as appMember } from './members/app.ts';
import { BrowserWindow as BrowserWindowMember } from './members/browser-window.ts';
import * as desktop from './members/desktop.ts';
import { dialog as dialogMember } from './members/dialog.ts';
import { ipcMain as ipcMainMember } from './members/ipc-main.ts';
import { Menu as MenuMember } from './members/menu.ts';
import { protocol as protocolMember } from './members/protocol.ts';
import { session as sessionMember } from './members/session.ts';
import { strict } from './strict.ts';

// What `import … from 'electron'` gives to the main process under test. A name that is not here fails to link, a member
// that is not there throws.
export const app = strict('app', appMember);
export const BrowserWindow = BrowserWindowMember;
export const dialog = strict('dialog', dialogMember);
export const ipcMain = strict('ipcMain', ipcMainMember);
export const Menu = strict('Menu', MenuMember);
export const nativeTheme = strict('nativeTheme', desktop.nativeTheme);
export const Notification = desktop.Notification;
export const powerSaveBlocker = strict('powerSaveBlocker', desktop.powerSaveBlocker);
export const protocol = strict('protocol', protocolMember);
export const screen = strict('screen', desktop.screen);
export const session = strict('session', { defaultSession: strict('session', sessionMember.defaultSession) });
export const shell = strict('shell', desktop.shell);
