import { expect, test } from 'vitest';
import { attemptPatchOf, taskPatchOf } from '../../../shared/contract/columns.ts';
import { rowStatusAt } from '../../../renderer/store/table-order.ts';
import { headerOf, openProgram, startProgram, taskRow, tasksChanged } from '../program.ts';
import type { Program } from '../program.ts';

function statusOf(program: Program, index: number): string {
  return rowStatusAt(program.screen.store.getState().runState?.tasks ?? null, index);
}

test('the screen opens the newest batch and its newest run from snapshots', async () => {
  const program = await openProgram(headerOf({ completed: 2 }));
  const state = program.screen.store.getState();
  expect([state.phase, state.batchId, state.detail?.name, state.runState?.run.completed, state.providers.length]).toEqual(['ready', 'batch-1', 'Questions', 2, 1]);
});

test('many event batches are applied once per frame, and only then', async () => {
  const program = await openProgram(headerOf());
  let changes = 0;
  program.screen.store.subscribe((state, before) => {
    if (state.runState !== before.runState) changes += 1;
  });
  program.emit(tasksChanged(taskRow(0, 'running')));
  program.emit(tasksChanged(taskRow(0, 'completed')));
  program.emit({ type: 'run.changed', run: headerOf({ completed: 1, outputTokens: 40 }) });
  expect([changes, statusOf(program, 0)]).toEqual([0, 'queued']);
  expect(program.frame()).toBe(1);
  expect([changes, statusOf(program, 0), program.screen.store.getState().runState?.run.completed]).toEqual([1, 'completed', 1]);
});

test('a gap in the numbers asks for both snapshots again instead of showing a state with holes', async () => {
  const program = await openProgram(headerOf());
  program.emit(tasksChanged(taskRow(0, 'running')));
  program.answer('run.snapshot', ({ runId }) => ({ seq: 5, run: headerOf({ runId, completed: 3 }), tasks: taskPatchOf([taskRow(0, 'completed'), taskRow(1, 'completed'), taskRow(2, 'completed')]), attempts: attemptPatchOf([]) }));
  const asked = program.callsOf('run.snapshot').length;
  program.emitNumbered(5, tasksChanged(taskRow(2, 'completed')));
  program.frame();
  await program.settle();
  program.frame();
  expect([program.callsOf('run.snapshot').length - asked, program.callsOf('app.snapshot').length]).toEqual([1, 2]);
  expect([statusOf(program, 0), statusOf(program, 1), program.screen.store.getState().runState?.run.completed]).toEqual(['completed', 'completed', 3]);
});

test('events that a snapshot holds already are not laid over it', async () => {
  const program = await openProgram(headerOf());
  let release: (() => void) | null = null;
  program.answer('run.snapshot', ({ runId }) => new Promise((resolve) => {
    release = () => resolve({ seq: 2, run: headerOf({ runId }), tasks: taskPatchOf([taskRow(0, 'completed')]), attempts: attemptPatchOf([]) });
  }));
  const opening = program.screen.intake.openRun('run-1');
  await program.settle();
  program.emit(tasksChanged(taskRow(0, 'running')));
  program.emit(tasksChanged(taskRow(0, 'completed')));
  program.emit(tasksChanged(taskRow(1, 'running')));
  program.frame();
  (release as (() => void) | null)?.();
  await opening;
  program.frame();
  expect([statusOf(program, 0), statusOf(program, 1)]).toEqual(['completed', 'running']);
});

test('a connection that comes back is followed by fresh snapshots, since events were missed', async () => {
  const program = await openProgram(headerOf());
  program.connection('lost');
  expect(program.screen.store.getState().connection).toBe('lost');
  program.answer('run.snapshot', ({ runId }) => ({ seq: 0, run: headerOf({ runId, status: 'completed', completed: 10, queued: 0 }), tasks: taskPatchOf([]), attempts: attemptPatchOf([]) }));
  program.connection('connected');
  await program.settle();
  expect([program.screen.store.getState().connection, program.screen.store.getState().runState?.run.status]).toEqual(['connected', 'completed']);
});

test('a program that does not answer at the start is a full page with its words, not an empty screen', async () => {
  const program = startProgram();
  program.answer('app.snapshot', () => Promise.reject(new Error('no answer')));
  program.connection('connected');
  await program.settle();
  expect(program.screen.store.getState()).toMatchObject({ phase: 'failed', failure: { code: 'internal', message: 'no answer' } });
});

test('a run that another window started for the batch on screen is shown here too', async () => {
  const program = await openProgram();
  program.emit({ type: 'run.changed', run: headerOf({ runId: 'run-2', createdAt: '2026-02-01T00:00:00.000Z' }) });
  program.frame();
  await program.settle();
  const state = program.screen.store.getState();
  expect([state.runState?.run.runId, state.batches[0]?.latestRun?.runId]).toEqual(['run-2', 'run-2']);
});

test('runs of other batches change the list, never the run on screen', async () => {
  const program = await openProgram(headerOf());
  const before = program.screen.store.getState().runState;
  program.emit({ type: 'run.changed', run: headerOf({ runId: 'run-9', batchId: 'batch-9' }) }, { type: 'tasks.changed', runId: 'run-9', tasks: taskPatchOf([taskRow(0, 'failed')]) });
  program.frame();
  expect(program.screen.store.getState().runState).toBe(before);
});
