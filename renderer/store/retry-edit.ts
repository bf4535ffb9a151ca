import type { TaskDetail, Vars } from '../../shared/contract/commands.ts';
import { MAX_TOKENS_LIMIT } from '../../shared/vocabulary.ts';
import type { RunSettings, TaskEdit } from '../../shared/vocabulary.ts';
import { promptProblem } from './prompt-problem.ts';

/** What can be changed before failed tasks are sent again. */
export interface EditForm {
  readonly template: string;
  /** The whole prompt as it is sent, for one task. */
  readonly prompt: string;
  readonly system: string;
  readonly model: string;
  readonly maxTokens: number | null;
  readonly temperature: number | null;
  readonly timeoutMs: number;
}
export type EditField = keyof EditForm;

/** Failed tasks on their way to being sent again with something changed. */
export interface RetryEditing {
  readonly indices: readonly number[];
  /** The first of them, by which the prompt is shown. */
  readonly example: { readonly index: number; readonly customId: string; readonly vars: Vars };
  /** `prompt` writes the prompt of one task by hand, `template` changes what all prompts are made of. */
  readonly mode: 'template' | 'prompt';
  /** What was sent last. */
  readonly before: EditForm;
  readonly form: EditForm;
  /** Some of several tasks were changed before, so that everything shown has to be sent along. */
  readonly mixed: boolean;
  /** The prompt of the one task was written by hand before. */
  readonly byHand: boolean;
  /** Field that gets the focus. */
  readonly focus: EditField;
}

export const EDIT_FIELD_LABELS = {
  template: 'prompt template',
  prompt: 'prompt',
  system: 'system prompt',
  model: 'model',
  maxTokens: 'max tokens',
  temperature: 'temperature',
  timeoutMs: 'timeout',
} as const satisfies Record<EditField, string>;

/** Limits that were too low are proposed at twice their value. */
const RAISE_FACTOR = 2;
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/**
 * Begins an edit with what was sent last for the first of the tasks: the run's own settings, with earlier edits over them.
 * `focus` on a limit proposes a higher one. `mixed`: whether any of the tasks was changed before.
 */
export function beginEdit(settings: RunSettings, { index, customId, vars, prompt, edit }: TaskDetail, columns: readonly string[], { indices, focus, mixed }: Pick<RetryEditing, 'indices' | 'focus' | 'mixed'>): RetryEditing {
  const before: EditForm = {
    template: edit?.template ?? settings.template,
    prompt,
    system: edit?.system ?? settings.system,
    model: edit?.model ?? settings.model,
    maxTokens: edit?.maxTokens ?? settings.maxTokens,
    temperature: edit?.temperature ?? settings.temperature,
    timeoutMs: edit?.timeoutMs ?? settings.timeoutMs,
  };
  const alone = indices.length === 1;
  return {
    indices,
    example: { index, customId, vars: withColumns(vars, columns) },
    mode: alone && focus === 'prompt' ? 'prompt' : 'template',
    before,
    form: {
      ...before,
      ...(focus === 'timeoutMs' ? { timeoutMs: Math.min(TIMEOUT_MAX_MS, before.timeoutMs * RAISE_FACTOR) } : {}),
      ...(focus === 'maxTokens' && before.maxTokens !== null ? { maxTokens: Math.min(MAX_TOKENS_LIMIT, before.maxTokens * RAISE_FACTOR) } : {}),
    },
    mixed: mixed && !alone,
    byHand: alone && edit !== null && edit.prompt !== null,
    focus,
  };
}

/** Rows of JSON lines may lack a column that others have: it counts as empty, as when it is sent. */
function withColumns(vars: Vars, columns: readonly string[]): Vars {
  const complete: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const column of columns) complete[column] = Object.hasOwn(vars, column) ? (vars[column] ?? '') : '';
  return complete;
}

/** The fields whose value will be another, in the order of the form. */
export function changedFields({ mode, before, form, byHand }: RetryEditing): readonly EditField[] {
  const fields: readonly EditField[] = [mode, 'system', 'model', 'maxTokens', 'temperature', 'timeoutMs'];
  return fields.filter((field) => form[field] !== before[field] || (field === 'template' && byHand));
}

/** What goes along with the retry; only what was changed, the rest is left as it was. Null when nothing was. */
export function taskEditOf(editing: RetryEditing): TaskEdit | null {
  const changed = changedFields(editing);
  if (changed.length === 0) return null;
  const { form, mode, mixed } = editing;
  const value = <K extends EditField>(field: K): EditForm[K] | null => (mixed || changed.includes(field) ? form[field] : null);
  const model = value('model');
  return {
    prompt: mode === 'prompt' ? value('prompt') : null,
    template: mode === 'template' ? value('template') : null,
    system: value('system'),
    model: model === '' ? null : model,
    maxTokens: value('maxTokens'),
    temperature: value('temperature'),
    timeoutMs: value('timeoutMs'),
  };
}

/** Why it can't be sent as it stands, in a sentence; null when it can. */
export function editProblem(editing: RetryEditing, columns: readonly string[]): string | null {
  const { form, before, mode } = editing;
  const problem = promptProblem(mode === 'prompt' && form.prompt.trim() !== '' ? 'text' : form[mode], form.system, columns);
  if (problem !== null) return problem;
  if (form.model.trim() === '' && before.model !== '') return 'No model is named.';
  return changedFields(editing).length === 0 ? 'Nothing is changed yet.' : null;
}

/** What an edit changed, for people: short values as they are, texts apart. */
export function editParts(edit: TaskEdit): readonly { readonly field: EditField; readonly value: string; readonly isText: boolean }[] {
  const parts: { field: EditField; value: string; isText: boolean }[] = [];
  for (const field of ['prompt', 'template', 'system', 'model', 'maxTokens', 'temperature', 'timeoutMs'] as const) {
    const value = edit[field];
    if (value === null) continue;
    parts.push({ field, value: field === 'timeoutMs' ? `${Number(value) / 1000} s` : String(value), isText: field === 'prompt' || field === 'template' || field === 'system' });
  }
  return parts;
}
