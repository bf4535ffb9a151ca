import { TasklaneError } from '../../shared/errors.ts';
import type { RunSettings, TaskEdit } from '../../shared/vocabulary.ts';
import type { Requeued } from '../store/dead-letters.ts';
import type { Store } from '../store/open.ts';

/**
 * Puts failed tasks (all, or the named failed and cancelled ones) back into the queue, in the store; with `edit`, what is
 * sent for them changes, on top of what was changed before. Throws `usage` for a prompt by hand on several tasks.
 */
export function requeueTasks({ journal, runs, deadLetters }: Store, runId: string, indices: readonly number[] | null, edit: TaskEdit | null): Requeued {
  checkPromptByHand(edit, indices);
  journal.flush();
  const { settings } = runs.get(runId);
  return deadLetters.requeue(runId, indices, edit ? (earlier) => joinEdits(settings, earlier, edit) : undefined);
}

/** A prompt written by hand is for one task. Throws `usage` for several. */
export function checkPromptByHand(edit: TaskEdit | null, indices: readonly number[] | null): void {
  if (edit === null || edit.prompt === null || indices?.length === 1) return;
  throw new TasklaneError('usage', `Expected one task for a prompt written by hand, got ${indices?.length ?? 'all failed ones'}.`, 'Change the template instead, which is rendered for each task.');
}

/**
 * What is different for a task after one more change; null when nothing is. The later edit counts where it says
 * something, a new template takes the place of a prompt that was written by hand, and what is as in the run's settings
 * is no change.
 */
export function joinEdits(settings: RunSettings, earlier: TaskEdit | null, later: TaskEdit): TaskEdit | null {
  const other = <T>(value: T | null | undefined, own: T | null): T | null => (value === undefined || value === own ? null : value);
  const joined: TaskEdit = {
    prompt: later.prompt ?? (later.template === null ? (earlier?.prompt ?? null) : null),
    template: other(later.template ?? earlier?.template, settings.template),
    system: other(later.system ?? earlier?.system, settings.system),
    model: other(later.model ?? earlier?.model, settings.model),
    maxTokens: other(later.maxTokens ?? earlier?.maxTokens, settings.maxTokens),
    temperature: other(later.temperature ?? earlier?.temperature, settings.temperature),
    timeoutMs: other(later.timeoutMs ?? earlier?.timeoutMs, settings.timeoutMs),
  };
  return Object.values(joined).every((value) => value === null) ? null : joined;
}
