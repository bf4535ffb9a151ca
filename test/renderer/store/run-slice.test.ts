import { expect, test, vi } from 'vitest';
import { TasklaneError } from '../../../shared/errors.ts';
import { FAILURE_CLASSES } from '../../../shared/vocabulary.ts';
import { attemptPatchOf, taskPatchOf } from '../../../shared/contract/columns.ts';
import { runChoices } from '../../../renderer/store/run-list.ts';
import { detailOf, eventually, headerOf, openProgram, taskRow, tasksChanged } from '../program.ts';

test('dragging the slider sends few commands but always the last value', async () => {
  const program = await openProgram(headerOf());
  vi.useFakeTimers();
  const { setConcurrency } = program.screen.store.getState();
  for (const value of [5, 6, 7, 8, 9, 16]) setConcurrency(value);
  expect(program.screen.store.getState().requestedConcurrency).toBe(16);
  await vi.advanceTimersByTimeAsync(100);
  vi.useRealTimers();
  expect(program.callsOf('run.setConcurrency')).toEqual([{ runId: 'run-1', concurrency: 16 }]);
});

test('what was asked for is shown until the run confirms it', async () => {
  const program = await openProgram(headerOf());
  program.screen.store.getState().setConcurrency(16);
  program.emit({ type: 'run.changed', run: headerOf({ activeMs: 5 }) });
  program.frame();
  expect(program.screen.store.getState().requestedConcurrency).toBe(16);
  program.emit({ type: 'run.changed', run: headerOf({ settings: { ...headerOf().settings, concurrency: 16 } }) });
  program.frame();
  expect(program.screen.store.getState().requestedConcurrency).toBeNull();
});

test('before a run the slider edits the draft, and the draft is saved before the run starts', async () => {
  const program = await openProgram();
  program.screen.store.getState().setConcurrency(12);
  program.screen.store.getState().editDraft({ template: 'Answer: {{question}}' });
  await program.screen.store.getState().start(3);
  const names = program.calls.map(([name]) => name).filter((name) => name === 'batch.update' || name === 'run.start' || name === 'run.setConcurrency');
  expect(names).toEqual(['batch.update', 'run.start']);
  expect(program.callsOf('batch.update')[0]?.draft).toMatchObject({ concurrency: 12, template: 'Answer: {{question}}' });
  expect(program.callsOf('run.start')).toEqual([{ batchId: 'batch-1', limit: 3 }]);
});

test('a concurrency moved while the start is on its way reaches the run, rather than only the next one', async () => {
  const program = await openProgram();
  const started = program.screen.store.getState().start(null);
  program.screen.store.getState().setConcurrency(16);
  await started;
  await vi.waitFor(() => expect(program.callsOf('run.setConcurrency')).toMatchObject([{ concurrency: 16 }]));
});

test('a draft that could not be saved starts no run with another prompt', async () => {
  const program = await openProgram();
  program.answer('batch.update', () => Promise.reject(new TasklaneError('store_failed', 'The disk is full.', 'Free some space.')));
  program.screen.store.getState().editDraft({ template: 'New' });
  await program.screen.store.getState().start(null);
  expect(program.callsOf('run.start')).toEqual([]);
  expect(program.screen.store.getState().notices).toMatchObject([{ kind: 'error', code: 'store_failed', message: 'The disk is full.', hint: 'Free some space.' }]);
});

test('two clicks on a button send one command', async () => {
  const program = await openProgram();
  const { start } = program.screen.store.getState();
  await Promise.all([start(null), start(null)]);
  expect(program.callsOf('run.start').length).toBe(1);
});

test('the summary is fetched when the run stops, and dropped when it goes on', async () => {
  const program = await openProgram(headerOf());
  expect(program.screen.store.getState().summary).toBeNull();
  program.emit({ type: 'run.changed', run: headerOf({ status: 'completed', completed: 10, queued: 0 }) });
  program.frame();
  await eventually(() => expect(program.screen.store.getState().summary?.speedupEstimated).toBe(2.4));
  program.emit({ type: 'run.changed', run: headerOf({ status: 'running' }) });
  program.frame();
  expect(program.screen.store.getState().summary).toBeNull();
});

test('Ctrl+Enter resumes a paused run, goes on after a trial, and asks before all is sent again', async () => {
  const paused = await openProgram(headerOf({ status: 'paused', stopReason: 'user' }));
  await paused.screen.store.getState().startOrResume();
  expect(paused.callsOf('run.resume')).toEqual([{ runId: 'run-1' }]);

  const trial = await openProgram(headerOf({ status: 'completed', total: 3, completed: 3, queued: 0 }));
  await trial.screen.store.getState().startOrResume();
  expect(trial.callsOf('run.start')).toEqual([{ batchId: 'batch-1', limit: null }]);

  const done = await openProgram(headerOf({ status: 'completed', completed: 10, queued: 0 }));
  await done.screen.store.getState().startOrResume();
  expect([done.callsOf('run.start'), done.screen.store.getState().dialog]).toEqual([[], 'startAgain']);
});

test('retrying in a paused run says that nothing is sent yet', async () => {
  const program = await openProgram(headerOf({ status: 'paused', stopReason: 'user', failed: 2 }));
  program.answer('run.retry', () => ({ count: 2 }));
  await program.screen.store.getState().retry(null);
  expect(program.screen.store.getState().notices).toMatchObject([{ message: '2 tasks queued again.', hint: 'The run is paused: resume it to send them.' }]);
});

test('retry all leaves out what is bound to fail again, and shows why where that is everything', async () => {
  const program = await openProgram(headerOf({ status: 'completed', completed: 8, failed: 2, queued: 0 }));
  program.answer('run.retry', () => ({ count: 1 }));
  program.answer('failure.groups', () => []);
  const tooLong = FAILURE_CLASSES.indexOf('context_length') + 1;
  program.emit(tasksChanged(taskRow(1, 'failed', { failure: tooLong }), taskRow(4, 'failed', { failure: FAILURE_CLASSES.indexOf('server') + 1 })));
  program.frame();
  await program.screen.store.getState().retryFailed();
  expect(program.callsOf('run.retry')).toEqual([{ runId: 'run-1', indices: [4], edit: null, concurrency: null }]);
  program.emit(tasksChanged(taskRow(4, 'failed', { failure: tooLong })));
  program.frame();
  await program.screen.store.getState().retryFailed();
  expect([program.callsOf('run.retry').length, program.screen.store.getState().tab]).toEqual([1, 'failures']);
});

test('an earlier run can be put on screen for its results, and what is done then is done with that run', async () => {
  const newer = headerOf({ runId: 'run-2', status: 'completed', completed: 10, queued: 0, createdAt: '2026-01-02T00:00:00.000Z' });
  const older = headerOf({ status: 'completed', total: 3, completed: 2, failed: 1, queued: 0 });
  const program = await openProgram(older);
  program.answer('batch.get', () => detailOf({ runs: [newer, older] }));
  program.answer('run.snapshot', ({ runId }) => ({ seq: 0, run: runId === 'run-2' ? newer : older, tasks: taskPatchOf([taskRow(1, 'failed')]), attempts: attemptPatchOf([]) }));
  await program.screen.store.getState().selectBatch('batch-1');
  program.screen.store.getState().openTask(5);
  expect(program.screen.store.getState().runState?.run.runId).toBe('run-2');

  await program.screen.store.getState().showRun('run-1');
  await program.settle();
  const { runState, taskIndex, summary } = program.screen.store.getState();
  expect([runState?.run.runId, taskIndex, summary?.runId]).toEqual(['run-1', null, 'run-1']);
  expect(runChoices([newer, older]).map(({ number, outcome }) => [number, outcome])).toEqual([[2, 'Finished, 10 of 10 done'], [1, 'Finished, 2 of 3 done, 1 failed']]);
  await program.screen.store.getState().retry(null);
  expect(program.callsOf('run.retry')).toMatchObject([{ runId: 'run-1' }]);

  // The newer one goes on changing without taking the screen.
  program.emit({ type: 'run.changed', run: { ...newer, completed: 9, failed: 1 } });
  program.frame();
  expect(program.screen.store.getState().runState?.run.runId).toBe('run-1');
  expect(program.screen.store.getState().detail?.runs[0]?.failed).toBe(1);
});

test('Start on an earlier trial asks first: only the newest trial goes on without sending everything again', async () => {
  const newer = headerOf({ runId: 'run-2', status: 'completed', completed: 10, queued: 0 });
  const trial = headerOf({ status: 'completed', total: 3, completed: 3, queued: 0 });
  const program = await openProgram(trial);
  program.answer('batch.get', () => detailOf({ runs: [newer, trial] }));
  program.answer('run.snapshot', ({ runId }) => ({ seq: 0, run: runId === 'run-2' ? newer : trial, tasks: taskPatchOf([]), attempts: attemptPatchOf([]) }));
  await program.screen.store.getState().selectBatch('batch-1');
  await program.screen.store.getState().showRun('run-1');
  await program.screen.store.getState().startOrResume();
  expect(program.callsOf('run.start')).toEqual([]);
  expect(program.screen.store.getState().dialog).toBe('startAgain');
});
