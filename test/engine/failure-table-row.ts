import { onTestFinished } from 'vitest';

import { createOpenAiExecutor, type OpenAiExecutorOptions } from '../../electron/executors/openai-executor.ts';
import { TASK_FLAGS, type FailureClass, type RunSettings, type RunStatus, type StopReason, type TaskStatus } from '../../shared/vocabulary.ts';
import { answers } from '../fixtures/misbehaviour.ts';
import { startMisbehavingServer, type Behaviour, type MisbehavingServer, type MisbehavingServerOptions, type SeenRequest } from '../fixtures/misbehaving-server.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** How a batch is run: `odd` is the one task that is dealt with differently; all others are `task-N`. */
export const ODD = 'odd';

export interface Setting {
  /** Default 3: the odd one and two others behind it. */
  readonly tasks?: number;
  readonly settings?: Partial<RunSettings>;
  readonly executor?: Partial<OpenAiExecutorOptions>;
  /** Default 0: no jitter, so that only what a provider asks for is waited. */
  readonly random?: number;
  readonly server?: MisbehavingServerOptions;
}

export interface Place {
  readonly server: MisbehavingServer;
  readonly bench: Workbench;
  readonly runId: string;
}

/** A misbehaving server, a real store, the real engine and executor, and a run that is not started yet. */
export async function prepare(script: (request: SeenRequest) => Behaviour, { tasks = 3, settings = {}, executor = {}, random = 0, server: serverOptions = {} }: Setting = {}): Promise<Place> {
  const server = await startMisbehavingServer(script, serverOptions);
  const bench = openWorkbench(server.baseUrl, {
    random: () => random,
    engine: { executorFor: async () => createOpenAiExecutor({ baseUrl: server.baseUrl, key: 'sk-test-key-of-the-table', connections: null, ...executor }) },
  });
  onTestFinished(async () => {
    await bench.close();
    await server.close();
  });
  const prompts = [ODD, ...Array.from({ length: tasks - 1 }, (_, index) => `task-${index + 1}`)];
  return { server, bench, runId: bench.addRun(bench.addBatch(prompts), { concurrency: 1, ...settings }) };
}

/** Runs to the end, or to where the batch stops. */
export async function run(place: Place): Promise<Place> {
  await place.bench.engine.start(place.runId);
  await place.bench.engine.idle(place.runId);
  return place;
}

/** The odd task gets these behaviours, one per attempt, the last of them again and again; the others get good answers. */
export function oddly(...behaviours: readonly Behaviour[]): (request: SeenRequest) => Behaviour {
  return ({ prompt, attempt }) => (prompt === ODD ? (behaviours[attempt - 1] ?? behaviours.at(-1)!) : answers(`fine: ${prompt}`));
}

/** Everything that the table says about a task and its run, as one value. */
export interface Row {
  /** Requests for the odd task that the server saw. */
  readonly sends: number;
  readonly status: TaskStatus;
  readonly class: FailureClass | null;
  readonly httpStatus: number | null;
  /** Attempts made, and those that count towards the maximum. */
  readonly attempts: number;
  readonly spent: number;
  readonly maybeBilled: boolean;
  readonly flags: readonly string[];
  readonly run: RunStatus;
  readonly stop: StopReason | null;
  readonly queued: number;
  readonly failed: number;
}

export function rowOf({ server, bench, runId }: Place): Row {
  const { status, failure, attempts, spent, flags } = bench.store.runTasks.standing(runId, 0);
  const header = bench.store.runs.get(runId);
  const named = Object.entries(TASK_FLAGS).flatMap(([name, bit]) => ((flags & bit) === 0 ? [] : [name]));
  return { sends: server.sends(ODD), status, class: failure?.class ?? null, httpStatus: failure?.httpStatus ?? null, attempts, spent, maybeBilled: failure?.maybeBilled ?? false, flags: named, run: header.status, stop: header.stopReason, queued: header.queued, failed: header.failed };
}

/** A task that was answered at once in a run that ended; tests say what differs. */
export const DONE: Row = { sends: 1, status: 'completed', class: null, httpStatus: null, attempts: 1, spent: 1, maybeBilled: false, flags: [], run: 'completed', stop: null, queued: 0, failed: 0 };

/** A task among the failures after its `tries`, in a run that went on to its end. */
export function failedAfter(tries: number, failureClass: FailureClass, httpStatus: number | null = null): Row {
  return { ...DONE, sends: tries, status: 'failed', class: failureClass, httpStatus, attempts: tries, spent: tries, failed: 1 };
}

/** A batch that was stopped by the first attempt of its first task, with all of its `tasks` in the queue. */
export function stoppedBy(stop: StopReason, failureClass: FailureClass, httpStatus: number | null = null, tasks = 3): Row {
  return { ...DONE, status: 'queued', class: failureClass, httpStatus, spent: 0, run: 'paused', stop, queued: tasks };
}
