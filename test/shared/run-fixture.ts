import type { AttemptRow, TaskRow } from '../../shared/contract/columns.ts';
import type { RunHeader } from '../../shared/vocabulary.ts';
import { ATTEMPT_COMPLETED } from '../../shared/contract/columns.ts';

/** A finished run of three tasks at concurrency 3, but for what is given. */
export function runHeader(given: Partial<RunHeader> = {}): RunHeader {
  return {
    runId: 'run-1',
    batchId: 'batch-1',
    batchName: 'questions',
    status: 'completed',
    stopReason: null,
    stopMessage: null,
    settings: { template: '{{prompt}}', system: '', providerId: 'simulated', providerName: 'Simulated', baseUrl: '', simulated: true, model: 'simulated-small', concurrency: 3, maxAttempts: 5, timeoutMs: 120_000, maxTokens: null, temperature: null, stream: true },
    total: 3,
    queued: 0,
    running: 0,
    completed: 3,
    failed: 0,
    cancelled: 0,
    attempts: 3,
    retries: 0,
    inputTokens: 30,
    outputTokens: 300,
    effectiveConcurrency: 3,
    peakInFlight: 3,
    limitedBy: 'nothing',
    activeMs: 0,
    firstSentMs: null,
    lastFinishedMs: null,
    trouble: null,
    interruption: null,
    slotSteps: [{ atMs: 0, slots: 3 }],
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:01.000Z',
    endedAt: '2026-01-01T00:00:09.000Z',
    ...given,
  };
}

/** A completed task. */
export function taskRow(given: Partial<TaskRow> & { readonly index: number }): TaskRow {
  return { status: 2, attempts: 1, failure: 0, startedMs: 0, finishedMs: 100, serviceMs: 100, finalServiceMs: 100, timeToFirstTokenMs: Number.NaN, inputTokens: 10, outputTokens: 100, flags: 0, ...given };
}

/** The first and completed attempt of the task of the same number, on the slot of that number. */
export function attemptRow(given: Partial<AttemptRow> & { readonly ordinal: number; readonly sentMs: number; readonly finishedMs: number }): AttemptRow {
  return { taskIndex: given.ordinal, number: 1, slot: given.ordinal, queueWaitMs: given.sentMs, rateWaitMs: 0, backoffMs: 0, firstTokenMs: Number.NaN, outcome: ATTEMPT_COMPLETED, outputTokens: 100, ...given };
}
