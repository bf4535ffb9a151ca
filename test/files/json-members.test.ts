import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { jsonMembers } from '../../electron/files/text/json-members.ts';

describe('members of a JSON object', () => {
  test('every object that JSON can write has the same names and values, in any spacing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (object, spaces) => {
        const expected = Object.entries(object).map(([name, value]) => [name, value]);
        const members = jsonMembers(JSON.stringify(object, null, spaces));
        if (typeof members === 'string') throw new Error(members);
        expect(members.map(([name, value]) => [name, typeof object[name] === 'string' ? value : value === '' ? null : (JSON.parse(value) as unknown)])).toEqual(expected.map(([name, value]) => [name, JSON.parse(JSON.stringify(value)) as unknown]));
      }),
      { numRuns: 500 },
    );
  });

  test('numbers keep all their digits and their form', () => {
    expect(jsonMembers('{"a": 12345678901234567890, "b": 1.50, "c": -1e+400, "d": true, "e": null}')).toEqual([
      ['a', '12345678901234567890'],
      ['b', '1.50'],
      ['c', '-1e+400'],
      ['d', 'true'],
      ['e', ''],
    ]);
  });

  test('a name that stands twice comes twice, so that the caller can refuse it', () => {
    expect(jsonMembers('{"a":1,"a":2}')).toEqual([
      ['a', '1'],
      ['a', '2'],
    ]);
  });

  test('nesting 100,000 levels deep does not overflow the stack', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(jsonMembers(`{"a":${deep},"b":"}"}`)).toEqual([
      ['a', deep],
      ['b', '}'],
    ]);
  });

  test.each([
    ['[1]', 'a JSON object like {"prompt": "…"} was expected, an array came'],
    ['"text"', 'a JSON object like {"prompt": "…"} was expected, a string came'],
    ['null', 'a JSON object like {"prompt": "…"} was expected, null came'],
  ])('%s is refused in words', (text, reason) => {
    expect(jsonMembers(text)).toBe(reason);
  });

  test('broken JSON is refused with what the parser says', () => {
    expect(jsonMembers('{"a": }')).toMatch(/^not valid JSON: Unexpected token/);
  });
});
