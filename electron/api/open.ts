import path from 'node:path';

import { commandSchemas, isCommandName } from '../../shared/contract/schemas.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../shared/contract/commands.ts';
import { TasklaneError, toErrorInfo, type Reply } from '../../shared/errors.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import { createEngine } from '../engine/engine.ts';
import { startSimulator, type Simulator } from '../simulator/simulator.ts';
import { openStore, type Store } from '../store/open.ts';
import { readOnlyError, toStoreError } from '../store/store-error.ts';
import { createCommands, startRun, type CommandHandlers, type CommandParts } from './commands.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { followWriter } from './follow-writer.ts';
import { createKeys } from './keys.ts';
import { createPlaces } from './places.ts';
import { createProviderList } from './provider-list.ts';
import type { Tasklane, TasklaneOptions } from './types.ts';

/**
 * Opens a data folder and puts the parts together: store, engine, executors, simulated provider. Throws `store_locked`,
 * `store_newer`, `store_corrupt` or `store_failed`.
 */
export async function openTasklane(options: TasklaneOptions): Promise<Tasklane> {
  const store = openWriterOrReader(options);
  const keys = createKeys();
  const places = createPlaces(path.join(options.dataDir, 'temporary', String(process.pid)));
  const simulator = createSimulatorHolder(options.simulatedBaseUrl ?? null);
  const providers = createProviderList(store, keys, () => simulator.url());
  let hub: EventHub | null = null;
  const requireHub = (): EventHub => {
    if (!hub) throw new Error('The engine spoke before it was put together.');
    return hub;
  };
  const engine = createEngine({
    store,
    executorFor: async (settings) => {
      // Loaded when first needed: the client is half of what a start would cost.
      const [baseUrl, { createOpenAiExecutor }] = await Promise.all([providers.baseUrlOf(settings), import('../executors/openai-executor.ts')]);
      return createOpenAiExecutor({ baseUrl, key: settings.simulated ? null : keys.get(baseUrl), connections: null });
    },
    listener: {
      runChanged: (runId) => requireHub().runChanged(runId),
      taskChanged: (runId, row) => requireHub().taskChanged(runId, row),
      attemptChanged: (runId, row) => requireHub().attemptChanged(runId, row),
      tasksReplaced: (runId) => requireHub().tasksReplaced(runId),
      answerExtended: (runId, index, attempt, offset, text) => requireHub().answerExtended(runId, index, attempt, offset, text),
      gapRecognised: (gap) => requireHub().push({ type: 'gap.recognised', gap }),
    },
  });
  hub = createEventHub({
    exists: (runId) => store.runs.exists(runId),
    header: (runId) => headerOf(runId),
    columns: (runId) => ({ tasks: store.runTasks.taskColumns(runId), attempts: store.runTasks.attemptColumns(runId) }),
    unreadable: (runId, error) => engine.fault(runId, error),
  });
  const events = hub;
  const follower = store.isReadOnly ? followWriter({ dataDir: options.dataDir, store, hub, snapshot: async () => handlers['app.snapshot']({}) }) : null;
  const headerOf = (runId: string): RunHeader => (follower ?? engine).header(runId);
  const parts: CommandParts = { options, store, engine: { ...engine, header: headerOf }, hub, places, providers, writer: () => follower?.writer() ?? null };
  const handlers: CommandHandlers = createCommands(parts);

  const end = async (how: 'drain' | 'abort'): Promise<void> => {
    await engine.stop(how);
    follower?.close();
    events.close();
    await simulator.close();
    await places.clear();
    store.close();
  };
  let closing: Promise<void> | null = null;

  /** Errors of SQLite leave as errors for people. */
  const guarded = async <T>(action: () => T | Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      throw toStoreError(error);
    }
  };
  const call = <K extends CommandName>(name: K, input: CommandInput<K>): Promise<CommandOutput<K>> => {
    if (store.isReadOnly && !READING_COMMANDS.has(name)) return Promise.reject(readOnlyError());
    // Whoever has a run's snapshot wants what comes after it.
    if (name === 'run.snapshot') follower?.show((input as CommandInput<'run.snapshot'>).runId);
    return guarded(() => handlers[name](input));
  };

  return {
    call: (name, input) => call(name, input),
    handle: (name, input) => handle(call, name, input),
    subscribe: (listener) => events.subscribe(listener),
    addSource: (filePath) => places.addSource(filePath),
    addUpload: (name, content) => places.addUpload(name, content),
    addTarget: (filePath) => places.addTarget(filePath),
    addDownload: (name) => places.addDownload(name),
    takeDownload: (targetId) => places.takeDownload(targetId),
    dropDownload: (targetId) => places.dropDownload(targetId),
    setKey: (baseUrl, key) => {
      keys.set(baseUrl, key);
    },
    startRun: (batchId, settings, limit) => guarded(() => startRun(parts, batchId, settings, limit)),
    resumeRun: (runId, change) => guarded(() => engine.start(runId, { settings: { ...store.runs.get(runId).settings, ...change } })),
    redrivable: (runId) => guarded(() => store.deadLetters.redrivable(runId, store.runs.get(runId).batchId)),
    activeRunIds: () => engine.activeRunIds(),
    close: () => (closing ??= end('drain')),
    async abort() {
      if (closing) await engine.stop('abort');
      await (closing ??= end('abort'));
    },
  };
}

/** What a program that only reads may do. */
const READING_COMMANDS: ReadonlySet<CommandName> = new Set([
  'app.snapshot',
  'source.paste',
  'source.sample',
  'source.preview',
  'batch.get',
  'batch.rows',
  'run.list',
  'run.snapshot',
  'run.summary',
  'failure.groups',
  'task.digests',
  'task.detail',
  'task.find',
  'task.watch',
  'provider.test',
  'export.results',
  'export.failures',
  'export.chart',
]);

function openWriterOrReader({ dataDir, host, readOnlyWhenLocked = false }: TasklaneOptions): Store {
  try {
    return openStore({ dataDir, holder: host });
  } catch (error) {
    if (!readOnlyWhenLocked || !(error instanceof TasklaneError) || error.code !== 'store_locked') throw error;
    return openStore({ dataDir, holder: host, readOnly: true });
  }
}

function createSimulatorHolder(runningUrl: string | null): { url(): Promise<string>; close(): Promise<void> } {
  let started: Promise<Simulator> | null = null;
  return {
    async url() {
      if (runningUrl !== null) return runningUrl;
      started ??= startSimulator({});
      return (await started).url;
    },
    async close() {
      await (await started)?.close();
    },
  };
}

/** Look up, parse, call: what comes from a page is never trusted, and what goes back is always a reply. */
async function handle(call: (name: CommandName, input: never) => Promise<unknown>, name: unknown, input: unknown): Promise<Reply<unknown>> {
  try {
    if (!isCommandName(name)) throw new TasklaneError('command_unknown', `Expected the name of a command, got ${describe(name)}.`);
    const parsed = commandSchemas[name].safeParse(input);
    if (!parsed.success) throw new TasklaneError('command_invalid', `${name}: ${parsed.error.issues.map(({ path: at, message }) => `${at.join('.') || 'input'}: ${message}`).join('; ').slice(0, 500)}`);
    return { ok: true, value: await call(name, parsed.data as never) };
  } catch (error) {
    return { ok: false, error: toErrorInfo(error) };
  }
}

function describe(name: unknown): string {
  return typeof name === 'string' ? `"${name.slice(0, 40)}"` : typeof name;
}

