import { expect, test } from 'vitest';
import type { ImportPreview } from '../../../shared/contract/commands.ts';
import { TasklaneError } from '../../../shared/errors.ts';
import { dropOutcome } from '../../../renderer/store/import-slice.ts';
import { detailOf, openProgram } from '../program.ts';
import type { Program } from '../program.ts';

const PREVIEW: ImportPreview = { files: [{ name: 'questions.csv', sizeBytes: 20, format: 'csv', encoding: 'UTF-8', delimiter: ',', header: true }], columns: ['id', 'question'], rows: [{ id: '1', question: 'Why?' }], rowCount: 1, badRows: [{ file: 'questions.csv', line: 3, reason: 'too many cells' }], badRowCount: 1, duplicateCount: 0, suggestedIdColumn: 'id', suggestedTemplate: '{{question}}' };

async function importing(): Promise<Program> {
  const program = await openProgram();
  program.answer('source.sample', () => ({ sourceId: 's', name: 'questions.csv', sizeBytes: 20 }));
  program.answer('source.preview', () => PREVIEW);
  program.answer('batch.create', () => ({ batchId: 'batch-1', taskCount: 1, skippedCount: 1 }));
  await program.screen.store.getState().importSample();
  return program;
}

test('a source leads to a preview with the suggested id column, template and name', async () => {
  const program = await importing();
  expect(program.screen.store.getState().importing).toMatchObject({ status: 'ready', name: 'questions', idColumn: 'id', template: '{{question}}', row: 0, error: null });
});

test('the batch is made of what the sheet shows, bad rows knowingly left out, and is opened', async () => {
  const program = await importing();
  program.screen.store.getState().editImport({ template: 'Say: {{question}}', idColumn: null, name: '  My batch ' });
  await program.screen.store.getState().createBatch();
  expect(program.callsOf('batch.create')).toEqual([{ sourceIds: ['s'], options: { format: null, delimiter: null, header: null }, name: 'My batch', idColumn: null, template: 'Say: {{question}}', acceptBadRows: true }]);
  expect([program.screen.store.getState().importing, program.screen.store.getState().batchId]).toEqual([null, detailOf().batchId]);
});

test('reading in another way keeps the edited template while the columns stay', async () => {
  const program = await importing();
  program.screen.store.getState().editImport({ template: 'Edited {{question}}' });
  await program.screen.store.getState().setReadOptions({ delimiter: ';' });
  expect(program.screen.store.getState().importing?.template).toBe('Edited {{question}}');
  program.answer('source.preview', () => ({ ...PREVIEW, columns: ['column 1'], suggestedIdColumn: null, suggestedTemplate: '{{column 1}}' }));
  await program.screen.store.getState().setReadOptions({ header: false });
  expect(program.screen.store.getState().importing).toMatchObject({ template: '{{column 1}}', idColumn: null, options: { format: null, delimiter: ';', header: false } });
});

test('a reading that fails says so on the sheet and keeps the way back', async () => {
  const program = await importing();
  program.answer('source.preview', () => Promise.reject(new TasklaneError('file_format', 'Line 1 is not JSON.', 'Choose CSV.')));
  await program.screen.store.getState().setReadOptions({ format: 'jsonl' });
  expect(program.screen.store.getState().importing).toMatchObject({ status: 'failed', error: { code: 'file_format', message: 'Line 1 is not JSON.', hint: 'Choose CSV.' }, preview: PREVIEW });
  program.answer('source.preview', () => PREVIEW);
  await program.screen.store.getState().setReadOptions({ format: null });
  expect(program.screen.store.getState().importing?.status).toBe('ready');
});

test('of two readings the later one counts, whichever answers first', async () => {
  const program = await importing();
  const releases: (() => void)[] = [];
  program.answer('source.preview', ({ options }) => new Promise((resolve) => releases.push(() => resolve({ ...PREVIEW, rowCount: options.delimiter === ';' ? 100 : 200 }))));
  const first = program.screen.store.getState().setReadOptions({ delimiter: ';' });
  const second = program.screen.store.getState().setReadOptions({ delimiter: '|' });
  await program.settle();
  releases[1]?.();
  await second;
  releases[0]?.();
  await first;
  expect(program.screen.store.getState().importing?.preview?.rowCount).toBe(200);
});

test('files dropped on the open sheet are added to those that are there', async () => {
  const program = await importing();
  await program.screen.store.getState().importFiles([new File(['x'], 'more.csv')]);
  expect(program.callsOf('source.preview').at(-1)?.sourceIds).toEqual(['s', 'source-0']);
  expect([dropOutcome(1), dropOutcome(3)]).toEqual(['Add 1 file as a new batch', 'Add 3 files as one new batch']);
});

test('a cancelled import leaves nothing behind, also when its preview arrives later', async () => {
  const program = await importing();
  const reading = program.screen.store.getState().setReadOptions({ delimiter: ';' });
  program.screen.store.getState().cancelImport();
  await reading;
  expect([program.screen.store.getState().importing, program.callsOf('batch.create')]).toEqual([null, []]);
});
