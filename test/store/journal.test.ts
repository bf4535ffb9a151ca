import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createJournal, type Journal } from '../../electron/store/journal.ts';
import { migrate } from '../../electron/store/migrations.ts';
import { answerOf, beginOf, endOf, storePlaceForEach } from './place.ts';

const place = storePlaceForEach();
let db: DatabaseSync;
let journal: Journal;

beforeEach(() => {
  db = new DatabaseSync(place.storeFile);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  migrate(db);
  journal = createJournal(db);
});
afterEach(() => {
  journal.close();
  db.close();
});

/** The disk is full: no page can be added any more. */
const fillDisk = (): void => db.exec('PRAGMA max_page_count = 1');
const makeRoom = (): void => db.exec('PRAGMA max_page_count = 1000000');
const countOf = (table: 'attempts' | 'results'): unknown => db.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count'];

describe('case 43: the disk is full', () => {
  it('case 43: an attempt that could not be committed is refused, so that it is never sent, and leaves no row', async () => {
    fillDisk();
    const begins = Array.from({ length: 100 }, (_, index) => journal.begin(beginOf('r1', index)));
    const outcomes = await Promise.allSettled(begins);
    expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as { code: string; message: string }) : null))).toEqual(outcomes.map(() => expect.objectContaining({ code: 'store_failed', message: "The store can't be written: the disk is full." }) as unknown));
    makeRoom();
    expect(countOf('attempts')).toBe(0);
  });

  it('case 43: an answer that could not be committed is kept, and committed once there is room', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => journal.begin(beginOf('r1', index))));
    fillDisk();
    const failures: unknown[] = [];
    journal.onFailure((error) => failures.push(error));
    const ends = Array.from({ length: 20 }, (_, index) => journal.end(endOf('r1', index)));
    expect(() => journal.flush()).toThrow(/the disk is full/);
    expect(failures).toHaveLength(1);
    expect(journal.unsavedCount()).toBe(20);
    // One that is answered meanwhile waits with the others, in their order.
    const refused = journal.begin(beginOf('r1', 20));
    await expect(refused).rejects.toMatchObject({ code: 'store_failed' });
    expect(journal.unsavedCount()).toBe(20);
    expect(countOf('results')).toBe(0);
    makeRoom();
    // Nobody asks for it: the journal tries again by itself.
    await Promise.all(ends);
    expect(journal.unsavedCount()).toBe(0);
    expect(db.prepare('SELECT output FROM results ORDER BY position').all().map(({ output }) => output)).toEqual(Array.from({ length: 20 }, (_, index) => answerOf(index)));
  });
});

describe('a fault that is not of SQLite, such as a value that can not be bound', () => {
  const faulty = (index: number): Parameters<Journal['begin']>[0] => ({ ...beginOf('r1', index), startedAt: new Date(0) as unknown as string });

  it('leaves nobody waiting for ever: begins are rejected, also those beside it, and whoever listens is told', async () => {
    const failures: string[] = [];
    journal.onFailure(({ message }) => failures.push(message));
    const outcomes = await Promise.allSettled([journal.begin(faulty(0)), journal.begin(beginOf('r1', 1))]);
    expect(outcomes).toMatchObject([0, 1].map(() => ({ status: 'rejected', reason: { code: 'store_failed', message: expect.stringMatching(/^The store can't take what is to be written: .+\.$/) as string } })));
    expect(failures).toHaveLength(1);
    await journal.begin(beginOf('r1', 2));
    expect(countOf('attempts')).toBe(1);
  });

  it('does not forget the answers that were to be committed with it', async () => {
    await journal.begin(beginOf('r1', 0));
    const ended = journal.end(endOf('r1', 0));
    await expect(journal.begin(faulty(1))).rejects.toMatchObject({ code: 'store_failed' });
    expect([journal.unsavedCount(), countOf('results')]).toEqual([1, 0]);
    // Nobody asks for it: the journal tries again by itself.
    await ended;
    expect([journal.unsavedCount(), countOf('results')]).toEqual([0, 1]);
  });
});

it('takes nothing once it is closed, where it would wait for ever', async () => {
  await journal.begin(beginOf('r1', 0));
  journal.close();
  await expect(journal.end(endOf('r1', 0))).rejects.toMatchObject({ code: 'store_failed', message: 'The store is closed.' });
  expect(journal.unsavedCount()).toBe(0);
});
