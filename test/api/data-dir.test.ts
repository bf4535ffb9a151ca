import { describe, expect, test } from 'vitest';
import { dataDirOf } from '../../electron/api/data-dir.ts';

const linux = { flag: null, env: {}, platform: 'linux', home: '/home/ada' };

describe('where the store lies', () => {
  test('the option beats the environment, and the environment the system, or scripts would write into the user\'s own store', () => {
    expect(dataDirOf({ ...linux, flag: '/mnt/batch', env: { TASKLANE_DATA_DIR: '/srv/tasklane' } })).toBe('/mnt/batch');
    expect(dataDirOf({ ...linux, env: { TASKLANE_DATA_DIR: '/srv/tasklane', XDG_CONFIG_HOME: '/xdg' } })).toBe('/srv/tasklane');
  });

  test('an empty option or variable counts as not given, or the store would land in the folder one stands in', () => {
    expect(dataDirOf({ ...linux, flag: '', env: { TASKLANE_DATA_DIR: '  ', XDG_CONFIG_HOME: '' } })).toBe('/home/ada/.config/Tasklane');
  });

  test('each system has the folder that Electron calls appData, so that window and terminal meet', () => {
    expect(dataDirOf(linux)).toBe('/home/ada/.config/Tasklane');
    expect(dataDirOf({ ...linux, env: { XDG_CONFIG_HOME: '/xdg' } })).toBe('/xdg/Tasklane');
    expect(dataDirOf({ ...linux, platform: 'darwin', home: '/Users/ada' })).toBe('/Users/ada/Library/Application Support/Tasklane');
    expect(dataDirOf({ ...linux, platform: 'win32', home: String.raw`C:\Users\ada`, env: { APPDATA: String.raw`D:\Roaming` } })).toBe(String.raw`D:\Roaming\Tasklane`);
    expect(dataDirOf({ ...linux, platform: 'win32', home: String.raw`C:\Users\ada` })).toBe(String.raw`C:\Users\ada\AppData\Roaming\Tasklane`);
  });

  test('a relative XDG_CONFIG_HOME is ignored, as its specification says', () => {
    expect(dataDirOf({ ...linux, env: { XDG_CONFIG_HOME: 'config' } })).toBe('/home/ada/.config/Tasklane');
  });
});
