import { setImmediate } from 'node:timers/promises';

import type { CommandInput, FailureGroup } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { normaliseMessage } from '../../shared/format/normalise-message.ts';
import { checkTemplate } from '../../shared/template/template.ts';
import type { RunHeader, TaskEdit } from '../../shared/vocabulary.ts';
import { checkPromptByHand } from '../engine/requeue.ts';
import { createRequests } from '../engine/requests.ts';
import { writePartsAtomic } from '../files/writers/write-atomic.ts';
import type { DeadLetter } from '../store/dead-letters.ts';
import type { Store } from '../store/open.ts';

/** Small enough that a page of an export takes no noticeable time. */
const PAGE = 200;
/** Messages that are kept beside their normalised form: most failures say the same. */
const NORMALISED_MAX = 1000;

/**
 * Checks a wish to send tasks again before anything changes: a prompt by hand is for one task, and templates name
 * columns of the batch. Gives the edit, or null where it changes nothing. Throws `usage`,
 * `template_syntax` or `template_variable_missing`.
 */
export function checkedEdit(store: Store, { runId, indices, edit }: Omit<CommandInput<'run.retry'>, 'concurrency'>): TaskEdit | null {
  const { batchId } = store.runs.get(runId);
  if (edit === null || Object.values(edit).every((value) => value === null)) return null;
  checkPromptByHand(edit, indices);
  if (edit.template?.trim() === '') throw new TasklaneError('template_syntax', 'The prompt template is empty.', 'Write a prompt, with {{column}} where a value of the row belongs.');
  const { columns } = store.batches.get(batchId);
  checkTemplate(edit.template ?? '', columns);
  checkTemplate(edit.system ?? '', columns);
  return edit;
}

/** The failed tasks of a run by class, status, code and normalised message; the largest group first. */
export async function failureGroups(store: Store, run: RunHeader): Promise<readonly FailureGroup[]> {
  const groups = new Map<string, { readonly first: DeadLetter; readonly message: string; readonly indices: number[]; lastAt: string | null }>();
  const normalised = new Map<string, string>();
  for await (const letter of deadLetters(store, run)) {
    const { failure } = letter;
    const message = normalised.get(failure.message) ?? normaliseMessage(failure.message);
    if (normalised.size < NORMALISED_MAX) normalised.set(failure.message, message);
    const name = JSON.stringify([failure.class, failure.httpStatus, failure.code, message]);
    const group = groups.get(name) ?? { first: letter, message, indices: [], lastAt: null };
    group.indices.push(letter.index);
    if (letter.lastAt !== null && (group.lastAt === null || letter.lastAt > group.lastAt)) group.lastAt = letter.lastAt;
    groups.set(name, group);
  }
  return [...groups.values()]
    .toSorted((left, right) => right.indices.length - left.indices.length || left.first.index - right.first.index)
    .map(({ first, message, indices, lastAt }) => ({
      class: first.failure.class,
      httpStatus: first.failure.httpStatus,
      code: first.failure.code,
      message,
      example: { index: first.index, customId: first.customId, message: first.failure.message },
      indices: Uint32Array.from(indices),
      lastAt,
    }));
}

/** Writes dead letters as JSON lines: input, settings and every attempt of each. `indices` null means all failed tasks. */
export async function exportFailures(store: Store, run: RunHeader, filePath: string, indices: readonly number[] | null): Promise<{ readonly rows: number; readonly sizeBytes: number }> {
  store.journal.tryFlush();
  const wanted = indices === null ? null : new Set(indices);
  let rows = 0;
  const sizeBytes = await writePartsAtomic(
    filePath,
    (async function* lines(): AsyncGenerator<string> {
      const requestFor = createRequests(run.settings, store.batches.get(run.batchId).columns);
      for await (const letter of deadLetters(store, run)) {
        if (wanted !== null && !wanted.has(letter.index)) continue;
        rows += 1;
        yield `${JSON.stringify(deadLetterRecord(store, run, letter, requestFor))}\n`;
      }
    })(),
  );
  return { rows, sizeBytes };
}

function deadLetterRecord(store: Store, { runId, batchId }: RunHeader, { index, customId, failure }: DeadLetter, requestFor: ReturnType<typeof createRequests>): object {
  const vars = store.batches.rowsAt(batchId, [index])[0]?.vars ?? {};
  const edit = store.deadLetters.editOf(runId, index);
  const { prompt, system, model, maxTokens, temperature, timeoutMs } = requestFor({ vars, edit });
  return {
    custom_id: customId,
    error_class: failure.class,
    code: failure.code,
    error: failure.message,
    http_status: failure.httpStatus,
    maybe_billed: failure.maybeBilled,
    prompt,
    system,
    settings: { model, max_tokens: maxTokens, temperature, timeout_ms: timeoutMs },
    edited: edit !== null,
    partial_output: store.results.get(runId, index)?.output ?? null,
    attempts: store.runTasks.attemptsOf(runId, index).map((attempt) => ({
      number: attempt.number,
      started_at: attempt.startedAt,
      state: attempt.state,
      service_ms: attempt.serviceMs === null ? null : Math.round(attempt.serviceMs),
      request_id: attempt.requestId,
      http_status: attempt.failure?.httpStatus ?? null,
      error_class: attempt.failure?.class ?? null,
      code: attempt.failure?.code ?? null,
      error: attempt.failure?.message ?? null,
      fingerprint: attempt.fingerprint,
      edit: attempt.edit,
    })),
    vars,
  };
}

/** Page by page, letting others have their turn between: there may be very many. */
async function* deadLetters(store: Store, { runId, batchId }: RunHeader): AsyncGenerator<DeadLetter> {
  let after = -1;
  for (;;) {
    const page = store.deadLetters.page(runId, batchId, after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.index;
    await setImmediate();
  }
}
