import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AppEvent } from '../../../shared/contract/events.ts';
import type { RunState } from '../../../shared/run-state/run-state.ts';
import { attemptPatchOf, taskPatchOf } from '../../../shared/contract/columns.ts';
import { coalesce } from '../../../shared/run-state/coalesce.ts';
import { applyBatch, applyEvent, attemptColumns, countsOf, createRunState, runStateOf, taskColumns } from '../../../shared/run-state/run-state.ts';
import { attemptRow, runHeader, taskRow } from '../run-fixture.ts';

function tasksChanged(...rows: Parameters<typeof taskPatchOf>[0]): AppEvent {
  return { type: 'tasks.changed', runId: 'run-1', tasks: taskPatchOf(rows) };
}

function attemptsChanged(...rows: Parameters<typeof attemptPatchOf>[0]): AppEvent {
  return { type: 'attempts.changed', runId: 'run-1', attempts: attemptPatchOf(rows) };
}

/** What a state says, without its spare room and version numbers. */
function contentOf(state: RunState) {
  return { run: state.run, tasks: taskColumns(state), attempts: attemptColumns(state), attemptCount: state.attemptCount, counts: countsOf(state) };
}

test('a run of which nothing happened has all tasks queued and no attempts', () => {
  const state = createRunState(runHeader({ total: 2 }));
  const untouched = { status: 0, attempts: 0, startedMs: Number.NaN, finishedMs: Number.NaN, serviceMs: Number.NaN, finalServiceMs: Number.NaN, inputTokens: -1, outputTokens: -1 };
  expect(contentOf(state)).toEqual({
    run: runHeader({ total: 2 }),
    tasks: taskPatchOf([taskRow({ index: 0, ...untouched }), taskRow({ index: 1, ...untouched })]),
    attempts: attemptPatchOf([]),
    attemptCount: 0,
    counts: { queued: 2, running: 0, completed: 0, failed: 0, cancelled: 0 },
  });
});

test('the latest row of a task wins, and rows not named stay', () => {
  const state = applyBatch(createRunState(runHeader()), [tasksChanged(taskRow({ index: 2, status: 1 }), taskRow({ index: 0, status: 1 })), tasksChanged(taskRow({ index: 2, status: 3, failure: 4 }))]);
  expect(Array.from(taskColumns(state).status)).toEqual([1, 0, 3]);
  expect(Array.from(taskColumns(state).failure)).toEqual([0, 0, 4]);
  expect(countsOf(state)).toEqual({ queued: 1, running: 1, completed: 0, failed: 1, cancelled: 0 });
});

test('attempts grow far beyond the first room and keep their rows', () => {
  const rows = Array.from({ length: 5000 }, (_, ordinal) => attemptRow({ ordinal, sentMs: ordinal, finishedMs: ordinal + 5, slot: ordinal % 7 }));
  const events = Array.from({ length: 50 }, (_, part) => attemptsChanged(...rows.slice(part * 100, part * 100 + 100)));
  expect(attemptColumns(applyBatch(createRunState(runHeader()), events))).toEqual(attemptPatchOf(rows));
});

test('attempts that come one by one do not copy the whole table each time', () => {
  let state = createRunState(runHeader());
  const buffers = new Set<unknown>();
  for (let ordinal = 0; ordinal < 4000; ordinal += 1) {
    state = applyEvent(state, attemptsChanged(attemptRow({ ordinal, sentMs: 0, finishedMs: 1 })));
    buffers.add(state.attempts.sentMs.buffer);
  }
  expect(buffers.size).toBeLessThan(8);
});

test('a trial run that is extended keeps what was done, and rows may come before the header that announces them', () => {
  const trial = applyBatch(createRunState(runHeader({ total: 1 })), [tasksChanged(taskRow({ index: 0 }))]);
  const extended = applyBatch(trial, [tasksChanged(taskRow({ index: 3, status: 1 })), { type: 'run.changed', run: runHeader({ total: 5 }) }]);
  expect(Array.from(taskColumns(extended).index)).toEqual([0, 1, 2, 3, 4]);
  expect(Array.from(taskColumns(extended).status)).toEqual([2, 0, 0, 1, 0]);
  expect(countsOf(extended)).toEqual({ queued: 3, running: 1, completed: 1, failed: 0, cancelled: 0 });
});

test('events about other runs and about other things leave the very same state', () => {
  const state = createRunState(runHeader());
  const others: readonly AppEvent[] = [
    { type: 'tasks.changed', runId: 'run-2', tasks: taskPatchOf([taskRow({ index: 0 })]) },
    { type: 'attempts.changed', runId: 'run-2', attempts: attemptPatchOf([attemptRow({ ordinal: 0, sentMs: 0, finishedMs: 1 })]) },
    { type: 'run.changed', run: runHeader({ runId: 'run-2', total: 99 }) },
    { type: 'answer.extended', runId: 'run-1', index: 0, attempt: 1, offset: 0, text: 'x' },
    { type: 'batches.changed', batches: [] },
    { type: 'providers.changed', providers: [], defaultProviderId: 'simulated' },
    tasksChanged(),
    attemptsChanged(),
  ];
  for (const event of others) expect(applyEvent(state, event)).toBe(state);
});

test('what changed can be told by identity and version, and what did not change keeps both', () => {
  const before = createRunState(runHeader());
  const after = applyEvent(before, tasksChanged(taskRow({ index: 0 })));
  expect(after).not.toBe(before);
  expect(after.tasks).not.toBe(before.tasks);
  expect(after.attempts).toBe(before.attempts);
  expect([after.tasksVersion, after.attemptsVersion]).toEqual([before.tasksVersion + 1, before.attemptsVersion]);
  const header = applyEvent(after, { type: 'run.changed', run: runHeader({ completed: 1 }) });
  expect([header.tasks, header.attempts, header.run.completed]).toEqual([after.tasks, after.attempts, 1]);
  expect(header.tasks).toBe(after.tasks);
});

test('a snapshot and the events before it give the same state, and the snapshot is not written to afterwards', () => {
  const rows = [taskRow({ index: 1 }), taskRow({ index: 2, status: 3, failure: 2 })];
  const attempts = [attemptRow({ ordinal: 1, sentMs: 3, finishedMs: 9 }), attemptRow({ ordinal: 0, sentMs: 2, finishedMs: 8 })];
  const snapshot = { seq: 4, run: runHeader(), tasks: taskPatchOf(rows), attempts: attemptPatchOf(attempts) };
  const fromSnapshot = runStateOf(snapshot);
  const fromEvents = applyBatch(createRunState(runHeader()), [tasksChanged(...rows), attemptsChanged(...attempts)]);
  expect(contentOf(fromSnapshot)).toEqual(contentOf(fromEvents));
  applyEvent(fromSnapshot, tasksChanged(taskRow({ index: 1, status: 0 })));
  expect(snapshot.tasks).toEqual(taskPatchOf(rows));
});

test('views share memory instead of copying 100,000 rows for every chart', () => {
  const state = createRunState(runHeader({ total: 4 }));
  expect(taskColumns(state).status.buffer).toBe(state.tasks.status.buffer);
  expect(attemptColumns(state).sentMs.buffer).toBe(state.attempts.sentMs.buffer);
});

const event: fc.Arbitrary<AppEvent> = fc.oneof(
  fc.array(fc.record({ index: fc.nat(12), status: fc.nat(4), finishedMs: fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 999 })) }), { maxLength: 4 }).map((rows) => tasksChanged(...rows.map(taskRow))),
  fc
    .array(fc.record({ ordinal: fc.nat(30), outcome: fc.nat(5) }), { maxLength: 4 })
    .map((rows) => attemptsChanged(...rows.map((row) => attemptRow({ sentMs: row.ordinal, finishedMs: row.ordinal + 1, ...row })))),
  fc.record({ completed: fc.nat(9), runId: fc.constantFrom('run-1', 'run-2') }).map((given): AppEvent => ({ type: 'run.changed', run: runHeader({ total: 13, ...given }) })),
  fc.record({ index: fc.nat(2), offset: fc.nat(3), text: fc.string({ maxLength: 3 }) }).map((piece): AppEvent => ({ type: 'answer.extended', runId: 'run-1', attempt: 1, ...piece })),
  fc.constant<AppEvent>({ type: 'tasks.changed', runId: 'run-2', tasks: taskPatchOf([taskRow({ index: 1, status: 3 })]) }),
);

/** The events cut into batches at the given places. */
function batchesOf(events: readonly AppEvent[], cuts: readonly number[]): readonly (readonly AppEvent[])[] {
  const places = [0, ...cuts.map((cut) => cut % (events.length + 1)).toSorted((left, right) => left - right), events.length];
  return places.slice(1).map((until, position) => events.slice(places[position], until));
}

test('events in any batching, coalesced or not, give the same state', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 25 }), fc.array(fc.nat(100), { maxLength: 6 }), (events, cuts) => {
      const start = () => createRunState(runHeader({ total: 3 }));
      const oneByOne = events.reduce(applyEvent, start());
      const batches = batchesOf(events, cuts);
      expect(contentOf(batches.reduce(applyBatch, start()))).toEqual(contentOf(oneByOne));
      expect(contentOf(batches.map(coalesce).reduce(applyBatch, start()))).toEqual(contentOf(oneByOne));
      expect(contentOf(applyBatch(start(), coalesce(batches.flatMap(coalesce))))).toEqual(contentOf(oneByOne));
    }),
    { numRuns: 500 },
  );
});

test('patches of 1,000 rows into 100,000 tasks cost the changed rows, not all rows', () => {
  let state = createRunState(runHeader({ total: 100_000 }));
  const patch = tasksChanged(...Array.from({ length: 1000 }, (_, row) => taskRow({ index: row * 97 })));
  const { buffer } = state.tasks.status;
  for (let round = 0; round < 200; round += 1) state = applyEvent(state, patch);
  expect(state.tasks.status.buffer).toBe(buffer);
  expect(countsOf(state)).toEqual({ queued: 99_000, running: 0, completed: 1000, failed: 0, cancelled: 0 });
});
