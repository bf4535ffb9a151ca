import { expect, test } from 'vitest';
import { TasklaneError } from '../../../shared/errors.ts';
import { eventually, headerOf, openProgram } from '../program.ts';

test('edits of the draft are saved together a moment after the last one', async () => {
  const program = await openProgram();
  const { editDraft } = program.screen.store.getState();
  editDraft({ template: 'a' });
  editDraft({ template: 'ab', temperature: 0.5 });
  await eventually(() => expect(program.callsOf('batch.update').map((call) => call.draft?.template)).toEqual(['ab']));
  expect(program.callsOf('batch.update')[0]?.draft?.temperature).toBe(0.5);
});

test('an edit made just before going to another batch is not lost', async () => {
  const program = await openProgram();
  program.screen.store.getState().editDraft({ template: 'kept' });
  await program.screen.store.getState().selectBatch(null);
  expect(program.callsOf('batch.update')).toMatchObject([{ batchId: 'batch-1', draft: { template: 'kept' } }]);
  expect(program.screen.store.getState().runState).toBeNull();
});

test('choosing a provider brings its model along, so that no model of another one is sent', async () => {
  const program = await openProgram();
  program.emit({ type: 'providers.changed', providers: [{ id: 'p', name: 'Local', baseUrl: 'http://127.0.0.1:1234/v1', model: 'small', simulated: false, keyHint: null }], defaultProviderId: 'p' });
  program.frame();
  program.screen.store.getState().chooseProvider('p');
  expect(program.screen.store.getState().draft).toMatchObject({ providerId: 'p', model: 'small' });
});

test('a new name is shown in the header and in the list, and an empty one is not taken', async () => {
  const program = await openProgram(headerOf());
  await program.screen.store.getState().renameBatch('  Tickets ');
  const { detail, batches } = program.screen.store.getState();
  expect([detail?.name, batches[0]?.name]).toEqual(['Tickets', 'Tickets']);
  await program.screen.store.getState().renameBatch('   ');
  expect(program.callsOf('batch.update').length).toBe(1);
});

test('a removed batch leaves the start page when it was the last', async () => {
  const program = await openProgram();
  await program.screen.store.getState().removeBatch('batch-1');
  const { batches, batchId, detail } = program.screen.store.getState();
  expect([batches, batchId, detail]).toEqual([[], null, null]);
});

test('the same error twice is one notice, and an unexpected one says that data is kept', async () => {
  const program = await openProgram();
  program.answer('batch.rows', () => Promise.reject(new TasklaneError('batch_not_found', 'There is no such batch.', 'Reload.')));
  await program.screen.store.getState().showPreviewRow(0);
  await program.screen.store.getState().showPreviewRow(0);
  program.answer('batch.rows', () => Promise.reject(new TypeError('x is undefined')));
  await program.screen.store.getState().showPreviewRow(0);
  expect(program.screen.store.getState().notices.map(({ code, message }) => [code, message])).toEqual([['batch_not_found', 'There is no such batch.'], ['internal', 'x is undefined']]);
});

test('preview rows stay inside the batch', async () => {
  const program = await openProgram();
  program.answer('batch.rows', ({ from }) => [{ index: from, customId: `q${from}`, vars: {} }]);
  for (const index of [-5, 4, 99]) await program.screen.store.getState().showPreviewRow(index);
  expect(program.callsOf('batch.rows').map(({ from }) => from)).toEqual([0, 4, 9]);
});
