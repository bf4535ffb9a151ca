import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { openStore, STORE_FILE } from '../../electron/store/open.ts';
import { DEFAULTS, type RunSettings } from '../../shared/vocabulary.ts';
import { answerOf } from './answers.ts';
import { dataDirOf, live } from './life.ts';
import { startCountingServer } from './server.ts';
import { inputOf } from './witness.ts';

export interface RestartFigures {
  readonly taskCount: number;
  readonly doneCount: number;
  /** Of several restarts, each after a kill: from the start of the process to its first request, ms. */
  readonly firstRequestMs: readonly number[];
}

const RESTARTS = 3;
const IN_FLIGHT = 16;
const LABEL = 'large';

/** Measures how soon a large run that was killed half done goes on. */
export async function measureRestart(taskCount: number): Promise<RestartFigures> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tasklane-restart-'));
  const server = await startCountingServer();
  try {
    const doneCount = taskCount / 2;
    const runId = fillStore(dataDirOf(folder), server.baseUrl, taskCount, doneCount);
    const restart = async (): Promise<number> => {
      const life = await live({ folder, args: ['resume', runId, '--json'], aim: { kind: 'after-send', request: 1 } }, server);
      if (life.startMs === null) throw new Error(`Expected the resumed run to send something; it ended with ${life.exitCode ?? life.signal}: ${life.stderr}`);
      return life.startMs;
    };
    // The first one finds a store that was closed, unlike those that come after a kill.
    await restart();
    const firstRequestMs: number[] = [];
    while (firstRequestMs.length < RESTARTS) firstRequestMs.push(await restart());
    return { taskCount, doneCount, firstRequestMs };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A store as a kill in the middle of the run leaves it: the first half is done, the next tasks are in flight. */
function fillStore(dataDir: string, baseUrl: string, taskCount: number, doneCount: number): string {
  const store = openStore({ dataDir, holder: 'crash harness' });
  const settings: RunSettings = { template: `${LABEL} task {{number}}`, system: '', providerId: null, providerName: 'counting', baseUrl, simulated: false, model: 'counting', concurrency: IN_FLIGHT, maxAttempts: DEFAULTS.maxAttempts, timeoutMs: DEFAULTS.timeoutMs, maxTokens: null, temperature: null, stream: false };
  const createdAt = '2026-01-01T00:00:00.000Z';
  const batchId = store.batches.begin({ name: LABEL, createdAt, files: [], columns: ['number'], draft: { ...settings, providerId: 'simulated' } });
  store.batches.append(batchId, 0, Array.from({ length: taskCount }, (_, position) => ({ customId: String(position), vars: { number: inputOf(position) } })));
  store.batches.finishImport(batchId, taskCount, ['number']);
  const { runId } = store.runs.create({ batchId, settings, total: taskCount, createdAt });
  store.runs.save({ ...store.runs.get(runId), status: 'running', startedAt: createdAt });
  store.close();

  const db = new DatabaseSync(path.join(dataDir, STORE_FILE));
  const attempt = db.prepare(
    "INSERT INTO attempts(run_key, ordinal, position, number, slot, outcome, started_at, queue_wait_ms, rate_wait_ms, backoff_ms, sent_ms, finished_ms, input_tokens, output_tokens, request_id) VALUES(1, ?1, ?1, 1, ?1 % 16, ?2, ?3, 0, 0, 0, ?1, ?4, 7, 3, 'req')",
  );
  const task = db.prepare('INSERT INTO run_tasks(run_key, position, status, attempts, spent, started_ms, finished_ms, service_ms, final_service_ms, input_tokens, output_tokens) VALUES(1, ?1, ?2, 1, ?3, ?1, ?4, 20, 20, 7, 3)');
  const result = db.prepare("INSERT INTO results(run_key, position, output, finish_reason, model) VALUES(1, ?, ?, 'stop', 'counting')");
  db.exec('BEGIN');
  for (let position = 0; position < doneCount + IN_FLIGHT; position += 1) {
    const isDone = position < doneCount;
    const finishedMs = isDone ? position + 20 : null;
    attempt.run(position, isDone ? 1 : 0, createdAt, finishedMs);
    task.run(position, isDone ? 2 : 1, isDone ? 1 : 0, finishedMs);
    if (isDone) result.run(position, answerOf({ batch: LABEL, position }));
  }
  db.exec('COMMIT');
  db.close();
  return runId;
}
