import { expect, test } from 'vitest';
import { rowKeyAction } from '../../../renderer/views/tasks/row-keys.ts';

const PLAIN = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test('arrows and J K move alike, and with Shift they extend the selection', () => {
  expect(['ArrowDown', 'j', 'ArrowUp', 'k', 'PageDown', 'PageUp', 'Home', 'End'].map((key) => rowKeyAction({ key, ...PLAIN }, 20))).toEqual([1, 1, -1, -1, 20, -20, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY].map((rows) => ({ type: 'move', rows, extend: false })));
  expect(rowKeyAction({ key: 'ArrowDown', ...PLAIN, shiftKey: true }, 20)).toEqual({ type: 'move', rows: 1, extend: true });
});

test('letters do what the help sheet says', () => {
  expect(['Enter', 'x', ' ', 'r', 'c', 'Escape'].map((key) => rowKeyAction({ key, ...PLAIN }, 20)?.type)).toEqual(['open', 'toggle', 'toggle', 'retry', 'copy', 'clear']);
  expect(rowKeyAction({ key: 'a', ...PLAIN, ctrlKey: true }, 20)).toEqual({ type: 'selectAll' });
});

test('Ctrl+C copies text as everywhere, Ctrl+R loads again, and Shift+R is left to "retry failed"', () => {
  expect([rowKeyAction({ key: 'c', ...PLAIN, ctrlKey: true }, 20), rowKeyAction({ key: 'r', ...PLAIN, metaKey: true }, 20), rowKeyAction({ key: 'R', ...PLAIN, shiftKey: true }, 20), rowKeyAction({ key: 'constructor', ...PLAIN }, 20)]).toEqual([null, null, null, null]);
});
