import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, expect, test } from 'vitest';

import { answerOf, type Reply, type TaskName } from './answers.ts';
import { openCrashPlace, type CrashPlace } from './place.ts';
import { COMPLETED, FAILED } from './rules.ts';

const TIMEOUT_MS = 240_000;
const SIZE = 40;

let place: CrashPlace | null = null;
afterEach(async () => {
  await place?.close();
  place = null;
});

/** Holds the culprits' answers back until so many other requests have come: whatever was sent beside them first is safe then. */
function culpritsAnswerLate(culprits: readonly number[], answer: (task: TaskName) => string, others: number): (task: TaskName) => Promise<Reply> {
  let seen = 0;
  return async (task) => {
    if (!culprits.includes(task.position)) {
      seen += 1;
      return { kind: 'answer', text: answerOf(task), latencyMs: 5 };
    }
    const until = seen + others;
    const isEnough = (): boolean => seen >= until || place === null;
    while (!isEnough()) await delay(5);
    return { kind: 'answer', text: answer(task), latencyMs: 0 };
  };
}

/** Position, status and class of failure of every task that is not simply completed. */
function exceptions(of: CrashPlace): readonly unknown[] {
  const tasks = of.witness.run()?.tasks ?? [];
  expect(tasks).toHaveLength(SIZE);
  return tasks.filter(({ status }) => status !== COMPLETED).map(({ position, status, failure }) => [position, status, failure === null ? null : (JSON.parse(failure) as { class: string }).class]);
}

test('case 61: a task whose answer ends the program each time is parked after two lives instead of keeping the batch from ever ending', { timeout: TIMEOUT_MS }, async () => {
  const culprit = 3;
  place = await openCrashPlace({ label: 'deadly', size: SIZE, concurrency: 4, reply: culpritsAnswerLate([culprit], answerOf, 8) });
  const end = { point: 'after-response', task: culprit } as const;
  for (let count = 1; count <= 2; count += 1) {
    const life = await place.live({ aim: { kind: 'none' }, end });
    expect([life.signal, place.server.count({ batch: 'deadly', position: culprit }).requests]).toEqual(['SIGKILL', count]);
    expect(place.witness.look(life)).toEqual([]);
  }
  const last = await place.live({ aim: { kind: 'none' }, end });
  expect([last.exitCode, last.signal]).toEqual([1, null]);
  expect(place.witness.look(last)).toEqual([]);
  expect(exceptions(place)).toEqual([[culprit, FAILED, 'interrupted']]);
  expect(place.server.count({ batch: 'deadly', position: culprit }).requests).toBe(2);
});

test('case 53: a program that runs out of memory over two huge answers loses nothing that was answered, parks those two and completes the rest', { timeout: TIMEOUT_MS }, async () => {
  const culprits = [3, 4];
  const hugeAnswer = 'x'.repeat(15 * 1024 * 1024);
  place = await openCrashPlace({ label: 'huge', size: SIZE, concurrency: 4, reply: culpritsAnswerLate(culprits, () => hugeAnswer, 8) });
  for (let count = 1; count <= 2; count += 1) {
    const life = await place.live({ aim: { kind: 'none' }, nodeOptions: ['--max-old-space-size=40'] });
    expect(life.stderr).toContain('heap out of memory');
    expect(life.exitCode).not.toBe(0);
    expect(place.witness.look(life)).toEqual([]);
  }
  const last = await place.live({ aim: { kind: 'none' } });
  expect([last.exitCode, last.signal]).toEqual([1, null]);
  expect(place.witness.look(last)).toEqual([]);
  expect(exceptions(place)).toEqual(culprits.map((position) => [position, FAILED, 'interrupted']));
});
