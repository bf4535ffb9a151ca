import { setTimeout as delay } from 'node:timers/promises';
import type { BatchDetail, BatchDraft, CommandInput, CommandName, CommandOutput, Commands, FailureGroup, TaskDetail } from '../../shared/contract/commands.ts';
import { taskPatchOf, attemptPatchOf } from '../../shared/contract/columns.ts';
import type { TaskRow } from '../../shared/contract/columns.ts';
import type { AppEvent, EventBatch } from '../../shared/contract/events.ts';
import { TASK_STATUSES } from '../../shared/vocabulary.ts';
import type { FailureClass, RunHeader, TaskStatus } from '../../shared/vocabulary.ts';
import type { ConnectionState, TasklaneClient } from '../../renderer/client/client.ts';
import { createScreen } from '../../renderer/store/store.ts';
import type { Screen } from '../../renderer/store/store.ts';

export const DRAFT: BatchDraft = { template: '{{question}}', system: '', providerId: 'sim', model: 'simulated-1', concurrency: 4, maxAttempts: 5, timeoutMs: 120_000, maxTokens: null, temperature: null, stream: true };

export function headerOf(change: Partial<RunHeader> = {}): RunHeader {
  const settings = { template: '{{question}}', system: '', providerId: 'sim', providerName: 'Simulated provider', baseUrl: '', simulated: true, model: 'simulated-1', concurrency: 4, maxAttempts: 5, timeoutMs: 120_000, maxTokens: null, temperature: null, stream: true };
  return {
    runId: 'run-1', batchId: 'batch-1', batchName: 'Questions', status: 'running', stopReason: null, stopMessage: null, settings, total: 10, queued: 10, running: 0, completed: 0, failed: 0, cancelled: 0,
    attempts: 0, retries: 0, inputTokens: 0, outputTokens: 0, effectiveConcurrency: 4, peakInFlight: 0, limitedBy: 'setting', activeMs: 0, firstSentMs: null, lastFinishedMs: null, trouble: null, interruption: null, slotSteps: [], createdAt: '2026-01-01T00:00:00.000Z', startedAt: '2026-01-01T00:00:00.000Z', endedAt: null,
    ...change,
  };
}

export function taskRow(index: number, status: TaskStatus, change: Partial<TaskRow> = {}): TaskRow {
  return { index, status: TASK_STATUSES.indexOf(status), attempts: 1, failure: 0, startedMs: 0, finishedMs: Number.NaN, serviceMs: Number.NaN, finalServiceMs: Number.NaN, timeToFirstTokenMs: Number.NaN, inputTokens: -1, outputTokens: -1, flags: 0, ...change };
}

export function tasksChanged(...rows: readonly TaskRow[]): AppEvent {
  return { type: 'tasks.changed', runId: 'run-1', tasks: taskPatchOf(rows) };
}

/** A group of failures as the program gathers it. */
export function groupOf(failureClass: FailureClass, indices: readonly number[], change: Partial<FailureGroup> = {}): FailureGroup {
  const first = indices[0] ?? 0;
  return { class: failureClass, httpStatus: null, code: null, message: 'it failed', example: { index: first, customId: `q${first}`, message: 'it failed' }, indices: Uint32Array.from(indices), lastAt: '2026-01-01T00:00:00.000Z', ...change };
}

/** A task that was given up after one attempt. */
export function failedTask(index: number): TaskDetail {
  return { index, customId: `q${index}`, status: 'failed', vars: { question: `Why ${index}?` }, prompt: `Why ${index}?`, system: '', output: null, finishReason: null, model: null, failure: null, flags: 0, edit: null, attempts: [], curl: '' };
}

type Answers = { [K in CommandName]?: (input: CommandInput<K>) => CommandOutput<K> | Promise<CommandOutput<K>> };

/** The other side of the screen in memory: answers commands from a table, keeps what was asked, emits event batches. */
export interface Program {
  readonly client: TasklaneClient;
  readonly screen: Screen;
  readonly calls: readonly (readonly [CommandName, unknown])[];
  callsOf<K extends CommandName>(name: K): readonly CommandInput<K>[];
  answer<K extends CommandName>(name: K, answer: (input: CommandInput<K>) => CommandOutput<K> | Promise<CommandOutput<K>>): void;
  emit(...events: readonly AppEvent[]): void;
  /** Emits under a number of its own, for gaps. */
  emitNumbered(seq: number, ...events: readonly AppEvent[]): void;
  connection(state: ConnectionState): void;
  /** Runs the frame that waits. Returns how many were asked for since the last. */
  frame(): number;
  /** Lets replies arrive. */
  settle(): Promise<void>;
  advance(ms: number): void;
  readonly copied: readonly string[];
}

export function detailOf(change: Partial<BatchDetail> = {}): BatchDetail {
  return { batchId: 'batch-1', name: 'Questions', taskCount: 10, createdAt: '2026-01-01T00:00:00.000Z', files: ['questions.csv'], columns: ['id', 'question'], draft: DRAFT, runs: [], ...change };
}

function summaryOf(runId: string): Commands['run.summary']['output'] {
  const none = { p50: null, p90: null, p95: null, p99: null };
  return {
    runId, batch: 'Questions', status: 'completed', stopReason: null, provider: 'Simulated provider', model: 'simulated-1', simulated: true, total: 10, completed: 10, failed: 0, cancelled: 0, queued: 0, attempts: 10, retries: 0, wallMs: 1000, sumServiceMs: 2400, meanServiceMs: 240, peakInFlight: 3, concurrency: 3,
    speedupEstimated: 2.4, theoreticalMax: 3, slotUtilisationFraction: 0.8, lowerBoundMs: 800, efficiencyVsLowerBound: 0.8, latencyMs: none, timeToFirstTokenMs: none, tokens: { input: 0, output: 0 }, costUsd: null, failuresByClass: {}, flagged: { maybeBilledTwice: 0, edited: 0, cutShort: 0, filtered: 0, unconfirmed: 0 }, account: { slotMs: 0, serviceMs: 0, dispatchGapMs: 0, rampMs: 0, rateWaitMs: 0, backoffMs: 0, tailMs: 0 }, startedAt: null, endedAt: null,
  };
}

const SIMULATED = { id: 'sim', name: 'Simulated provider', baseUrl: '', model: 'simulated-1', simulated: true, keyHint: null };

export function startProgram(run: RunHeader | null = null): Program {
  const calls: [CommandName, unknown][] = [];
  const copied: string[] = [];
  const frames: (() => void)[] = [];
  const batchListeners = new Set<(batch: EventBatch) => void>();
  const connectionListeners = new Set<(state: ConnectionState) => void>();
  const preferences = new Map<string, string>();
  let seq = 0;
  let nowMs = 0;
  const answers: Answers = {
    'app.snapshot': () => ({ seq, isReadOnly: false, writer: null, notices: [], settings: { resendInterrupted: 'once' }, version: '1.0.0', host: 'browser', dataDir: '/data', batches: [{ batchId: 'batch-1', name: 'Questions', taskCount: 10, createdAt: '2026-01-01T00:00:00.000Z', latestRun: run }], providers: [SIMULATED], defaultProviderId: 'sim' }),
    'batch.get': () => detailOf({ runs: run === null ? [] : [run] }),
    'batch.update': ({ name, draft }) => detailOf({ ...(name === undefined ? {} : { name }), ...(draft === undefined ? {} : { draft }) }),
    'run.snapshot': ({ runId }) => ({ seq, run: headerOf({ ...run, runId }), tasks: taskPatchOf([]), attempts: attemptPatchOf([]) }),
    'run.summary': ({ runId }) => summaryOf(runId),
    'run.start': () => ({ runId: 'run-1' }),
    'task.digests': ({ indices }) => indices.map((index) => ({ index, customId: `q${index}`, prompt: `prompt ${index}`, answer: '', error: '' })),
    'task.watch': () => [],
  };
  const client: TasklaneClient = {
    host: 'browser',
    async call<K extends CommandName>(name: K, input: CommandInput<K>): Promise<CommandOutput<K>> {
      calls.push([name, input]);
      const answer = answers[name];
      await Promise.resolve();
      const nothing: unknown = {};
      return answer === undefined ? (nothing as CommandOutput<K>) : answer(input);
    },
    subscribe(listener) {
      batchListeners.add(listener);
      return () => batchListeners.delete(listener);
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
    addFiles: (files) => Promise.resolve(files.map((file, index) => ({ sourceId: `source-${index}`, name: file.name, sizeBytes: file.size }))),
    chooseFiles: () => Promise.resolve([]),
    chooseTarget: (name) => Promise.resolve({ targetId: 'target-1', name }),
    finishTarget: () => Promise.resolve(),
    onMenu: () => () => undefined,
  };
  const screen = createScreen({
    client,
    nowMs: () => nowMs,
    onFrame: (frame) => frames.push(frame),
    copyText: (text) => {
      copied.push(text);
      return Promise.resolve();
    },
    preferences: { get: (key) => preferences.get(key) ?? null, set: (key, value) => preferences.set(key, value) },
    pageId: 'test',
  });
  screen.open();
  return {
    client,
    screen,
    calls,
    copied,
    callsOf: <K extends CommandName>(name: K) => calls.flatMap((call) => (call[0] === name ? [call[1] as CommandInput<K>] : [])),
    answer: (name, answer) => {
      Object.assign(answers, { [name]: answer });
    },
    emit(...events) {
      seq += 1;
      for (const listener of batchListeners) listener({ seq, events });
    },
    emitNumbered(number, ...events) {
      seq = number;
      for (const listener of batchListeners) listener({ seq, events });
    },
    connection: (state) => connectionListeners.forEach((listener) => listener(state)),
    frame() {
      const waiting = frames.splice(0);
      for (const frame of waiting) frame();
      return waiting.length;
    },
    settle: () => delay(1),
    advance(ms) {
      nowMs += ms;
    },
  };
}

/** A screen that is connected and shows batch-1, with this run where one is given. */
export async function openProgram(run: RunHeader | null = null): Promise<Program> {
  const program = startProgram(run);
  program.connection('connected');
  await program.settle();
  program.frame();
  return program;
}

/** Waits until something holds; fails with its own message when it never does. */
export async function eventually(check: () => void): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      check();
      return;
    } catch (thrown) {
      if (tries >= 200) throw thrown;
      await delay(10);
    }
  }
}
