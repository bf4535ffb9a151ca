import { expect, test } from 'vitest';
import { eventually, headerOf, openProgram, taskRow, tasksChanged } from '../program.ts';

test('texts are asked for the rows on screen only, and again when a row changed', async () => {
  const program = await openProgram(headerOf());
  const { setVisible } = program.screen.store.getState();
  setVisible([0, 1, 2]);
  await eventually(() => expect(program.screen.store.getState().digests.size).toBe(3));
  expect(program.callsOf('task.digests')).toEqual([{ batchId: 'batch-1', runId: 'run-1', indices: [0, 1, 2] }]);
  program.answer('task.digests', ({ indices }) => indices.map((index) => ({ index, customId: `q${index}`, prompt: '', answer: 'done', error: '' })));
  program.emit(tasksChanged(taskRow(1, 'completed'), taskRow(8, 'completed')));
  program.frame();
  await eventually(() => expect(program.screen.store.getState().digests.get(1)?.digest.answer).toBe('done'));
  expect(program.callsOf('task.digests').slice(1)).toEqual([{ batchId: 'batch-1', runId: 'run-1', indices: [1] }]);
});

test('rows do not move or vanish while the run is on, and follow when it has stopped', async () => {
  const program = await openProgram(headerOf());
  program.emit(tasksChanged(taskRow(0, 'running'), taskRow(1, 'running')));
  program.frame();
  program.screen.store.getState().setFilter('running');
  program.emit(tasksChanged(taskRow(0, 'completed')));
  program.frame();
  expect([[...(program.screen.store.getState().order ?? [])], program.screen.store.getState().orderFrozen]).toEqual([[0, 1], true]);
  program.screen.store.getState().updateOrder();
  expect([...(program.screen.store.getState().order ?? [])]).toEqual([1]);
  program.emit(tasksChanged(taskRow(1, 'completed')), { type: 'run.changed', run: headerOf({ status: 'completed' }) });
  program.frame();
  expect([[...(program.screen.store.getState().order ?? [])], program.screen.store.getState().orderFrozen]).toEqual([[], false]);
});

test('a search waits for the last letter and shows what was found, in input order', async () => {
  const program = await openProgram(headerOf());
  program.answer('task.find', () => ({ indices: Uint32Array.from([2, 7]) }));
  for (const text of ['m', 'mo', 'moon']) program.screen.store.getState().setSearch(text);
  await eventually(() => expect([...(program.screen.store.getState().order ?? [])]).toEqual([2, 7]));
  expect(program.callsOf('task.find')).toEqual([{ batchId: 'batch-1', runId: 'run-1', text: 'moon' }]);
  program.screen.store.getState().setSearch('');
  expect(program.screen.store.getState().order).toBeNull();
});

test('a column sorts, turns, and goes back to input order', async () => {
  const program = await openProgram(headerOf({ status: 'completed' }));
  const steps = Array.from({ length: 3 }, () => {
    program.screen.store.getState().sortBy('time');
    const { sort, descending } = program.screen.store.getState();
    return [sort, descending];
  });
  expect(steps).toEqual([['time', true], ['time', false], ['input', false]]);
});

test('a range is selected in the order shown, not by number', async () => {
  const program = await openProgram(headerOf({ status: 'completed' }));
  const { select, extendSelection, selectAll, toggleSelected } = program.screen.store.getState();
  program.answer('task.find', () => ({ indices: Uint32Array.from([1, 4, 6, 9]) }));
  program.screen.store.getState().setSearch('x');
  await eventually(() => expect(program.screen.store.getState().order?.length).toBe(4));
  select([4], 4);
  extendSelection(9);
  expect([...program.screen.store.getState().selected]).toEqual([4, 6, 9]);
  toggleSelected(6);
  expect([...program.screen.store.getState().selected]).toEqual([4, 9]);
  selectAll();
  expect([...program.screen.store.getState().selected]).toEqual([1, 4, 6, 9]);
});

test('going to another batch forgets selection, search and order of the one before', async () => {
  const program = await openProgram(headerOf());
  program.screen.store.getState().select([1, 2], 1);
  program.screen.store.getState().setFilter('failed');
  await program.screen.store.getState().selectBatch('batch-1');
  const { selected, filter, order, search } = program.screen.store.getState();
  expect([selected.size, filter, order, search]).toEqual([0, 'all', null, '']);
});
