import * as fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';

import { createDelimitedParser, type DelimitedRecord } from '../../electron/files/text/parse-delimited.ts';

/** Parses a text that comes in pieces of these lengths, the last one repeating. */
function parse(text: string, delimiter: string | null = ',', pieceLengths: readonly number[] = [text.length || 1], maxCharacters?: number): readonly DelimitedRecord[] {
  const parser = createDelimitedParser(delimiter, maxCharacters);
  const records: DelimitedRecord[] = [];
  let start = 0;
  for (let i = 0; start < text.length; i += 1) {
    const length = pieceLengths[Math.min(i, pieceLengths.length - 1)] ?? 1;
    records.push(...parser.push(text.slice(start, start + length)));
    start += length;
  }
  return [...records, ...parser.end()];
}

const sound = (line: number, ...fields: string[]): DelimitedRecord => ({ line, fields, problem: null });

describe('delimited text', () => {
  test('any table written by another program comes back whole, wherever the chunks are cut', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom('', ' ', '"', '""', ',', ';', '\n', '\r', '\r\n', 'a"b', '"a"', 'ä', '👩‍🚀', '=1+1', "'"));
    const table = fc.integer({ min: 2, max: 4 }).chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }));
    fc.assert(
      fc.property(table, fc.constantFrom(',', ';', '\t', '|'), fc.constantFrom('\n', '\r\n', '\r'), fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (rows, delimiter, newline, pieces) => {
        const text = Papa.unparse(rows, { delimiter, newline });
        expect(parse(text, delimiter, pieces).map(({ fields }) => fields)).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });

  test('any text at all, however broken, gives the same records in one piece as character by character', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '"', '""', ',', '\n', '\r', '\r\n', ' '), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (broken) => {
        expect(parse(broken, ',', [1])).toEqual(parse(broken, ','));
      }),
      { numRuns: 1000 },
    );
  });

  test('the line of a record is the one where it begins, after quoted newlines of every kind too', () => {
    expect(parse('a,b\r\n"1\n2\r\n3\r4",x\n\n\r\nc,d\re,f')).toEqual([sound(1, 'a', 'b'), sound(2, '1\n2\r\n3\r4', 'x'), sound(8, 'c', 'd'), sound(9, 'e', 'f')]);
  });

  test('a quote that is never closed costs its own line, not the rest of the file', () => {
    const records = parse('a,b\n1,"open\n2,two\n3,three\n', ',', [4]);
    expect(records).toEqual([sound(1, 'a', 'b'), { line: 2, fields: [], problem: 'a quote in column 2 is never closed' }, sound(3, '2', 'two'), sound(4, '3', 'three')]);
  });

  test('text after a closing quote is a problem of that line, blanks are not', () => {
    const reason = 'a quote in column 1 is followed by text; quotes inside a quoted value must be doubled ("")';
    expect(parse('"he said "hi" to me",x\n"fine"  ,y\n')).toEqual([{ line: 1, fields: [], problem: reason }, sound(2, 'fine', 'y')]);
  });

  test('quotes inside an unquoted value are part of it', () => {
    expect(parse('5" pipe,a "b" c\n')).toEqual([sound(1, '5" pipe', 'a "b" c')]);
  });

  test('without a delimiter a line is one value and quoting still holds', () => {
    expect(parse('one, two; three\n"quoted ""value"""\n', null)).toEqual([sound(1, 'one, two; three'), sound(2, 'quoted "value"')]);
  });

  test('a record over the limit is reported once, and reading goes on with the next line', () => {
    const long = 'x'.repeat(50);
    const reason = 'the row is longer than 20 characters; a closing quote may be missing';
    const expected = [sound(1, 'a', 'b'), { line: 2, fields: [], problem: reason }, sound(3, 'c', 'd')];
    for (const end of ['\n', '\r', '\r\n']) {
      for (let pieceLength = 1; pieceLength < 70; pieceLength += 1) expect(parse(['a,b', long, 'c,d', ''].join(end), ',', [pieceLength], 20)).toEqual(expected);
    }
  });

  test('a quoted cell of ten million characters is read in one go', () => {
    const cell = 'line of a very large cell\n'.repeat(400_000);
    const records = parse(`a,b\n1,"${cell}"\n2,after\n`, ',', [256 * 1024]);
    expect(records.map(({ line, fields }) => [line, fields[0], fields[1]?.length])).toEqual([
      [1, 'a', 1],
      [2, '1', cell.length],
      [400_003, '2', 5],
    ]);
  });
});
