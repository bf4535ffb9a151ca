import { DatabaseSync } from 'node:sqlite';

import { beforeEach, expect, it } from 'vitest';

import { addBatch, beginOf, endOf, settings, storePlaceForEach } from './place.ts';

const place = storePlaceForEach();

/** A run that was on, with two answers. */
beforeEach(async () => {
  const store = place.open();
  const { runId } = store.runs.create({ batchId: addBatch(store, [{ a: '1' }, { a: '2' }]), settings, total: 2, createdAt: '2026-01-01T00:00:00.000Z' });
  store.runs.save({ ...store.runs.get(runId), status: 'running' });
  await Promise.all([0, 1].map((index) => store.journal.begin(beginOf(runId, index))));
  for (const index of [0, 1]) void store.journal.end(endOf(runId, index));
  store.close();
});

function write(sql: string): void {
  const db = new DatabaseSync(place.storeFile);
  db.exec(sql);
  db.close();
}

it('a sum of tokens that is too large for a number does not lock the whole store up', () => {
  write("UPDATE runs SET status = 'completed', input_tokens = 9007199254740992 * 3, output_tokens = 9223372036854775807");
  const store = place.open();
  const header = store.runs.get('r1');
  expect(header).toMatchObject({ inputTokens: Number.MAX_SAFE_INTEGER, outputTokens: Number.MAX_SAFE_INTEGER, total: 2 });
  expect([store.runs.list(), store.runs.listOf('b1'), [...store.runs.latestByBatch().values()]]).toEqual([[header], [header], [header]]);
  store.runs.save(header);
  expect(store.runs.get('r1')).toEqual(header);
});

it('counts of attempts that are none, as earlier versions took them from a provider, add up to a sum that can be read', () => {
  write('UPDATE attempts SET input_tokens = 9007199254740991, output_tokens = CASE position WHEN 0 THEN -4 ELSE 9 END; UPDATE run_tasks SET input_tokens = 5000000000');
  const store = place.open();
  expect(store.runs.get('r1')).toMatchObject({ status: 'paused', inputTokens: 0, outputTokens: 9 });
  // A column holds 32 bits, of which another number would be left.
  expect([...store.runTasks.taskColumns('r1').inputTokens]).toEqual([-1, -1]);
});

it('a sum in SQL that overflows does not keep the store from being opened', () => {
  write(`WITH RECURSIVE more(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM more WHERE n < 1200)
    INSERT INTO attempts SELECT run_key, n, position, n, slot, outcome, started_at, queue_wait_ms, rate_wait_ms, backoff_ms, sent_ms, first_token_ms, finished_ms, 9007199254740991, 9007199254740991, NULL, NULL, fingerprint, edit FROM attempts, more WHERE ordinal = 0`);
  expect(place.open().runs.get('r1')).toMatchObject({ attempts: 1201, inputTokens: 6 });
});
