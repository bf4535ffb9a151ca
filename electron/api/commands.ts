import type { BatchDraft, BatchListItem, CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import { TasklaneError } from '../../shared/errors.ts';
import { checkTemplate } from '../../shared/template/template.ts';
import { summariseRun } from '../../shared/timing/summarise-run.ts';
import { DEFAULTS, type RunHeader, type RunSettings } from '../../shared/vocabulary.ts';
import type { Engine } from '../engine/engine.ts';
import { settingsFingerprint } from '../engine/fingerprint.ts';
import { previewFiles } from '../files/preview-files.ts';
import { SAMPLE_NAME, sampleCsv } from '../files/sample.ts';
import type { Store } from '../store/open.ts';
import type { EventHub } from './event-hub.ts';
import { exportChart, exportResults } from './export.ts';
import { checkedEdit, exportFailures, failureGroups } from './failures.ts';
import { importBatch } from './import.ts';
import type { Places } from './places.ts';
import type { ProviderList } from './provider-list.ts';
import { taskDetail, taskDigests } from './task-texts.ts';
import type { TasklaneOptions } from './types.ts';

export interface CommandParts {
  readonly options: TasklaneOptions;
  readonly store: Store;
  readonly engine: Engine;
  readonly hub: EventHub;
  readonly places: Places;
  readonly providers: ProviderList;
  /** Who writes to the folder while this program only reads. */
  readonly writer: () => string | null;
}

export type CommandHandlers = { readonly [K in CommandName]: (input: CommandInput<K>) => CommandOutput<K> | Promise<CommandOutput<K>> };

const DONE: Record<string, never> = {};

/** One handler per command; each is a few lines over the parts. */
export function createCommands(parts: CommandParts): CommandHandlers {
  const { options, store, engine, hub, places, providers } = parts;

  const batchList = (): readonly BatchListItem[] => {
    const latest = store.runs.latestByBatch();
    return store.batches.list().map(({ batchId, name, taskCount, createdAt }) => {
      const run = latest.get(batchId);
      return { batchId, name, taskCount, createdAt, latestRun: run ? engine.header(run.runId) : null };
    });
  };
  const batchesChanged = (): void => {
    hub.push({ type: 'batches.changed', batches: batchList() });
  };
  const providersChanged = (): void => {
    hub.push({ type: 'providers.changed', providers: providers.all(), defaultProviderId: providers.defaultId() });
  };
  const newDraft = (): BatchDraft => {
    const providerId = providers.defaultId();
    const model = providers.all().find(({ id }) => id === providerId)?.model ?? '';
    return { template: '', system: '', providerId, model, concurrency: DEFAULTS.concurrency, maxAttempts: DEFAULTS.maxAttempts, timeoutMs: DEFAULTS.timeoutMs, maxTokens: null, temperature: null, stream: true };
  };
  const detail = (batchId: string): CommandOutput<'batch.get'> => ({ ...store.batches.get(batchId), runs: store.runs.listOf(batchId).map(({ runId }) => engine.header(runId)) });
  const requireIdle = (runId: string): void => {
    if (engine.activeRunIds().includes(runId)) throw new TasklaneError('run_state', `Run ${runId} is on.`, 'Pause or cancel it first.');
  };

  return {
    'app.snapshot': () => ({
      seq: hub.flush(),
      isReadOnly: store.isReadOnly,
      writer: parts.writer(),
      notices: store.notices,
      settings: store.appSettings.get(),
      version: options.version,
      host: options.host,
      dataDir: options.dataDir,
      batches: batchList(),
      providers: providers.all(),
      defaultProviderId: providers.defaultId(),
    }),

    'source.paste': ({ text }) => places.addText(text.split('\n', 1)[0]?.includes('\t') ? 'pasted.tsv' : 'pasted.txt', text),
    'source.sample': () => places.addText(SAMPLE_NAME, sampleCsv),
    'source.preview': ({ sourceIds, options: read }) => previewFiles(sourceIds.map((id) => places.source(id)), read),

    'batch.create': async (input) => {
      const created = await importBatch(store, input.sourceIds.map((id) => places.source(id)), input, newDraft(), new Date().toISOString());
      batchesChanged();
      return created;
    },
    'batch.get': ({ batchId }) => detail(batchId),
    'batch.update': ({ batchId, name, draft }) => {
      store.batches.get(batchId);
      store.batches.update(batchId, { name, draft });
      if (name !== undefined) batchesChanged();
      return detail(batchId);
    },
    'batch.remove': ({ batchId }) => {
      for (const { runId } of store.runs.listOf(batchId)) requireIdle(runId);
      store.batches.get(batchId);
      store.batches.remove(batchId);
      batchesChanged();
      return DONE;
    },
    'batch.rows': ({ batchId, from, count }) => store.batches.rows(batchId, from, count),

    'run.start': async ({ batchId, limit }) => {
      const { draft } = store.batches.get(batchId);
      const runId = await startRun(parts, batchId, providers.settingsOf(draft), limit);
      batchesChanged();
      return { runId };
    },
    'run.pause': ({ runId }) => {
      engine.pause(runId);
      return DONE;
    },
    'run.resume': async ({ runId }) => {
      await engine.start(runId);
      return DONE;
    },
    'run.cancel': async ({ runId }) => {
      await engine.cancel(runId);
      return DONE;
    },
    'run.setConcurrency': ({ runId, concurrency }) => {
      engine.setConcurrency(runId, concurrency);
      return DONE;
    },
    'run.retry': async ({ concurrency, ...wish }) => ({ count: await engine.retry(wish.runId, wish.indices, { edit: checkedEdit(store, wish), concurrency }) }),
    'run.skip': ({ runId, indices }) => ({ count: engine.skip(runId, indices) }),
    'failure.groups': ({ runId }) => {
      store.journal.tryFlush();
      return failureGroups(store, engine.header(runId));
    },
    'run.remove': ({ runId }) => {
      requireIdle(runId);
      store.runs.get(runId);
      store.runs.remove(runId);
      batchesChanged();
      return DONE;
    },
    'run.snapshot': ({ runId }) => {
      store.journal.tryFlush();
      const seq = hub.flush();
      return { seq, run: engine.header(runId), tasks: store.runTasks.taskColumns(runId), attempts: store.runTasks.attemptColumns(runId) };
    },
    'run.summary': ({ runId }) => {
      store.journal.tryFlush();
      return summariseRun(engine.header(runId), store.runTasks.taskColumns(runId), store.runTasks.attemptColumns(runId));
    },
    'run.list': () => store.runs.list().map(({ runId }) => engine.header(runId)),

    'task.digests': ({ batchId, runId, indices }) => taskDigests(store, batchId, runId === null ? null : engine.header(runId), indices, (index) => (runId === null ? null : (engine.partialAnswer(runId, index)?.text ?? null))),
    'task.detail': ({ runId, index }) => {
      store.journal.tryFlush();
      return taskDetail(store, engine.header(runId), index, engine.partialAnswer(runId, index)?.text ?? null);
    },
    'task.find': ({ batchId, runId, text }) => {
      const found = new Set([...store.batches.find(batchId, text), ...(runId === null ? [] : store.results.find(runId, text))]);
      return { indices: Uint32Array.from(found).sort() };
    },
    'task.cancel': ({ runId, indices }) => {
      engine.cancelTasks(runId, indices);
      return DONE;
    },
    'task.watch': ({ watcher, runId, indices }) => {
      hub.flush();
      hub.watch(watcher, runId, indices);
      return indices.flatMap((index) => {
        const partial = engine.partialAnswer(runId, index);
        return partial ? [{ index, ...partial }] : [];
      });
    },

    'provider.save': (input) => {
      const provider = providers.save(input);
      providersChanged();
      return provider;
    },
    'provider.remove': ({ providerId }) => {
      providers.remove(providerId);
      providersChanged();
      return DONE;
    },
    'provider.setDefault': ({ providerId }) => {
      providers.setDefault(providerId);
      providersChanged();
      return DONE;
    },
    'provider.test': (input) => providers.test(input),

    'app.configure': ({ settings }) => {
      store.appSettings.save(settings);
      hub.push({ type: 'settings.changed', settings });
      return settings;
    },

    'export.results': ({ runId, targetId, format, indices }) => exportResults(store, engine.header(runId), places.targetPath(targetId), format, indices),
    'export.failures': ({ runId, targetId, indices }) => exportFailures(store, engine.header(runId), places.targetPath(targetId), indices),
    'export.chart': ({ targetId, encoding, data }) => exportChart(places.targetPath(targetId), { encoding, data }),
  };
}

/** Starts a batch, or goes on with its newest run where that is a trial with the same settings. */
export async function startRun({ store, engine }: CommandParts, batchId: string, settings: RunSettings, limit: number | null): Promise<string> {
  const batch = store.batches.get(batchId);
  if (settings.template.trim() === '') throw new TasklaneError('template_syntax', 'The prompt template is empty.', 'Write a prompt, with {{column}} where a value of the row belongs.');
  checkTemplate(settings.template, batch.columns);
  checkTemplate(settings.system, batch.columns);
  const total = Math.min(limit ?? batch.taskCount, batch.taskCount);
  const [newest] = store.runs.listOf(batchId);
  if (newest && engine.activeRunIds().includes(newest.runId)) throw new TasklaneError('run_state', `Run ${newest.runId} of this batch is on already.`, 'Wait for it, pause it or cancel it first.');
  if (newest && isTrialOf(newest, settings, total)) {
    await engine.start(newest.runId, { settings, total });
    return newest.runId;
  }
  const run = store.runs.create({ batchId, settings, total, createdAt: new Date().toISOString() });
  await engine.start(run.runId);
  return run.runId;
}

/** A finished run of the first tasks with the same prompts to the same model: what it paid for counts. */
function isTrialOf(run: RunHeader, settings: RunSettings, total: number): boolean {
  return run.status === 'completed' && run.total < total && settingsFingerprint(run.settings) === settingsFingerprint(settings);
}
