import { setTimeout as delay } from 'node:timers/promises';

import type { CommandInput, CommandName, CommandOutput, SourceRef } from '../../shared/contract/commands.ts';
import type { RunSummary } from '../../shared/contract/summary.ts';
import { TasklaneError, type Reply } from '../../shared/errors.ts';
import type { Host, Outcome, RunRequest } from './host.ts';

/** What the page of a host can do; the rest is the same for browser and window. */
export interface PageSide {
  call(name: CommandName, input: unknown): Promise<Reply<unknown>>;
  /** Gives a file to the host as a drop or a dialog would. */
  addFile(name: string, content: string): Promise<SourceRef>;
  /** A place to write to, and what was written there once it was. */
  chooseTarget(name: string): Promise<{ readonly targetId: string; readonly written: () => Promise<string> }>;
  close(): Promise<void>;
}

/** A reply's value. Throws its error. */
export function valueOf<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new TasklaneError(reply.error.code, reply.error.message, reply.error.hint);
  return reply.value;
}

async function orRefused(work: () => Promise<RunSummary>): Promise<Outcome> {
  try {
    return { summary: await work() };
  } catch (error) {
    if (!(error instanceof TasklaneError)) throw error;
    return { refused: { code: error.code, message: error.message, hint: error.hint } };
  }
}

/** A host whose users sit before the screen: it does what the screen does when they click. */
export function createApiHost(page: PageSide): Host {
  const call = async <K extends CommandName>(name: K, input: CommandInput<K>): Promise<CommandOutput<K>> => valueOf((await page.call(name, input)) as Reply<CommandOutput<K>>);

  const standstill = async (runId: string): Promise<RunSummary> => {
    for (;;) {
      const summary = await call('run.summary', { runId });
      if (['paused', 'completed', 'cancelled'].includes(summary.status)) return summary;
      await delay(30);
    }
  };

  const providerOf = async ({ baseUrl, key }: RunRequest): Promise<{ readonly providerId: string; readonly model: string }> => {
    if (baseUrl === null) {
      const { providers } = await call('app.snapshot', {});
      const simulated = providers.find((provider) => provider.simulated);
      if (simulated === undefined) throw new Error('Expected the simulated provider in the list.');
      return { providerId: simulated.id, model: simulated.model };
    }
    const { id, model } = await call('provider.save', { providerId: null, name: baseUrl, baseUrl, model: 'test-model', key, makeDefault: false });
    return { providerId: id, model };
  };

  const tasksOf = async (runId: string, failureClass: string | null): Promise<readonly number[] | null> =>
    failureClass === null ? null : (await call('failure.groups', { runId })).flatMap((group) => (group.class === failureClass ? [...group.indices] : []));

  return {
    run: (request) =>
      orRefused(async () => {
        const { sourceId } = await page.addFile(request.fileName, request.content);
        const options = { format: null, delimiter: null, header: null };
        const preview = await call('source.preview', { sourceIds: [sourceId], options });
        const { batchId } = await call('batch.create', { sourceIds: [sourceId], options, name: null, idColumn: preview.suggestedIdColumn, template: request.template, acceptBadRows: false });
        const { draft } = await call('batch.get', { batchId });
        await call('batch.update', { batchId, draft: { ...draft, ...(await providerOf(request)), concurrency: request.concurrency } });
        const { runId } = await call('run.start', { batchId, limit: null });
        if (request.pauseWhen !== undefined) {
          await request.pauseWhen;
          await call('run.pause', { runId });
        }
        return standstill(runId);
      }),
    resume: (runId) =>
      orRefused(async () => {
        await call('run.resume', { runId });
        return standstill(runId);
      }),
    summary: (runId) => orRefused(() => call('run.summary', { runId })),
    failures: async (runId) => (await call('failure.groups', { runId })).map(({ class: failureClass, code, message, indices }) => ({ class: failureClass, code, message, count: indices.length })),
    retry: ({ runId, failureClass, model }) =>
      orRefused(async () => {
        const indices = await tasksOf(runId, failureClass);
        const edit = model === undefined ? null : { prompt: null, template: null, system: null, model, maxTokens: null, temperature: null, timeoutMs: null };
        await call('run.retry', { runId, indices, edit, concurrency: null });
        // As the screen offers it: a run that stands still goes on by Resume.
        if ((await call('run.summary', { runId })).status === 'paused') await call('run.resume', { runId });
        return standstill(runId);
      }),
    skip: async ({ runId, failureClass }) => (await call('run.skip', { runId, indices: await tasksOf(runId, failureClass) })).count,
    async exportCsv(runId) {
      const { targetId, written } = await page.chooseTarget('results.csv');
      await call('export.results', { runId, targetId, format: 'csv', indices: null });
      return written();
    },
    close: () => page.close(),
  };
}
