import { createEngine } from '../../../electron/engine/engine.ts';
import type { EngineListener } from '../../../electron/engine/listener.ts';
import { createOpenAiExecutor } from '../../../electron/executors/openai-executor.ts';
import type { Journal } from '../../../electron/store/journal.ts';
import { openStore } from '../../../electron/store/open.ts';
import { DEFAULTS, type RunSettings } from '../../../shared/vocabulary.ts';
import { importBenchBatch, openForBench, until } from './app.ts';
import type { ContenderPlan, PreparedContender } from './contender.ts';

/** Keeps nothing and lets nobody wait: what the engine costs without any record. */
const NO_JOURNAL: Journal = {
  begin: () => Promise.resolve(),
  end: () => Promise.resolve(),
  flush: () => undefined,
  tryFlush: () => undefined, unsavedCount: () => 0,
  close: () => undefined,
  onFailure: () => undefined,
};

const NOBODY: EngineListener = {
  runChanged: () => undefined,
  taskChanged: () => undefined,
  attemptChanged: () => undefined,
  tasksReplaced: () => undefined,
  answerExtended: () => undefined,
  gapRecognised: () => undefined,
};

function settingsOf({ baseUrl, concurrency }: ContenderPlan): RunSettings {
  return { template: '{{prompt}}', system: '', providerId: null, providerName: 'Bench', baseUrl, simulated: false, model: 'bench-1', concurrency, maxAttempts: DEFAULTS.maxAttempts, timeoutMs: DEFAULTS.timeoutMs, maxTokens: null, temperature: null, stream: false };
}

/** Engine, executor and store without a host, with the store's journal or without any. */
async function prepareEngine(plan: ContenderPlan, hasJournal: boolean): Promise<PreparedContender> {
  const importer = await openForBench(plan.dataDir);
  const batchId = await importBenchBatch(importer, plan);
  await importer.close();

  const opened = openStore({ dataDir: plan.dataDir, holder: 'bench' });
  const store = hasJournal ? opened : { ...opened, journal: NO_JOURNAL };
  const engine = createEngine({ store, listener: NOBODY, executorFor: async ({ baseUrl }) => createOpenAiExecutor({ baseUrl, key: null, connections: null }) });
  return {
    async run() {
      const { runId } = store.runs.create({ batchId, settings: settingsOf(plan), total: plan.count, createdAt: new Date().toISOString() });
      await engine.start(runId);
      await until(() => engine.activeRunIds().length === 0);
      return store.runs.get(runId).completed;
    },
    async close() {
      await engine.stop('drain');
      opened.close();
    },
  };
}

export const prepareWithJournal = (plan: ContenderPlan): Promise<PreparedContender> => prepareEngine(plan, true);
export const prepareWithoutJournal = (plan: ContenderPlan): Promise<PreparedContender> => prepareEngine(plan, false);
