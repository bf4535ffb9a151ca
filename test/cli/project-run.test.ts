import { describe, expect, it } from 'vitest';

import { projectionOf } from '../../electron/cli/project-run.ts';
import { ATTEMPT_COMPLETED, attemptPatchOf, taskPatchOf, type AttemptRow } from '../../shared/contract/columns.ts';
import type { RunSnapshot } from '../../shared/contract/commands.ts';
import { DEFAULTS } from '../../shared/vocabulary.ts';

/** A run whose attempts took so long, `slots` at a time in equal rounds. */
function snapshotOf(runId: string, slots: number, durationMs: number, rounds: number): RunSnapshot {
  const rows: AttemptRow[] = Array.from({ length: slots * rounds }, (_, ordinal) => {
    const sentMs = Math.floor(ordinal / slots) * durationMs;
    return { ordinal, taskIndex: ordinal, number: 1, slot: ordinal % slots, queueWaitMs: sentMs, rateWaitMs: 0, backoffMs: 0, sentMs, firstTokenMs: Number.NaN, finishedMs: sentMs + durationMs, outcome: ATTEMPT_COMPLETED, outputTokens: -1 };
  });
  const count = rows.length;
  const run: RunSnapshot['run'] = {
    runId, batchId: 'b1', batchName: 'tasks', status: 'completed', stopReason: null, stopMessage: null,
    settings: { template: '', system: '', providerId: null, providerName: '', baseUrl: '', simulated: true, model: '', ...DEFAULTS, concurrency: slots, maxTokens: null, temperature: null, stream: true },
    total: count, queued: 0, running: 0, completed: count, failed: 0, cancelled: 0, attempts: count, retries: 0, inputTokens: 0, outputTokens: 0,
    effectiveConcurrency: slots, peakInFlight: slots, limitedBy: 'nothing', activeMs: rounds * durationMs, firstSentMs: 0, lastFinishedMs: rounds * durationMs,
    trouble: null, interruption: null, slotSteps: [{ atMs: 0, slots }], createdAt: '', startedAt: null, endedAt: null,
  };
  return { seq: 1, run, tasks: taskPatchOf([]), attempts: attemptPatchOf(rows) };
}

describe('projectionOf', () => {
  it('schedules the measured durations at other concurrencies and marks what lies beyond twice the observed one', () => {
    const { slowdown, observedConcurrency, taskCount, projection } = projectionOf(snapshotOf('r1', 2, 100, 12), [], [1, 2, 4, 5]);
    expect({ slowdown, observedConcurrency, taskCount }).toEqual({ slowdown: null, observedConcurrency: 2, taskCount: 24 });
    expect(projection.map(({ concurrency, wallMs, speedup, extrapolated }) => [concurrency, wallMs, speedup, extrapolated])).toEqual([[1, 2400, 1, false], [2, 1200, 2, false], [4, 600, 4, false], [5, 500, 4.8, true]]);
  });

  it('fits the slowdown of the server only from runs at several concurrencies', () => {
    const alone = snapshotOf('r1', 1, 100, 24);
    const crowded = snapshotOf('r2', 4, 130, 6);
    const { slowdown, observedConcurrency, projection } = projectionOf(crowded, [alone], [1, 4]);
    expect(slowdown?.a).toBeCloseTo(0.1, 2);
    expect(observedConcurrency).toBe(4);
    expect(projection[0]?.wallMs).toBeCloseTo(2400, -1);
    expect(projection[1]?.wallMs).toBeCloseTo(780, -1);
  });

  it('gives the same interval every time, so that a repeated question has one answer', () => {
    const run = snapshotOf('r1', 2, 100, 12);
    expect(projectionOf(run, [], [3])).toEqual(projectionOf(run, [], [3]));
  });
});
