import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { checkOuts, formatOfEnding } from '../../electron/cli/outs.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tasklane-outs-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('formatOfEnding', () => {
  it('reads the format off the ending, in any case', () => {
    expect([formatOfEnding('a.csv'), formatOfEnding('B.JSONL'), formatOfEnding('x.y.Csv')]).toEqual(['csv', 'jsonl', 'csv']);
  });

  it.each(['a.excel.csv', 'a.xlsx', 'a.md', 'a.html', 'a.json', 'a.trace.json', 'a.timeline.svg', 'a.svg', 'a.PNG'])('refuses %s by name, because that format is to come', (name) => {
    expect(() => formatOfEnding(name)).toThrow(/is not built yet\.$/);
  });

  it('does not take .excel.csv for a plain .csv', () => {
    expect(() => formatOfEnding('a.excel.csv')).toThrow('--out a.excel.csv: .excel.csv is not built yet.');
  });

  it.each(['a', 'a.txt', 'csv', 'a.csv.gz'])('refuses %s, whose ending says nothing', (name) => {
    expect(() => formatOfEnding(name)).toThrow(/the ending says no known format/);
  });
});

describe('checkOuts', () => {
  it('resolves names against the folder that the user stands in', async () => {
    expect(await checkOuts(['a.csv', path.join(folder, 'b.jsonl')], folder, [])).toEqual([
      { name: 'a.csv', path: path.join(folder, 'a.csv'), format: 'csv' },
      { name: path.join(folder, 'b.jsonl'), path: path.join(folder, 'b.jsonl'), format: 'jsonl' },
    ]);
  });

  it('refuses a folder that is not there before anything is paid for', async () => {
    await expect(checkOuts(['no/such/a.csv'], folder, [])).rejects.toMatchObject({ code: 'target_unwritable' });
  });

  it('refuses a folder that bears the name of the file', async () => {
    await mkdir(path.join(folder, 'a.csv'));
    await expect(checkOuts(['a.csv'], folder, [])).rejects.toMatchObject({ code: 'target_unwritable' });
  });

  it('refuses to write over its own input, also through a symbolic link', async () => {
    const input = path.join(folder, 'in.csv');
    await writeFile(input, 'prompt\nhello\n');
    await symlink(input, path.join(folder, 'link.csv'));
    await expect(checkOuts(['in.csv'], folder, [input])).rejects.toMatchObject({ code: 'usage' });
    await expect(checkOuts(['link.csv'], folder, [input])).rejects.toMatchObject({ code: 'usage' });
  });

  it('refuses one file named twice, of which only the last would stay', async () => {
    await expect(checkOuts(['a.csv', './a.csv'], folder, [])).rejects.toMatchObject({ code: 'usage' });
  });
});
