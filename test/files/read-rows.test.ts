import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { inspectFile } from '../../electron/files/inspect-file.ts';
import { readRows, type Row } from '../../electron/files/read-rows.ts';
import type { BadRow, ReadOptions } from '../../shared/contract/commands.ts';
import { DETECT, fixture, temporaryFile, temporaryFolder, withoutPrivileges } from './temporary-folder.ts';

interface Read {
  readonly rows: readonly (readonly [line: number, vars: Record<string, string>])[];
  readonly bad: readonly BadRow[];
}

/** All rows, with plain objects as vars so that they can be compared. */
async function readAll(path: string, name: string, options: Partial<ReadOptions> = {}): Promise<Read> {
  const rows: Row[] = [];
  const bad: BadRow[] = [];
  for await (const chunk of readRows(path, name, { ...DETECT, ...options })) {
    rows.push(...chunk.rows);
    bad.push(...chunk.bad);
  }
  return { rows: rows.map(({ line, vars }) => [line, { ...vars }]), bad };
}

const readFixture = (name: string, options: Partial<ReadOptions> = {}): Promise<Read> => readAll(fixture(name), name, options);
const readText = async (name: string, content: string | Uint8Array, options: Partial<ReadOptions> = {}): Promise<Read> => readAll(await temporaryFile(name, content), name, options);

describe('tables', () => {
  test('a messy spreadsheet loses nothing: good rows with their lines, bad rows with their reasons', async () => {
    expect(await readFixture('messy.csv')).toEqual({
      rows: [
        [2, { Name: 'Müller', Frage: 'Was ist "A; B"?', Größe: '1,5', Name_2: 'eins' }],
        [3, { Name: '東京', Frage: 'erste Zeile\r\nzweite Zeile', Größe: '2', Name_2: 'zwei' }],
        [9, { Name: 'Emoji 👩‍🚀', Frage: 'letzte', Größe: '3', Name_2: 'drei' }],
      ],
      bad: [
        { file: 'messy.csv', line: 5, reason: '2 values where 4 columns were expected; values are missing, or a quoted value lacks its quotes' },
        { file: 'messy.csv', line: 7, reason: '6 values where 4 columns were expected; a value that contains the delimiter must stand in quotes' },
      ],
    });
    expect(await inspectFile(fixture('messy.csv'), 'messy.csv', DETECT)).toEqual({ format: 'csv', delimiter: ';', header: true, columns: ['Name', 'Frage', 'Größe', 'Name_2'], encoding: 'UTF-8 with BOM', sizeBytes: 191 });
  });

  test('a quote that is never closed is one bad row; the rows behind it are read', async () => {
    const { rows, bad } = await readFixture('broken.csv');
    expect(rows.map(([line, vars]) => [line, vars['id']])).toEqual([
      [2, '1'],
      [4, '3'],
      [5, '4'],
    ]);
    expect(bad).toEqual([{ file: 'broken.csv', line: 3, reason: 'a quote in column 2 is never closed' }]);
  });

  test('LF, CRLF and CR in one file all end a line', async () => {
    expect((await readFixture('mixed-line-ends.csv')).rows).toEqual([
      [2, { id: '1', prompt: 'one' }],
      [3, { id: '2', prompt: 'two' }],
      [4, { id: '3', prompt: 'three\rand\nfour' }],
      [7, { id: '5', prompt: 'five' }],
    ]);
  });

  test('columns named like parts of Object.prototype are plain own properties', async () => {
    for await (const { rows } of readRows(fixture('hostile-columns.csv'), 'hostile-columns.csv', DETECT)) {
      const vars = rows[0]!.vars;
      expect([Object.getPrototypeOf(vars), Object.entries(vars)]).toEqual([
        null,
        [
          ['__proto__', 'a'],
          ['toString', 'b'],
          ['column3', 'c'],
          ['prompt', 'd'],
          ['prompt_2', 'e'],
          ['constructor', 'f'],
        ],
      ]);
    }
  });

  test('values in the first line are a row, not a header, and both can be overruled', async () => {
    const lines = async (options: Partial<ReadOptions>) => (await readFixture('no-header.csv', options)).rows.map(([line]) => line);
    expect(await lines({})).toEqual([1, 2, 3]);
    expect(await lines({ header: true })).toEqual([2, 3]);
    expect((await readText('a.csv', 'id,prompt\n1,x\n', { header: false })).rows).toEqual([
      [1, { column1: 'id', column2: 'prompt' }],
      [2, { column1: '1', column2: 'x' }],
    ]);
  });

  test('a single column may hold commas; a delimiter that is given cuts it all the same', async () => {
    const text = 'prompt\nOne, two\nThree\n';
    expect((await readText('a.csv', text)).rows).toEqual([
      [2, { prompt: 'One, two' }],
      [3, { prompt: 'Three' }],
    ]);
    expect((await readText('a.csv', text, { delimiter: ',' })).bad).toEqual([{ file: 'a.csv', line: 2, reason: '2 values where 1 column was expected; a value that contains the delimiter must stand in quotes' }]);
  });

  test("Excel's sep= line is no row and names the delimiter", async () => {
    expect((await readText('a.csv', 'sep=|\r\nid|prompt\r\n1|a,b;c\r\n')).rows).toEqual([[3, { id: '1', prompt: 'a,b;c' }]]);
  });

  test('a row of empty cells is no task, even where only one column has a name', async () => {
    expect((await readText('a.csv', 'prompt;;\nfirst;;\n;;\nsecond;;\n')).rows).toEqual([
      [2, { prompt: 'first' }],
      [4, { prompt: 'second' }],
    ]);
  });

  test('a NUL spoils its row only', async () => {
    expect(await readText('a.csv', 'id,prompt\n1,a\0b\n2,c\n')).toEqual({ rows: [[3, { id: '2', prompt: 'c' }]], bad: [{ file: 'a.csv', line: 2, reason: 'column "prompt" contains a NUL character' }] });
  });

  test('ten thousand columns are read', async () => {
    const numbers = Array.from({ length: 10_000 }, (_, i) => i);
    const { rows } = await readText('wide.csv', `${numbers.map((i) => `c${i}`).join(',')}\n${numbers.join(',')}\n`);
    expect([Object.keys(rows[0]![1]).length, rows[0]![1]['c9999']]).toEqual([10_000, '9999']);
  });

  test('a header behind a first record of two megabytes is found all the same', async () => {
    const { rows, bad } = await readText('big.csv', `id,prompt\n1,"${'long '.repeat(400_000)}"\n2,short\n`);
    expect([rows.map(([line, vars]) => [line, vars['id'], vars['prompt']?.length]), bad]).toEqual([
      [
        [2, '1', 2_000_000],
        [3, '2', 5],
      ],
      [],
    ]);
  });

  test('tabs rule in a TSV file, whatever else stands in its values', async () => {
    expect((await readFixture('tasks.tsv')).rows).toEqual([
      [2, { id: '1', prompt: 'Say "hello", please' }],
      [3, { id: '2', prompt: 'One, two; three | four' }],
    ]);
  });

  test('rows come in chunks of at most 1,000, in order, none lost at the borders', async () => {
    const path = await temporaryFile('many.csv', `id,prompt\n${Array.from({ length: 25_000 }, (_, i) => `${i},prompt ünïcödé ${i}`).join('\n')}`);
    const sizes: number[] = [];
    const ids: string[] = [];
    for await (const { rows } of readRows(path, 'many.csv', DETECT)) {
      sizes.push(rows.length);
      for (const { line, vars } of rows) {
        expect(Number(vars['id'])).toBe(line - 2);
        ids.push(vars['id'] ?? '');
      }
    }
    expect([ids.length, Math.max(...sizes)]).toEqual([25_000, 1000]);
  });
});

describe('JSONL and text', () => {
  test('a bad line in the middle is named, and all others keep their values exactly', async () => {
    expect(await readFixture('tasks.jsonl')).toEqual({
      rows: [
        [1, { id: '1', prompt: 'First' }],
        [2, { id: '12345678901234567890', prompt: 'Big', note: '', meta: '{"a": [1, 2.50]}' }],
        [7, Object.fromEntries([['prompt', 'Last'], ['__proto__', 'own'], ['ok', 'true'], ['text', 'line\nbreak é']])],
      ],
      bad: [
        { file: 'tasks.jsonl', line: 3, reason: 'not valid JSON: Unexpected token \'o\', "not json" is not valid JSON' },
        { file: 'tasks.jsonl', line: 4, reason: 'a JSON object like {"prompt": "…"} was expected, an array came' },
        { file: 'tasks.jsonl', line: 5, reason: 'the name "id" stands in it twice' },
      ],
    });
  });

  test('half of a surrogate pair would change on its way to the store, so its row is bad', async () => {
    expect(await readText('a.jsonl', '{"a":"\\ud800"}\n{"a":"ok"}\n')).toEqual({ rows: [[2, { a: 'ok' }]], bad: [{ file: 'a.jsonl', line: 1, reason: '"a" contains half of a surrogate pair, which is no character' }] });
  });

  test('every line of a text file is a task as it stands; blank lines are none', async () => {
    expect((await readFixture('tasks.txt')).rows).toEqual([
      [1, { text: 'First task' }],
      [4, { text: '  Second, with spaces  ' }],
      [5, { text: 'Third' }],
    ]);
  });

  test('a file without a known ending is read by its content', async () => {
    const formatOf = async (text: string) => (await inspectFile(await temporaryFile('tasks', text), 'tasks', DETECT)).format;
    expect([await formatOf('{"a":1}\n{"a":2}\n'), await formatOf('a,b\n1,2\n'), await formatOf('a\tb\n1\t2\n'), await formatOf('First, do this.\nThen that.\n'), await formatOf('One, two.\n')]).toEqual(['jsonl', 'csv', 'tsv', 'text', 'text']);
  });

  test('a format that is given wins over the ending', async () => {
    expect((await readText('a.csv', 'x,y\n1,2\n', { format: 'text' })).rows).toEqual([
      [1, { text: 'x,y' }],
      [2, { text: '1,2' }],
    ]);
  });
});

describe('files that cannot be read', () => {
  test.each([
    ['latin1.csv', 'file_format', 'line 3, byte 24 of the file is E9'],
    ['utf16.csv', 'file_format', 'UTF-16 LE'],
    ['header-only.csv', 'empty_input', 'has a header but no rows'],
    ['missing.csv', 'file_not_found', 'no file "missing.csv"'],
  ])('%s: %s', async (name, code, message) => {
    await expect(readFixture(name)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string, hint: expect.stringMatching(/\w/) as string });
  });

  test.each([
    ['empty.csv', '', 'empty_input', 'is empty'],
    ['blank.txt', ' \n\r\n\t', 'empty_input', 'is empty'],
    ['bom.csv', '\ufeff', 'empty_input', 'is empty'],
    ['renamed.csv', Buffer.from([0x50, 0x4b, 3, 4, 0x14, 0]), 'file_format', 'XLSX'],
    ['zipped.jsonl', Buffer.from([0x1f, 0x8b, 8, 0]), 'file_format', 'gzip'],
    ['be.csv', Buffer.from([0xfe, 0xff, 0, 0x61]), 'file_format', 'UTF-16 BE'],
    ['nomark.csv', Buffer.from('id,prompt\n1,two\n', 'utf16le'), 'file_format', 'UTF-16 LE (without'],
    ['cut.csv', Buffer.from([0x61, 0x0a, 0xe2, 0x82]), 'file_format', 'line 2, byte 3 of the file is E2'],
    ['overlong.csv', Buffer.from([0x61, 0xc0, 0xaf, 0x0a]), 'file_format', 'line 1, byte 2 of the file is C0'],
    ['names.csv', 'a\0,b\n1,2\n', 'file_format', 'NUL'],
    ['book.xlsx', 'x', 'unsupported', '.xlsx'],
    ['list.json', '[{"a":1}]', 'unsupported', '.json'],
  ])('%s', async (name, content, code, message) => {
    await expect(readText(name, content)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string, hint: expect.stringMatching(/\w/) as string });
  });

  test('bytes that are not UTF-8 far behind the first chunk are named by line and byte', async () => {
    const line = 'grüße, 東京 👩‍🚀\n';
    const good = Buffer.from(line.repeat(60_000));
    const path = await temporaryFile('far.txt', Buffer.concat([good, Buffer.from([0x61, 0xff, 0x0a])]));
    await expect(readAll(path, 'far.txt')).rejects.toMatchObject({ code: 'file_format', message: expect.stringContaining(`line 60001, byte ${good.length + 2} of the file is FF`) as string });
  });

  test('characters of every length survive at every border of a chunk', async () => {
    for (let shift = 0; shift < 4; shift += 1) {
      const text = `${'x'.repeat(shift)}${'é東👩‍🚀'.repeat(60_000)}`;
      const { rows } = await readText('borders.txt', text);
      expect(rows[0]?.[1]['text'] === text).toBe(true);
    }
  });

  test('a folder, a pipe, a device and a file of the kernel are refused without waiting', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'tasks.csv'));
    execFileSync('mkfifo', [join(folder, 'pipe.csv')]);
    await symlink('loop.csv', join(folder, 'loop.csv'));
    const messageOf = async (path: string) => readAll(path, 'x.csv').then(
      () => 'read',
      (error: unknown) => (error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : String(error)),
    );
    expect([await messageOf(join(folder, 'tasks.csv')), await messageOf(join(folder, 'pipe.csv')), await messageOf('/dev/zero'), await messageOf('/proc/self/status'), await messageOf(join(folder, 'loop.csv'))]).toEqual([
      'file_unreadable: "x.csv" is a folder; a file was expected.',
      'file_unreadable: "x.csv" is a pipe; a regular file was expected.',
      'file_unreadable: "x.csv" is a device or socket; a regular file was expected.',
      'file_unreadable: "x.csv" is part of the system, not a document.',
      'file_unreadable: "x.csv" is a link that leads back to itself.',
    ]);
  });

  test('a file without permission says so', async () => {
    const path = await temporaryFile('secret.csv', 'a,b\n1,2\n');
    await chmod(join(path, '..'), 0o755);
    await chmod(path, 0o000);
    await withoutPrivileges(async () => {
      await expect(readAll(path, 'secret.csv')).rejects.toMatchObject({ code: 'file_unreadable', message: '"secret.csv" may not be read: permission denied (EACCES).' });
    });
  });

  test('a file that grows or shrinks while it is read is refused, not half imported', async () => {
    const content = `id,prompt\n${'1,some prompt\n'.repeat(100_000)}`;
    for (const change of [(path: string) => appendFile(path, '2,more\n'), (path: string) => truncate(path, 1000)]) {
      const path = await temporaryFile('moving.csv', content);
      const reading = (async () => {
        let changed = false;
        for await (const { rows } of readRows(path, 'moving.csv', DETECT)) {
          if (!changed && rows.length > 0) await change(path);
          changed = true;
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 'file_unreadable', message: expect.stringContaining('while it was read') as string });
    }
  });

  test('a delimiter of two characters is wrong usage', async () => {
    await expect(readText('a.csv', 'a,b\n1,2\n', { delimiter: '||' })).rejects.toMatchObject({ code: 'usage' });
  });

  test('an aborted import ends at once with the reason', async () => {
    const path = await temporaryFile('many.csv', `id,prompt\n${'1,some prompt\n'.repeat(200_000)}`);
    const controller = new AbortController();
    let rowCount = 0;
    const reading = (async () => {
      for await (const { rows } of readRows(path, 'many.csv', DETECT, controller.signal)) {
        rowCount += rows.length;
        controller.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(rowCount).toBe(1000);
  });
});
