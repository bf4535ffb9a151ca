import { expect, test } from 'vitest';
import type { TaskDetail } from '../../../shared/contract/commands.ts';
import type { AppEvent } from '../../../shared/contract/events.ts';
import { eventually, headerOf, openProgram, taskRow, tasksChanged } from '../program.ts';
import type { Program } from '../program.ts';

function detail(index: number, output: string | null): TaskDetail {
  return { index, customId: `q${index}`, status: output === null ? 'running' : 'completed', vars: {}, prompt: 'p', system: '', output, finishReason: null, model: null, failure: null, flags: 0, edit: null, attempts: [], curl: '' };
}

function piece(offset: number, text: string, attempt = 1): AppEvent {
  return { type: 'answer.extended', runId: 'run-1', index: 2, attempt, offset, text };
}

async function openRunningTask(): Promise<Program> {
  const program = await openProgram(headerOf());
  program.answer('task.detail', ({ index }) => detail(index, null));
  program.emit(tasksChanged(taskRow(2, 'running')));
  program.frame();
  program.screen.store.getState().openTask(2);
  await program.settle();
  return program;
}

test('an open task streams its answer, and the stored one takes its place at the end', async () => {
  const program = await openRunningTask();
  expect(program.callsOf('task.watch')).toEqual([{ watcher: 'drawer-test', runId: 'run-1', indices: [2] }]);
  program.emit(piece(0, 'Hello '), piece(6, 'world'));
  program.frame();
  expect(program.screen.store.getState().liveAnswer).toEqual({ attempt: 1, text: 'Hello world' });
  program.answer('task.detail', ({ index }) => detail(index, 'Hello world.'));
  program.emit(tasksChanged(taskRow(2, 'completed')));
  program.frame();
  await eventually(() => expect(program.screen.store.getState().task?.output).toBe('Hello world.'));
});

test('a gap in the streamed text asks for all of it instead of showing text with a hole', async () => {
  const program = await openRunningTask();
  program.answer('task.watch', () => [{ index: 2, attempt: 1, text: 'Hello wor' }]);
  program.emit(piece(6, 'wor'));
  program.frame();
  await eventually(() => expect(program.screen.store.getState().liveAnswer).toEqual({ attempt: 1, text: 'Hello wor' }));
  program.emit(piece(9, 'ld'));
  program.frame();
  expect(program.screen.store.getState().liveAnswer?.text).toBe('Hello world');
});

test('text of a retry begins anew and text of another task is not shown', async () => {
  const program = await openRunningTask();
  program.emit(piece(0, 'first try'), piece(0, 'again', 2), { type: 'answer.extended', runId: 'run-1', index: 3, attempt: 1, offset: 0, text: 'other' });
  program.frame();
  expect(program.screen.store.getState().liveAnswer).toEqual({ attempt: 2, text: 'again' });
});

test('closing the drawer ends the watching, so that nothing is streamed for nobody', async () => {
  const program = await openRunningTask();
  program.screen.store.getState().closeTask();
  await program.settle();
  expect(program.callsOf('task.watch').at(-1)).toEqual({ watcher: 'drawer-test', runId: 'run-1', indices: [] });
  expect(program.screen.store.getState().taskIndex).toBeNull();
});

test('stepping stops at the ends of the list', async () => {
  const program = await openProgram(headerOf());
  program.answer('task.detail', ({ index }) => detail(index, null));
  const { openTask, stepTask } = program.screen.store.getState();
  openTask(0);
  stepTask(-1);
  expect(program.screen.store.getState().taskIndex).toBe(0);
  openTask(9);
  stepTask(1);
  expect(program.screen.store.getState().taskIndex).toBe(9);
  stepTask(-1);
  expect(program.screen.store.getState().taskIndex).toBe(8);
});

test('copying several selected answers joins them in input order', async () => {
  const program = await openProgram(headerOf({ status: 'completed' }));
  program.answer('task.detail', ({ index }) => detail(index, index === 5 ? null : `answer ${index}`));
  program.screen.store.getState().select([7, 2, 5], 2);
  await program.screen.store.getState().copyAnswer(2);
  expect(program.copied).toEqual(['answer 2\n\nanswer 7']);
});
