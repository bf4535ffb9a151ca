import { expect, test, vi } from 'vitest';
import { TasklaneError } from '../../../shared/errors.ts';
import { eventually, groupOf, headerOf, openProgram, tasksChanged, taskRow } from '../program.ts';

const FAILED = headerOf({ status: 'completed', completed: 6, failed: 4, queued: 0 });

test('the groups are asked for when the tab is opened, not before', async () => {
  const program = await openProgram(FAILED);
  program.answer('failure.groups', () => [groupOf('server', [1, 2, 5, 8])]);
  expect(program.callsOf('failure.groups')).toEqual([]);
  program.screen.store.getState().showTab('failures');
  await eventually(() => expect(program.screen.store.getState().failures).toEqual({ runId: 'run-1', groups: [groupOf('server', [1, 2, 5, 8])] }));
  expect(program.callsOf('failure.groups')).toEqual([{ runId: 'run-1' }]);
});

test('while a run fails all the time the groups follow, but not at every event', async () => {
  const program = await openProgram(headerOf({ failed: 1, queued: 9 }));
  program.answer('failure.groups', () => [groupOf('server', [0])]);
  program.screen.store.getState().showTab('failures');
  await program.settle();
  vi.useFakeTimers();
  for (let failed = 2; failed <= 9; failed += 1) {
    program.emit({ type: 'run.changed', run: headerOf({ failed, queued: 10 - failed }) });
    program.frame();
    await vi.advanceTimersByTimeAsync(100);
  }
  await vi.advanceTimersByTimeAsync(1000);
  vi.useRealTimers();
  const asked = program.callsOf('failure.groups').length;
  expect(asked).toBeGreaterThan(2);
  expect(asked).toBeLessThan(6);
});

test('on another tab nothing is asked, however many tasks fail', async () => {
  const program = await openProgram(headerOf({ failed: 1 }));
  program.screen.store.getState().showTab('charts');
  program.emit({ type: 'run.changed', run: headerOf({ failed: 5 }) });
  program.frame();
  await program.settle();
  expect(program.callsOf('failure.groups')).toEqual([]);
});

test('a refused question is a notice and is not asked again for ever', async () => {
  const program = await openProgram(FAILED);
  program.answer('failure.groups', () => Promise.reject(new TasklaneError('store_failed', 'The disk is gone.')));
  program.screen.store.getState().showTab('failures');
  await program.settle();
  await program.settle();
  expect(program.callsOf('failure.groups').length).toBe(1);
  expect(program.screen.store.getState().notices.map(({ message }) => message)).toEqual(['The disk is gone.']);
});

test('a new run does not show the failures of the one before', async () => {
  const program = await openProgram(FAILED);
  program.answer('failure.groups', () => [groupOf('server', [1])]);
  program.screen.store.getState().showTab('failures');
  await eventually(() => expect(program.screen.store.getState().failures?.groups.length).toBe(1));
  program.answer('run.snapshot', async ({ runId }) => ({ ...(await snapshot()), run: headerOf({ runId, failed: 0 }) }));
  const snapshot = () => openProgram(headerOf()).then((other) => other.client.call('run.snapshot', { runId: 'run-2' }));
  await program.screen.intake.openRun('run-2');
  await eventually(() => expect(program.screen.store.getState().failures).toEqual({ runId: 'run-2', groups: [] }));
  expect(program.callsOf('failure.groups').length).toBe(1);
});

test('a retry that fails again within one update asks for the groups anew, though as many tasks have failed as before', async () => {
  const program = await openProgram(FAILED);
  program.answer('failure.groups', () => [groupOf('server', [1, 2, 5, 8])]);
  program.emit(tasksChanged(...[1, 2, 5, 8].map((index) => taskRow(index, 'failed'))));
  program.frame();
  program.screen.store.getState().showTab('failures');
  await eventually(() => expect(program.screen.store.getState().failures?.groups.length).toBe(1));
  program.answer('failure.groups', () => [groupOf('server', [1, 5, 8]), groupOf('timeout', [2])]);
  program.emit(tasksChanged(taskRow(2, 'failed', { attempts: 2 })), { type: 'run.changed', run: { ...FAILED, attempts: 11 } });
  program.frame();
  await eventually(() => expect(program.screen.store.getState().failures?.groups.length).toBe(2));
});

test('tasks that complete do not make the groups be asked for again', async () => {
  const program = await openProgram(headerOf({ failed: 1, queued: 9 }));
  program.answer('failure.groups', () => [groupOf('server', [0])]);
  program.emit(tasksChanged(taskRow(0, 'failed')));
  program.frame();
  program.screen.store.getState().showTab('failures');
  await eventually(() => expect(program.callsOf('failure.groups').length).toBe(1));
  await program.settle();
  vi.useFakeTimers();
  program.emit(tasksChanged(taskRow(1, 'completed'), taskRow(2, 'running')), { type: 'run.changed', run: headerOf({ failed: 1, completed: 1, running: 1, queued: 7, attempts: 3 }) });
  program.frame();
  await vi.advanceTimersByTimeAsync(2000);
  vi.useRealTimers();
  expect(program.callsOf('failure.groups').length).toBe(1);
});
