import type { TaskDetail, TaskDigest } from '../../shared/contract/commands.ts';
import type { Vars } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { compileTemplate, missingVariables } from '../../shared/template/template.ts';
import type { RunHeader, RunSettings } from '../../shared/vocabulary.ts';
import { withEdit } from '../engine/requests.ts';
import type { Store } from '../store/open.ts';

const DIGEST_LENGTH = 200;

/** Short texts of tasks for a list: prompt, answer, error. */
export function taskDigests(store: Store, batchId: string, run: RunHeader | null, indices: readonly number[], partial: (index: number) => string | null): readonly TaskDigest[] {
  const { columns, draft } = store.batches.get(batchId);
  const render = rendererOf(run?.settings.template ?? draft.template, columns);
  const promptOf = (index: number, vars: Vars): string => {
    const edit = run ? store.deadLetters.editOf(run.runId, index) : null;
    return edit?.prompt ?? (edit?.template ? rendererOf(edit.template, columns)(vars) : render(vars));
  };
  return store.batches.rowsAt(batchId, indices).map(({ index, customId, vars }) => ({
    index,
    customId,
    prompt: promptOf(index, vars).slice(0, DIGEST_LENGTH),
    answer: run ? (partial(index)?.slice(0, DIGEST_LENGTH) ?? store.results.digest(run.runId, index, DIGEST_LENGTH)) : '',
    error: run ? (store.runTasks.standing(run.runId, index).failure?.message ?? '') : '',
  }));
}

/** Everything about one task of a run. Throws `task_not_found`. */
export function taskDetail(store: Store, run: RunHeader, index: number, partial: string | null): TaskDetail {
  const { columns } = store.batches.get(run.batchId);
  const [task] = store.batches.rowsAt(run.batchId, [index]);
  if (!task || index >= run.total) throw new TasklaneError('task_not_found', `Run ${run.runId} has no task ${index + 1}; it has ${run.total}.`);
  const standing = store.runTasks.standing(run.runId, index);
  const result = store.results.get(run.runId, index);
  const edit = store.deadLetters.editOf(run.runId, index);
  const settings = withEdit(run.settings, edit);
  const prompt = edit?.prompt ?? rendererOf(settings.template, columns)(task.vars);
  const system = rendererOf(settings.system, columns)(task.vars);
  return {
    index,
    customId: task.customId,
    status: standing.status,
    vars: task.vars,
    prompt,
    system,
    output: partial ?? result?.output ?? null,
    finishReason: result?.finishReason ?? null,
    model: result?.model ?? null,
    failure: standing.failure,
    flags: standing.flags,
    edit,
    attempts: store.runTasks.attemptsOf(run.runId, index),
    curl: curlCommand(settings, prompt, system),
  };
}

/** Renders for reading: a column that a row lacks is empty, an unknown one stays as it is written. */
function rendererOf(template: string, columns: readonly string[]): (vars: Vars) => string {
  const unknown = missingVariables(template, columns);
  const render = compileTemplate(template);
  return (vars) => {
    const complete: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const name of unknown) complete[name] = `{{${name}}}`;
    for (const column of columns) complete[column] = Object.hasOwn(vars, column) ? (vars[column] ?? '') : '';
    return render(complete);
  };
}

/** The request for a POSIX shell; the key is named, never written. */
function curlCommand(settings: RunSettings, prompt: string, system: string): string {
  const messages = [...(system === '' ? [] : [{ role: 'system', content: system }]), { role: 'user', content: prompt }];
  const body = {
    model: settings.model,
    messages,
    ...(settings.maxTokens === null ? {} : { max_tokens: settings.maxTokens }),
    ...(settings.temperature === null ? {} : { temperature: settings.temperature }),
    ...(settings.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  };
  const base = settings.simulated ? 'http://127.0.0.1:PORT/v1' : settings.baseUrl;
  return [`curl ${quote(`${base}/chat/completions`)}`, `-H ${quote('Content-Type: application/json')}`, '-H "Authorization: Bearer $OPENAI_API_KEY"', `-d ${quote(JSON.stringify(body))}`].join(' \\\n  ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
