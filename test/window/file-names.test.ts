import * as fc from 'fast-check';
import { basename, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { safeFileName, saveFiltersOf } from '../../electron/window/file-names.ts';

test('a good name is kept, a hostile one can neither leave the folder nor mean something else', () => {
  expect(safeFileName('Summer batch - results.csv')).toBe('Summer batch - results.csv');
  expect(safeFileName('../../etc/passwd')).toBe('etc passwd');
  expect(safeFileName(String.raw`C:\Windows\win.ini`)).toBe('C Windows win.ini');
  expect(safeFileName('a\u202Egpj.exe')).toBe('a gpj.exe');
  expect(safeFileName('line\nbreak.csv')).toBe('line break.csv');
  expect(['', '...', '  ', 'CON', 'nul.csv', 'COM1.txt'].map(safeFileName)).toEqual(Array.from({ length: 6 }, () => 'tasklane-export'));
});

test('a name that is too long keeps its ending', () => {
  const name = safeFileName(`${'x'.repeat(500)}.timeline.svg`);
  expect([name.length, name.endsWith('x.timeline.svg')]).toEqual([120, true]);
});

test('whatever the page suggests, the result is the bare name of a file on every system', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '.', '/', '\\', ':', ' ', '\n', '\0', '\u202E', '漢', '😀', 'nul', '.csv'), { maxLength: 200 }), (parts) => {
      const name = safeFileName(parts.join(''));
      expect({ posix: basename(name), windows: win32.basename(name), isEmpty: name === '', isLong: name.length > 120 }).toEqual({ posix: name, windows: name, isEmpty: false, isLong: false });
    }),
  );
});

test('the save dialog offers the kind that the name ends with, and always all files', () => {
  expect(saveFiltersOf('results.CSV')).toEqual([{ name: 'CSV', extensions: ['csv'] }, { name: 'All files', extensions: ['*'] }]);
  expect(saveFiltersOf('results.constructor')).toEqual([{ name: 'All files', extensions: ['*'] }]);
});
