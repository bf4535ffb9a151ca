import { expect, test } from 'vitest';
import { TasklaneError } from '../../../shared/errors.ts';
import { beginEdit, changedFields, editParts, editProblem, taskEditOf } from '../../../renderer/store/retry-edit.ts';
import { commandSchemas } from '../../../shared/contract/schemas.ts';
import type { RetryEditing } from '../../../renderer/store/retry-edit.ts';
import type { TaskEdit } from '../../../shared/vocabulary.ts';
import { failedTask, headerOf, openProgram, taskRow, tasksChanged } from '../program.ts';

const COLUMNS = ['id', 'question'];
const NOTHING: TaskEdit = { prompt: null, template: null, system: null, model: null, maxTokens: null, temperature: null, timeoutMs: null };
const { settings } = headerOf();

function begin(change: Partial<Parameters<typeof beginEdit>[3]> = {}, edit: TaskEdit | null = null): RetryEditing {
  return beginEdit({ ...settings, maxTokens: 100 }, { ...failedTask(3), edit }, COLUMNS, { indices: [3, 4], focus: 'template', mixed: false, ...change });
}
function changed(editing: RetryEditing, form: Partial<RetryEditing['form']>): RetryEditing {
  return { ...editing, form: { ...editing.form, ...form } };
}

test('only what was changed is sent along, so that the rest stays the run\'s own', () => {
  const editing = changed(begin(), { template: 'Briefly: {{question}}', maxTokens: 300 });
  expect(taskEditOf(editing)).toEqual({ ...NOTHING, template: 'Briefly: {{question}}', maxTokens: 300 });
  expect(changedFields(editing)).toEqual(['template', 'maxTokens']);
  expect([taskEditOf(begin()), editProblem(begin(), COLUMNS)]).toEqual([null, 'Nothing is changed yet.']);
});

test('a field put back to what it was is no change, or answers would be marked for nothing', () => {
  expect(taskEditOf(changed(changed(begin(), { model: 'other' }), { model: settings.model }))).toBeNull();
});

test('a missing variable blocks and is named, in the template and in the system prompt', () => {
  expect(editProblem(changed(begin(), { template: 'Say {{qestion}}' }), COLUMNS)).toBe('The prompt names {{qestion}}, but there is no such column.');
  expect(editProblem(changed(begin(), { system: 'For {{customer}}' }), COLUMNS)).toBe('The prompt names {{customer}}, but there is no such column.');
  expect(editProblem(changed(begin(), { template: '  ' }), COLUMNS)).toBe('The prompt is empty.');
  expect(editProblem(changed(begin(), { model: ' ' }), COLUMNS)).toBe('No model is named.');
});

test('the prompt of one task is sent as it was written, though it holds {{placeholders}}', () => {
  const editing = changed(begin({ indices: [3], focus: 'prompt' }), { prompt: 'Explain {{mustache}}' });
  expect([editing.mode, editProblem(editing, COLUMNS), taskEditOf(editing)]).toEqual(['prompt', null, { ...NOTHING, prompt: 'Explain {{mustache}}' }]);
  expect(editProblem(changed(editing, { prompt: ' ' }), COLUMNS)).toBe('The prompt is empty.');
});

test('going back to the template replaces a prompt that was written by hand earlier', () => {
  const byHand = begin({ indices: [3], focus: 'template' }, { ...NOTHING, prompt: 'by hand' });
  expect(taskEditOf(byHand)).toEqual({ ...NOTHING, template: settings.template });
});

test('of tasks that were changed before everything shown is sent, so that no older edit hides under the new one', () => {
  const editing = changed(begin({ mixed: true }, { ...NOTHING, template: 'Earlier: {{question}}', model: 'm-2' }), { temperature: 0.5 });
  expect(taskEditOf(editing)).toEqual({ prompt: null, template: 'Earlier: {{question}}', system: '', model: 'm-2', maxTokens: 100, temperature: 0.5, timeoutMs: 120_000 });
});

test('a proposed limit never passes what the program accepts, or sending it would only be refused', () => {
  const { edit } = commandSchemas['run.retry'].shape;
  const proposed = begin({ focus: 'maxTokens' }, { ...NOTHING, maxTokens: 9_000_000 });
  expect(taskEditOf(proposed)).toEqual({ ...NOTHING, maxTokens: 10_000_000 });
  expect(edit.safeParse(taskEditOf(proposed)).success).toBe(true);
  expect(edit.safeParse({ ...NOTHING, maxTokens: 10_000_001 }).success).toBe(false);
});

test('a limit that was too low is proposed at twice its value', () => {
  expect(taskEditOf(begin({ focus: 'timeoutMs' }))).toEqual({ ...NOTHING, timeoutMs: 240_000 });
  expect(taskEditOf(begin({ focus: 'maxTokens' }))).toEqual({ ...NOTHING, maxTokens: 200 });
});

test('what was changed for an attempt is said in words, texts apart from values', () => {
  expect(editParts({ ...NOTHING, template: 'T', maxTokens: 50, timeoutMs: 1500 })).toEqual([
    { field: 'template', value: 'T', isText: true },
    { field: 'maxTokens', value: '50', isText: false },
    { field: 'timeoutMs', value: '1.5 s', isText: false },
  ]);
});

test('the sheet opens with what was sent, sends the edit with the retry and closes', async () => {
  const program = await openProgram(headerOf({ status: 'completed', failed: 2, completed: 8, queued: 0 }));
  program.answer('task.detail', ({ index }) => failedTask(index));
  program.answer('run.retry', ({ indices }) => ({ count: indices?.length ?? 0 }));
  program.emit(tasksChanged(taskRow(3, 'failed'), taskRow(4, 'failed')));
  program.frame();
  const { openEdit, changeEdit, retryEdited } = program.screen.store.getState();
  await openEdit([3, 4], 'template');
  expect(program.screen.store.getState().editing?.example).toMatchObject({ index: 3, customId: 'q3' });
  await retryEdited();
  expect(program.callsOf('run.retry')).toEqual([]);
  changeEdit({ template: 'Short: {{question}}' });
  await retryEdited();
  expect(program.callsOf('run.retry')).toEqual([{ runId: 'run-1', indices: [3, 4], edit: { ...NOTHING, template: 'Short: {{question}}' }, concurrency: null }]);
  expect(program.screen.store.getState().editing).toBeNull();
});

test('a retry that is refused keeps the sheet open, so that nothing written is lost', async () => {
  const program = await openProgram(headerOf({ status: 'completed', failed: 1 }));
  program.answer('task.detail', ({ index }) => failedTask(index));
  program.answer('run.retry', () => Promise.reject(new TasklaneError('store_failed', 'The disk is full.')));
  const { openEdit, changeEdit, retryEdited } = program.screen.store.getState();
  await openEdit([3], 'prompt');
  changeEdit({ prompt: 'long work' });
  await retryEdited();
  expect(program.screen.store.getState().editing?.form.prompt).toBe('long work');
});
