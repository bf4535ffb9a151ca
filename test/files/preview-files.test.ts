import { describe, expect, test } from 'vitest';

import { previewFiles, suggestIdColumn } from '../../electron/files/preview-files.ts';
import { sampleCsv, SAMPLE_NAME } from '../../electron/files/sample.ts';
import { createSeenRows } from '../../electron/files/seen-rows.ts';
import type { ImportPreview } from '../../shared/contract/commands.ts';
import { DETECT, fixture, temporaryFile } from './temporary-folder.ts';

const preview = (...names: string[]): Promise<ImportPreview> => previewFiles(names.map((name) => ({ name, path: fixture(name) })), DETECT);

describe('preview', () => {
  test('several files of several formats are one list: columns in order, rows, bad rows with their file', async () => {
    const { rows, badRows, ...rest } = await preview('three-sums.csv', 'tasks.jsonl', 'tasks.tsv');
    expect(rest).toEqual({
      files: [
        { name: 'three-sums.csv', sizeBytes: 60, format: 'csv', encoding: 'UTF-8', delimiter: null, header: true },
        { name: 'tasks.jsonl', sizeBytes: 260, format: 'jsonl', encoding: 'UTF-8', delimiter: null, header: false },
        { name: 'tasks.tsv', sizeBytes: 57, format: 'tsv', encoding: 'UTF-8', delimiter: '\t', header: true },
      ],
      columns: ['prompt', 'id', 'note', 'meta', '__proto__', 'ok', 'text'],
      rowCount: 8,
      badRowCount: 3,
      duplicateCount: 0,
      suggestedIdColumn: 'id',
      suggestedTemplate: '{{prompt}}',
    });
    expect(rows.map((row) => row['prompt'])).toEqual(['What is 17 + 25?', 'What is 128 + 256?', 'What is 999 + 1?', 'First', 'Big', 'Last', 'Say "hello", please', 'One, two; three | four']);
    expect(badRows.map(({ file, line }) => [file, line])).toEqual([
      ['tasks.jsonl', 3],
      ['tasks.jsonl', 4],
      ['tasks.jsonl', 5],
    ]);
  });

  test('at most 50 rows and 200 bad ones are shown, and all are counted', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => (i % 3 === 0 ? `${i}` : `${i},text ${i}`));
    const path = await temporaryFile('many.csv', `id,prompt\n${lines.join('\n')}\n`);
    const { rows, rowCount, badRows, badRowCount } = await previewFiles([{ name: 'many.csv', path }], DETECT);
    expect([rows.length, rowCount, badRows.length, badRowCount]).toEqual([50, 2000, 200, 1000]);
  });

  test('rows with huge cells are shown only as far as a screen can take them, and counted all', async () => {
    const path = await temporaryFile('huge.csv', `id,prompt\n${Array.from({ length: 8 }, (_, i) => `${i},${'x'.repeat(1_500_000)}`).join('\n')}\n`);
    const { rows, rowCount } = await previewFiles([{ name: 'huge.csv', path }], DETECT);
    expect([rows.map((row) => row['id']), rowCount]).toEqual([['0', '1', '2'], 8]);
  });

  test('a row that stands earlier, in another file too, counts as a duplicate and is kept', async () => {
    const first = await temporaryFile('a.csv', 'id,prompt\n1,x\n1,x\n2,y\n');
    const second = await temporaryFile('b.csv', 'id,prompt\n2,y\n2,z\n');
    const found = await previewFiles([{ name: 'a.csv', path: first }, { name: 'b.csv', path: second }], DETECT);
    expect([found.rowCount, found.duplicateCount]).toEqual([5, 2]);
  });

  test('an empty file among others is named', async () => {
    await expect(preview('three-sums.csv', 'header-only.csv')).rejects.toMatchObject({ code: 'empty_input', message: expect.stringContaining('header-only.csv') as string });
  });

  test('JSONL lines that all bring other names end in an error, not in all memory', async () => {
    const path = await temporaryFile('names.jsonl', Array.from({ length: 3000 }, (_, i) => JSON.stringify(Object.fromEntries(Array.from({ length: 10 }, (__, j) => [`n${i}_${j}`, 1])))).join('\n'));
    await expect(previewFiles([{ name: 'names.jsonl', path }], DETECT)).rejects.toMatchObject({ code: 'file_format', message: expect.stringContaining('20000 different names') as string });
  });

  test('the sample that ships with the app imports without a bad row', async () => {
    const path = await temporaryFile(SAMPLE_NAME, sampleCsv);
    const { rowCount, badRowCount, duplicateCount, columns, suggestedIdColumn, suggestedTemplate } = await previewFiles([{ name: SAMPLE_NAME, path }], DETECT);
    expect({ rowCount, badRowCount, duplicateCount, columns, suggestedIdColumn, suggestedTemplate }).toEqual({ rowCount: 24, badRowCount: 0, duplicateCount: 0, columns: ['id', 'topic', 'question'], suggestedIdColumn: 'id', suggestedTemplate: '{{question}}' });
  });

  test('the id column is the most telling name, in any case', () => {
    expect([suggestIdColumn(['a', 'ID', 'custom_id']), suggestIdColumn(['a', 'Id']), suggestIdColumn(['idea', 'valid'])]).toEqual(['custom_id', 'Id', null]);
  });
});

describe('seen rows', () => {
  test('neither moving text between cells nor renaming a column makes rows equal', () => {
    const seen = createSeenRows();
    expect([seen.add({ a: 'ab', b: 'c' }, ['a', 'b']), seen.add({ a: 'a', b: 'bc' }, ['a', 'b']), seen.add({ x: 'ab', b: 'c' }, ['x', 'b']), seen.add({ a: '', b: '' }, ['a', 'b']), seen.add({ a: 'ab', b: 'c' }, ['a', 'b'])]).toEqual([false, false, false, false, true]);
  });

  test('200,000 different rows stay different and are all known again', () => {
    const seen = createSeenRows();
    const names = ['n'];
    const rows = Array.from({ length: 200_000 }, (_, i) => ({ n: `row ${i}` }));
    expect(rows.filter((row) => seen.add(row, names)).length).toBe(0);
    expect(rows.filter((row) => seen.add(row, names)).length).toBe(200_000);
  });

  test('when full it remembers no more, so that its memory is bounded', () => {
    const seen = createSeenRows(2);
    const names = ['n'];
    expect(['1', '2', '3', '3', '1'].map((n) => seen.add({ n }, names))).toEqual([false, false, false, false, true]);
  });

  test('a cell longer than the buffer is compared to its end', () => {
    const seen = createSeenRows();
    const long = 'ä'.repeat(100_000);
    expect([`${long}1`, `${long}2`, `${long}1`].map((n) => seen.add({ n }, ['n']))).toEqual([false, false, true]);
  });
});
