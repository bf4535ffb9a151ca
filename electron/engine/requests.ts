import type { Vars } from '../../shared/contract/commands.ts';
import { compileTemplate } from '../../shared/template/template.ts';
import type { RunSettings, TaskEdit } from '../../shared/vocabulary.ts';
import type { AttemptRequest } from '../executors/executor.ts';

/** A run's settings as they are for a task that a person changed. */
export function withEdit(settings: RunSettings, edit: TaskEdit | null): RunSettings {
  if (!edit) return settings;
  return {
    ...settings,
    template: edit.template ?? settings.template,
    system: edit.system ?? settings.system,
    model: edit.model ?? settings.model,
    maxTokens: edit.maxTokens ?? settings.maxTokens,
    temperature: edit.temperature ?? settings.temperature,
    timeoutMs: edit.timeoutMs ?? settings.timeoutMs,
  };
}

type Input = { readonly vars: Vars; readonly edit: TaskEdit | null };

/** Makes the request of a task from a run's settings, and from what a person changed for that task. */
export function createRequests(settings: RunSettings, columns: readonly string[]): (task: Input) => AttemptRequest {
  const renderPrompt = compileTemplate(settings.template);
  const renderSystem = compileTemplate(settings.system);
  let edited = { template: settings.template, render: renderPrompt };
  /** A group of tasks that was changed together has one template: it is parsed once. */
  const promptRenderer = (template: string): typeof renderPrompt => {
    if (template === settings.template) return renderPrompt;
    if (edited.template !== template) edited = { template, render: compileTemplate(template) };
    return edited.render;
  };
  return ({ vars: own, edit }) => {
    const vars = completeVars(own, columns);
    const { template, system, model, maxTokens, temperature, stream, timeoutMs } = withEdit(settings, edit);
    const systemOf = system === settings.system ? renderSystem : compileTemplate(system);
    return { prompt: edit?.prompt ?? promptRenderer(template)(vars), system: systemOf(vars), model, maxTokens, temperature, stream, timeoutMs };
  };
}

/** Rows of JSON lines may lack a column that others have: it counts as empty. */
function completeVars(vars: Vars, columns: readonly string[]): Vars {
  if (columns.every((column) => Object.hasOwn(vars, column))) return vars;
  const complete: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const column of columns) complete[column] = Object.hasOwn(vars, column) ? (vars[column] ?? '') : '';
  return complete;
}
