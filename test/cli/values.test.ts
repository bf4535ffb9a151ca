import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';

import * as values from '../../electron/cli/values.ts';
import { TasklaneError } from '../../shared/errors.ts';

describe('numbers', () => {
  it.each(['', ' ', 'abc', '4x', '0x10', '1e999', 'NaN', 'Infinity', '--5', '1,5', '٣'])('refuses %j where a whole number is expected', (text) => {
    expect(() => values.integerIn(1, 1000)(text)).toThrow(InvalidArgumentError);
  });

  it('takes the ends of the range and nothing beyond them', () => {
    const parse = values.integerIn(1, 1000);
    expect([parse('1'), parse('1000')]).toEqual([1, 1000]);
    for (const text of ['0', '1001', '-1', '1.5']) expect(() => parse(text)).toThrow('Expected a whole number from 1 to 1000.');
  });

  it('takes a temperature of 0, which must not be mistaken for "none"', () => {
    const temperature = values.decimalIn(0, 2);
    expect([temperature('0'), temperature('0.7'), temperature('2')]).toEqual([0, 0.7, 2]);
    for (const text of ['-0.1', '2.01']) expect(() => temperature(text)).toThrow('Expected a number from 0 to 2.');
  });

  it('reads seconds as ms and refuses a timeout that no timer can keep', () => {
    expect([values.seconds('120'), values.seconds('0.5'), values.seconds('2147483.647')]).toEqual([120_000, 500, 2_147_483_647]);
    for (const text of ['0', '-1', '2147484', '1e9']) expect(() => values.seconds(text)).toThrow(InvalidArgumentError);
  });
});

describe('concurrency', () => {
  it('names what is not built yet instead of taking it for a mistake', () => {
    expect(() => values.concurrency('auto')).toThrow(new TasklaneError('unsupported', '--concurrency auto is not built yet.', 'Give a number, such as --concurrency 4.'));
    expect(() => values.concurrencyList('1,auto')).toThrow('--concurrency auto is not built yet.');
  });

  it('reads a list in its order, with blanks, and refuses gaps and repeats', () => {
    expect(values.concurrencyList('1, 3,10')).toEqual([1, 3, 10]);
    for (const text of ['', '1,', ',1', '3,3', '1;3', '0,1', '1001']) expect(() => values.concurrencyList(text)).toThrow(InvalidArgumentError);
  });
});

describe('base URL', () => {
  it('drops trailing slashes, so that one endpoint has one name', () => {
    expect(values.baseUrl('http://127.0.0.1:8080/v1//')).toBe('http://127.0.0.1:8080/v1');
  });

  it.each(['', 'api.openai.com/v1', 'ftp://host/v1', 'file:///etc/passwd', 'javascript:alert(1)'])('refuses %j', (text) => {
    expect(() => values.baseUrl(text)).toThrow(InvalidArgumentError);
  });

  it.each(['https://user:secret@host/v1', 'https://host/v1?key=secret', 'https://host/v1#secret'])('refuses %j without repeating what may be a secret', (text) => {
    const attempt = (): unknown => values.baseUrl(text);
    expect(attempt).toThrow(TasklaneError);
    expect(attempt).not.toThrow(/secret/);
  });
});

describe('name of an environment variable', () => {
  it('refuses a key that was pasted in its place, without repeating it', () => {
    const attempt = (): unknown => values.variableName('sk-proj-abcdef');
    expect(attempt).toThrow(TasklaneError);
    expect(attempt).not.toThrow(/abcdef/);
  });
});
