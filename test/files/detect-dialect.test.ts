import { describe, expect, test } from 'vitest';

import { numberedColumns, uniqueColumnNames } from '../../electron/files/text/column-names.ts';
import { declaredDelimiter, detectDelimiter, detectHeader, sampleRecords } from '../../electron/files/text/detect-dialect.ts';

const hasHeader = (text: string, delimiter: string | null = ','): boolean => detectHeader(sampleRecords(text, delimiter, true));

describe('delimiter', () => {
  test.each([
    ['a,b\n1,2\n', ','],
    ['a;b\n1,5;2,5\n', ';'],
    ['a\tb, c\n1\t2, 3\n', '\t'],
    ['a|b|c\nx, y|z|1\n', '|'],
    ['id,text\n1,"a;b;c"\n2,"d|e"\n', ','],
    ['prompt\nWhat is this, and that?\n', null],
    ['one line only', null],
  ])('of %j is %j, though other candidates stand in its values', (text, delimiter) => {
    expect(detectDelimiter(text, true)).toBe(delimiter);
  });

  test('a last record that the sample cuts does not count against the right delimiter', () => {
    expect(detectDelimiter('a;b;c\n1;2;3\n4;5', false)).toBe(';');
  });

  test('the first line sep=; of Excel is a declaration', () => {
    expect([declaredDelimiter('sep=;\r\na;b'), declaredDelimiter('"sep=|"\na|b'), declaredDelimiter('separator\n'), declaredDelimiter('a,sep=;\n')]).toEqual([';', '|', null, null]);
  });
});

describe('header', () => {
  test.each([
    ['id,prompt\n1,x\n', true],
    ['Vorname,Nachname\nAda,Lovelace\n', true],
    ['prompt\nWhat is 2 + 2?\n', true],
    ['1,What is 2 + 2?\n2,What is 3 + 3?\n', false],
    ['What is 2 + 2?\nWhat is 3 + 3?\n', false],
    ['Summarise the French revolution in one very short paragraph please\nSummarise the Russian one\n', false],
    ['Paris\nLondon\nBerlin\n', false],
    ['2024-01-01,note\n2024-01-02,other\n', false],
    [',,\n1,2,3\n', false],
    ['prompt\n', true],
  ])('of %j: %j', (text, expected) => {
    expect(hasHeader(text, text.includes(',') ? ',' : null)).toBe(expected);
  });
});

describe('column names', () => {
  test('empty and repeated ones become names that a template can tell apart, without taking a name that exists', () => {
    expect(uniqueColumnNames(['a', '', 'a', 'a_2', ' b ', 'a', 'column2'])).toEqual(['a', 'column2', 'a_3', 'a_2', 'b', 'a_4', 'column2_2']);
  });

  test('two spellings of the same letter are the same name', () => {
    expect(uniqueColumnNames(['caf\u00e9', 'cafe\u0301'])).toEqual(['caf\u00e9', 'caf\u00e9_2']);
  });

  test('ten thousand equal names do not take quadratic time', () => {
    const names = uniqueColumnNames(Array.from({ length: 10_000 }, () => 'x'));
    expect([new Set(names).size, names[9_999]]).toEqual([10_000, 'x_10000']);
  });

  test('names like those of Object.prototype are names', () => {
    expect(uniqueColumnNames(['__proto__', 'constructor', '__proto__'])).toEqual(['__proto__', 'constructor', '__proto___2']);
    expect(numberedColumns(2)).toEqual(['column1', 'column2']);
  });
});
