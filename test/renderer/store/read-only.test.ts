import { expect, test } from 'vitest';
import type { CommandName } from '../../../shared/contract/commands.ts';
import { headerOf, startProgram, taskRow, tasksChanged } from '../program.ts';
import type { Program } from '../program.ts';

async function openReadOnly(): Promise<Program> {
  const program = startProgram(headerOf({ status: 'paused', stopReason: 'user', failed: 2 }));
  const snapshot = await program.client.call('app.snapshot', {});
  program.answer('app.snapshot', () => ({ ...snapshot, isReadOnly: true, writer: "Tasklane's terminal (process 7)", notices: [{ kind: 'upgraded', message: 'The store was updated.' }] }));
  program.connection('connected');
  await program.settle();
  program.frame();
  return program;
}

test('case 48: a screen that may only look sends no command that changes anything, and says why', async () => {
  const program = await openReadOnly();
  program.emit(tasksChanged(taskRow(1, 'failed'), taskRow(2, 'failed')));
  program.frame();
  const state = program.screen.store.getState();
  const before = program.calls.length;
  state.editDraft({ template: 'x' });
  state.setConcurrency(9);
  await state.start(null);
  await state.resume();
  await state.cancelRun();
  await state.retry(null);
  await state.retryFailed();
  await state.skip(null);
  await state.cancelTasks([1]);
  await state.renameBatch('other');
  await state.removeBatch('batch-1');
  await state.importSample();
  await state.importText('a\nb');
  await state.configure({ resendInterrupted: 'ask' });
  await state.saveProvider({ providerId: null, name: 'n', baseUrl: 'http://127.0.0.1:1', model: '', key: null, makeDefault: false });
  await state.removeProvider('sim');
  await state.setDefaultProvider('sim');
  const reading: readonly CommandName[] = ['task.digests', 'run.summary'];
  expect(program.calls.slice(before).filter(([name]) => !reading.includes(name))).toEqual([]);
  expect(program.screen.store.getState().notices.map(({ message }) => message)).toEqual(['Nothing can be changed here.']);
  expect(program.screen.store.getState().notices[0]?.hint).toContain("Tasklane's terminal (process 7) writes to this data folder.");
});

test('once the writer has ended the screen says what to do, instead of naming a program that is gone', async () => {
  const program = await openReadOnly();
  program.emit({ type: 'writer.changed', writer: null });
  program.frame();
  const { writer, refusesChanges } = program.screen.store.getState();
  expect([writer, refusesChanges()]).toEqual([null, true]);
  expect(program.screen.store.getState().notices.at(-1)?.hint).toBe('The other Tasklane has ended: close this one and start it again to change things.');
});

test('what happened to the store stays told until it is put away, also after the connection came back', async () => {
  const program = await openReadOnly();
  expect(program.screen.store.getState().storeNotices.map(({ kind }) => kind)).toEqual(['upgraded']);
  program.screen.store.getState().dismissStoreNotice('The store was updated.');
  program.connection('connected');
  await program.settle();
  expect(program.screen.store.getState().dismissedStoreNotices).toEqual(['The store was updated.']);
});

test('at most three notices are shown, and an error outlasts what merely happened', async () => {
  const program = await openReadOnly();
  const { notify, report } = program.screen.store.getState();
  report(new Error('broken'));
  for (const message of ['one', 'two', 'three', 'four']) notify(message);
  expect(program.screen.store.getState().notices.map(({ message }) => message)).toEqual(['broken', 'three', 'four']);
});
