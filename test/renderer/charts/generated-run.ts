import { ATTEMPT_COMPLETED, ATTEMPT_FAILED, ATTEMPT_RUNNING, attemptPatchOf, taskPatchOf, type AttemptPatch, type AttemptRow, type TaskPatch, type TaskRow } from '../../../shared/contract/columns.ts';
import { FAILURE_CLASSES, TASK_STATUSES, type FailureClass, type RunHeader } from '../../../shared/vocabulary.ts';

export interface GeneratedTask {
  readonly serviceMs: number;
  /** Share of the service time until the first token; absent when not streamed. */
  readonly firstTokenFraction?: number;
  /** The class it fails with; absent when it completes. */
  readonly failure?: FailureClass;
}

export interface GeneratedRun {
  readonly run: RunHeader;
  readonly tasks: TaskPatch;
  readonly attempts: AttemptPatch;
}

/** A run of one attempt a task by list scheduling on `slots` slots, in order, without overhead. With `nowMs` it is still on. */
export function generatedRun(given: readonly GeneratedTask[], slots: number, nowMs: number | null = null): GeneratedRun {
  const freeAtMs = Array.from({ length: slots }, () => 0);
  const attemptRows: AttemptRow[] = [];
  const taskRows: TaskRow[] = [];
  given.forEach((task, index) => {
    const slot = freeAtMs.indexOf(Math.min(...freeAtMs));
    const sentMs = freeAtMs[slot]!;
    const endMs = sentMs + task.serviceMs;
    freeAtMs[slot] = endMs;
    if (nowMs !== null && sentMs > nowMs) return;
    const running = nowMs !== null && endMs > nowMs;
    const failed = task.failure === undefined ? 0 : FAILURE_CLASSES.indexOf(task.failure) + 1;
    const firstTokenMs = task.firstTokenFraction === undefined ? Number.NaN : sentMs + task.serviceMs * task.firstTokenFraction;
    const outcome = running ? ATTEMPT_RUNNING : failed > 0 ? ATTEMPT_FAILED + failed - 1 : ATTEMPT_COMPLETED;
    attemptRows.push({ ordinal: attemptRows.length, taskIndex: index, number: 1, slot, queueWaitMs: sentMs, rateWaitMs: 0, backoffMs: 0, sentMs, firstTokenMs: running && firstTokenMs > nowMs ? Number.NaN : firstTokenMs, finishedMs: running ? Number.NaN : endMs, outcome, outputTokens: running ? -1 : 50 });
    taskRows.push({ index, status: TASK_STATUSES.indexOf(running ? 'running' : failed > 0 ? 'failed' : 'completed'), attempts: 1, failure: failed, startedMs: sentMs, finishedMs: running ? Number.NaN : endMs, serviceMs: running ? Number.NaN : task.serviceMs, finalServiceMs: running ? Number.NaN : task.serviceMs, timeToFirstTokenMs: firstTokenMs - sentMs, inputTokens: 10, outputTokens: 50, flags: 0 });
  });
  const count = (status: (typeof TASK_STATUSES)[number]): number => taskRows.filter((row) => row.status === TASK_STATUSES.indexOf(status)).length;
  const finished = attemptRows.map((row) => row.finishedMs).filter((ms) => !Number.isNaN(ms));
  const run: RunHeader = {
    runId: 'run-1',
    batchId: 'batch-1',
    batchName: 'customer reviews.csv',
    status: nowMs === null ? 'completed' : 'running',
    stopReason: null,
    stopMessage: null,
    settings: { template: '{{text}}', system: '', providerId: 'simulated', providerName: 'Simulated provider', baseUrl: '', simulated: true, model: 'simulated-small', concurrency: slots, maxAttempts: 5, timeoutMs: 120_000, maxTokens: null, temperature: null, stream: given.some((task) => task.firstTokenFraction !== undefined) },
    total: given.length,
    queued: given.length - taskRows.length,
    running: count('running'),
    completed: count('completed'),
    failed: count('failed'),
    cancelled: 0,
    attempts: attemptRows.length,
    retries: 0,
    inputTokens: 0,
    outputTokens: 0,
    effectiveConcurrency: slots,
    peakInFlight: Math.min(slots, given.length),
    limitedBy: 'setting',
    activeMs: nowMs ?? Math.max(0, ...finished),
    firstSentMs: attemptRows.length > 0 ? 0 : null,
    lastFinishedMs: finished.length > 0 ? Math.max(...finished) : null,
    trouble: null,
    interruption: null,
    slotSteps: [{ atMs: 0, slots }],
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: nowMs === null ? '2026-01-01T00:10:00.000Z' : null,
  };
  return { run, tasks: taskPatchOf(taskRows), attempts: attemptPatchOf(attemptRows) };
}

/** `count` tasks whose durations vary in a fixed way between 500 and about 1,500 ms. */
export function variedTasks(count: number): readonly GeneratedTask[] {
  return Array.from({ length: count }, (_, index) => ({ serviceMs: 500 + ((index * 7919) % 1000), firstTokenFraction: 0.25 }));
}
