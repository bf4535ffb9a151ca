import { describe, expect, it } from 'vitest';

import { TASK_FLAGS } from '../../shared/vocabulary.ts';
import type { Store } from '../../electron/store/open.ts';
import { addBatch, beginOf, endOf, settings, storePlaceForEach } from './place.ts';

const place = storePlaceForEach();

/** A run that is on, with tasks 0 and 1 completed, 2 failed, 3 and 4 in flight, 5 untouched, and a header that lags behind. */
async function leaveRunning(): Promise<void> {
  const store = place.open();
  const batchId = addBatch(store, Array.from({ length: 6 }, (_, index) => ({ a: String(index) })));
  const { runId } = store.runs.create({ batchId, settings, total: 6, createdAt: '2026-01-01T00:00:00.000Z' });
  store.runs.save({ ...store.runs.get(runId), status: 'running', startedAt: '2026-01-01T00:00:00.000Z' });
  await Promise.all([0, 1, 2, 3, 4].map((index) => store.journal.begin(beginOf(runId, index))));
  for (const [index, status] of [[0, 'completed'], [1, 'completed'], [2, 'failed']] as const) void store.journal.end(endOf(runId, index, status));
  store.close();
}

/** As if it had been resumed and ended again, with these tasks in flight. */
async function interruptAgain(store: Store, indices: readonly number[]): Promise<void> {
  store.runs.save({ ...store.runs.get('r1'), status: 'running' });
  await Promise.all(indices.map((index) => store.journal.begin({ ...beginOf('r1', index), ordinal: 100 + index, number: 2, sentMs: 50 + index })));
  store.close();
}

const statuses = (store: Store): readonly string[] => [0, 1, 2, 3, 4, 5].map((index) => store.runTasks.standing('r1', index).status);

describe('a run that was on when the program ended', () => {
  it('is paused as interrupted, with its counts told anew from the rows', async () => {
    await leaveRunning();
    const store = place.open();
    expect(store.runs.get('r1')).toMatchObject({
      status: 'paused',
      stopReason: 'interrupted',
      interruption: { inFlight: 2, parked: 0 },
      completed: 2,
      failed: 1,
      queued: 3,
      attempts: 5,
      retries: 0,
      inputTokens: 9,
      outputTokens: 21,
      firstSentMs: 0,
      lastFinishedMs: 7,
      activeMs: 7,
    });
    expect(store.runs.get('r1').stopMessage).toBe('Tasklane ended while this run was on; nothing that was answered is lost. 2 tasks in flight may have been billed and go out once more when you resume.');
    expect(statuses(store)).toEqual(['completed', 'completed', 'failed', 'queued', 'queued', 'queued']);
    for (const index of [3, 4]) expect(store.runTasks.standing('r1', index)).toMatchObject({ flags: TASK_FLAGS.maybeBilledTwice, attempts: 1, failure: { class: 'interrupted', maybeBilled: true } });
    for (const index of [0, 2, 5]) expect(store.runTasks.standing('r1', index).flags).toBe(0);
    expect(store.runTasks.attemptsOf('r1', 3)).toMatchObject([{ state: 'interrupted', failure: { class: 'interrupted' } }]);
  });

  it('G4: parks a task that was interrupted a second time, instead of sending it a third time', async () => {
    await leaveRunning();
    await interruptAgain(place.open(), [3, 5]);
    const store = place.open();
    expect(statuses(store)).toEqual(['completed', 'completed', 'failed', 'failed', 'queued', 'queued']);
    expect(store.runs.get('r1')).toMatchObject({ status: 'paused', failed: 2, queued: 2, retries: 2, attempts: 7, interruption: { inFlight: 2, parked: 1 } });
    expect(store.runs.get('r1').stopMessage).toContain('1 task in flight may have been billed and goes out once more when you resume. 1 task in flight may have been billed and stands among the failures');
    expect(store.runTasks.standing('r1', 3)).toMatchObject({ flags: TASK_FLAGS.maybeBilledTwice, failure: { class: 'interrupted' } });
  });

  it('parks at once what was in flight where the settings say to ask first', async () => {
    await leaveRunning();
    const first = place.open();
    first.appSettings.save({ resendInterrupted: 'ask' });
    await interruptAgain(first, [4, 5]);
    const store = place.open();
    expect(statuses(store)).toEqual(['completed', 'completed', 'failed', 'queued', 'failed', 'failed']);
    expect(store.runs.get('r1')).toMatchObject({ failed: 3, queued: 1, interruption: { inFlight: 2, parked: 2 } });
  });

  it('does not say of a task that was sent once and is parked that it may have been billed twice', async () => {
    const first = place.open();
    first.appSettings.save({ resendInterrupted: 'ask' });
    first.close();
    await leaveRunning();
    const store = place.open();
    for (const index of [3, 4]) expect(store.runTasks.standing('r1', index)).toMatchObject({ status: 'failed', attempts: 1, flags: 0, failure: { class: 'interrupted', maybeBilled: true } });
  });

  it('is not recovered twice: a second start leaves everything as the first one put it', async () => {
    await leaveRunning();
    const first = place.open();
    const header = first.runs.get('r1');
    const standings = [3, 4].map((index) => first.runTasks.standing('r1', index));
    first.close();
    const second = place.open();
    expect(second.runs.get('r1')).toEqual(header);
    expect([3, 4].map((index) => second.runTasks.standing('r1', index))).toEqual(standings);
  });

  it.each(['running', 'pausing'] as const)('that was %s without having sent anything has nothing in flight, and nothing that may have been billed', (status) => {
    const first = place.open();
    const batchId = addBatch(first, [{ a: '1' }]);
    const { runId } = first.runs.create({ batchId, settings, total: 1, createdAt: '2026-01-01T00:00:00.000Z' });
    first.runs.save({ ...first.runs.get(runId), status });
    first.close();
    expect(place.open().runs.get(runId)).toMatchObject({ status: 'paused', stopReason: 'interrupted', stopMessage: 'Tasklane ended while this run was on; nothing that was answered is lost.', interruption: { inFlight: 0, parked: 0 }, queued: 1, attempts: 0, firstSentMs: null });
  });
});
