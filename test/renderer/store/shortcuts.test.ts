import { expect, test } from 'vitest';
import { shortcutOf } from '../../../renderer/store/shortcuts.ts';

const PLAIN = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
const CTRL = { ...PLAIN, ctrlKey: true };
const CMD = { ...PLAIN, metaKey: true };
const PC = { mac: false, typing: false, modal: false };
const MAC = { mac: true, typing: false, modal: false };

test('each shortcut of the help sheet does what it says', () => {
  const pressed = [['o', CTRL], ['Enter', CTRL], ['.', CTRL], ['k', CTRL], ['f', CTRL], ['e', CTRL], [',', CTRL], ['[', PLAIN], [']', PLAIN], ['?', { ...PLAIN, shiftKey: true }], ['R', { ...PLAIN, shiftKey: true }], ['1', PLAIN], ['4', CTRL]] as const;
  expect(pressed.map(([key, modifiers]) => shortcutOf({ key, ...modifiers }, PC))).toEqual([
    { type: 'open' }, { type: 'start' }, { type: 'pause' }, { type: 'palette' }, { type: 'find' }, { type: 'export' }, { type: 'settings' }, { type: 'slower' }, { type: 'faster' }, { type: 'help' }, { type: 'retryFailed' }, { type: 'tab', position: 0 }, { type: 'tab', position: 3 },
  ]);
});

test('single keys are text while someone types, so that a ? in a prompt opens nothing', () => {
  const typing = { ...PC, typing: true };
  expect(['?', '[', '1', 'R'].map((key) => shortcutOf({ key, ...PLAIN }, typing))).toEqual([null, null, null, null]);
  expect(shortcutOf({ key: 'Enter', ...CTRL }, typing)).toEqual({ type: 'start' });
});

test('a dialog keeps all keys to itself, so that a run is not started behind it', () => {
  expect(shortcutOf({ key: 'Enter', ...CTRL }, { ...PC, modal: true })).toBeNull();
});

test('on a Mac the modifier is Cmd, and Ctrl combinations stay with the system', () => {
  expect([shortcutOf({ key: 'o', ...CMD }, MAC), shortcutOf({ key: 'o', ...CTRL }, MAC), shortcutOf({ key: 'o', ...CMD }, PC)]).toEqual([{ type: 'open' }, null, null]);
});

test('names that every object has are no shortcuts', () => {
  expect(['constructor', '__proto__', 'toString'].flatMap((key) => [shortcutOf({ key, ...PLAIN }, PC), shortcutOf({ key, ...CTRL }, PC)])).toEqual([null, null, null, null, null, null]);
});

test('pasting, copying and letters without a meaning are left to the browser', () => {
  expect(['v', 'c', 'a', 'r'].map((key) => shortcutOf({ key, ...CTRL }, PC))).toEqual([null, null, null, null]);
});
