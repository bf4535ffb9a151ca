import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { describe, expect, it } from 'vitest';

import { DAMAGED_FOLDER, SALVAGED_FILE } from '../../electron/store/set-aside.ts';
import type { Store } from '../../electron/store/open.ts';
import { addBatch, answerOf, endOf, beginOf, errorCode, fill, storePlaceForEach } from './place.ts';

const place = storePlaceForEach();
const PAGE = 4096;
const TASKS = 300;

/** Bytes that no page of SQLite begins with. */
function overwrite(file: string, fromByte: number, byteCount: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(byteCount, 0xa5), 0, byteCount, fromByte);
  closeSync(handle);
}

/** Pages that hold the rows of a table, the last one first. */
function leavesOf(table: string): readonly number[] {
  const db = new DatabaseSync(place.storeFile, { readOnly: true });
  const pages = db.prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno DESC").all(table).map((row) => Number(row['pageno']));
  db.close();
  return pages;
}

async function fillAndClose(count = TASKS): Promise<void> {
  const store = place.open();
  await fill(store, count);
  store.close();
}

const damagedFolders = (): readonly string[] => readdirSync(path.join(place.dataDir, DAMAGED_FOLDER)).map((name) => path.join(place.dataDir, DAMAGED_FOLDER, name));

/** Task 9, which failed, had got as far as this. */
async function keepHalfAnAnswer(): Promise<void> {
  const store = place.open();
  await fill(store, 10);
  void store.journal.end({ ...endOf('r1', 9, 'failed'), result: { output: 'half of an ans', finishReason: null, model: null } });
  store.close();
}

interface Line {
  readonly batch: string | null;
  readonly row: number;
  readonly custom_id: string | null;
  readonly status: string | null;
  readonly output: string | null;
  readonly partial_output: string | null;
  readonly error_class: string | null;
  readonly error: string | null;
  readonly attempts: number | null;
  readonly vars: Readonly<Record<string, string>> | null;
}

/** What was exported, and that the store goes on empty and says where the old one lies. */
function expectSetAside(store: Store): readonly Line[] {
  const [folder = ''] = damagedFolders();
  expect(store.batches.list()).toEqual([]);
  expect(store.notices).toMatchObject([{ kind: 'damaged' }]);
  expect(store.notices[0]?.message).toContain(folder);
  expect(store.notices[0]?.message).toContain('could still be read and are in');
  const lines = readFileSync(path.join(folder, SALVAGED_FILE), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  expect(store.notices[0]?.message).toMatch(new RegExp(`\\b${lines.length} tasks?, ${lines.filter(({ output }) => output !== null).length} of them with an answer`));
  // The new store works.
  expect(store.batches.get(addBatch(store, [{ a: '1' }])).taskCount).toBe(1);
  return lines;
}

const lineOf = (index: number): object => ({
  batch: 'rows',
  run: 'r1',
  row: index + 1,
  custom_id: `task-${index + 1}`,
  status: index % 10 === 9 ? 'failed' : 'completed',
  output: index % 10 === 9 ? null : answerOf(index),
  partial_output: null,
  error_class: index % 10 === 9 ? 'server' : null,
  error: index % 10 === 9 ? 'The server fell over.' : null,
  attempts: 1,
  started_at: '2026-01-01T00:00:01.000Z',
  queue_ms: 1,
  ttft_ms: 2,
  service_ms: 5,
  input_tokens: 3,
  output_tokens: 7,
  cost_usd: null,
  model: index % 10 === 9 ? null : 'm-1',
  finish_reason: index % 10 === 9 ? null : 'stop',
  vars: { a: `question ${index}` },
});
const allLines = Array.from({ length: TASKS }, (_, index) => lineOf(index));

describe('case 46: a damaged store is set aside, and what can be read of it is exported', () => {
  it('case 46: half an answer of a failed task is not written down as its answer, nor counted as one', async () => {
    await keepHalfAnAnswer();
    overwrite(place.storeFile, 0, 60);
    const lines = expectSetAside(place.open());
    expect(lines.at(-1)).toMatchObject({ status: 'failed', output: null, partial_output: 'half of an ans', error_class: 'server' });
    expect(lines.filter(({ output }) => output !== null)).toHaveLength(9);
  });

  it('case 46: a header that is garbage costs no row', async () => {
    await fillAndClose();
    overwrite(place.storeFile, 0, 100);
    expect(expectSetAside(place.open())).toEqual(allLines);
  });

  it('case 46: a first page that is garbage costs no row of a store that was never upgraded', async () => {
    await fillAndClose();
    overwrite(place.storeFile, 0, PAGE);
    expect(expectSetAside(place.open())).toEqual(allLines);
  });

  it('case 46: several broken pages of answers cost the answers on them and no others', async () => {
    await fillAndClose();
    const leaves = leavesOf('results');
    expect(leaves.length).toBeGreaterThan(20);
    const broken = [leaves[2], leaves[3], leaves[9], leaves[15]].map(Number);
    const lost = new Set(broken.flatMap((page) => [...readFileSync(place.storeFile).subarray((page - 1) * PAGE, page * PAGE).toString('latin1').matchAll(/answer (\d+) x{700}/g)].map(([, index]) => Number(index))));
    expect(lost.size).toBeGreaterThan(4);
    for (const page of broken) overwrite(place.storeFile, (page - 1) * PAGE, PAGE);
    writeFileSync(path.join(place.dataDir, 'damage-seen'), '');
    const lines = expectSetAside(place.open());
    expect(lines).toEqual(allLines.map((line, index) => (lost.has(index) ? { ...line, output: null, model: null, finish_reason: null } : line)));
  });

  it.each(['run_tasks', 'attempts', 'tasks', 'results', 'batches', 'runs'])('case 46: what belongs to other tables is read where all of %s is lost', async (table) => {
    await fillAndClose();
    const db = new DatabaseSync(place.storeFile, { readOnly: true });
    const pages = db.prepare('SELECT pageno FROM dbstat WHERE name = ?').all(table).map((row) => Number(row['pageno']));
    db.close();
    for (const page of pages) overwrite(place.storeFile, (page - 1) * PAGE, PAGE);
    writeFileSync(path.join(place.dataDir, 'damage-seen'), '');
    const lines = expectSetAside(place.open());
    const answers = lines.filter(({ output }) => output !== null).map(({ row, output }) => [row, output]);
    const completed = allLines.flatMap((_, index) => (index % 10 === 9 ? [] : [[index + 1, answerOf(index)]]));
    if (table !== 'results') expect(answers).toEqual(completed);
    if (table !== 'run_tasks') expect(lines.map(({ status }) => status)).toEqual(allLines.map((_, index) => (index % 10 === 9 ? 'failed' : 'completed')));
    if (table !== 'tasks') expect(lines.every(({ row, custom_id: id }) => id === `task-${row}`)).toBe(true);
    expect(lines.every(({ batch }) => batch === (table === 'batches' ? null : 'rows'))).toBe(true);
  });

  it('case 46: of a file that was cut off, the rows before the cut are exported', async () => {
    await fillAndClose();
    truncateSync(place.storeFile, Math.floor(statSync(place.storeFile).size / 2));
    writeFileSync(path.join(place.dataDir, 'damage-seen'), '');
    const lines = expectSetAside(place.open());
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.filter(({ output }) => output !== null).length).toBeGreaterThan(50);
    for (const { output, row } of lines) expect([null, answerOf(row - 1)]).toContain(output);
  });

  it('case 46: a file of no length, and a text in place of the store, give no row and no crash', () => {
    place.open().close();
    truncateSync(place.storeFile, 0);
    const store = place.open();
    expect(expectSetAside(store)).toEqual([]);
    store.close();
    writeFileSync(place.storeFile, 'this is no database, but long enough to be taken for one '.repeat(400));
    const text = readFileSync(place.storeFile);
    const again = place.open();
    expect(again.notices).toMatchObject([{ kind: 'damaged' }]);
    const folder = damagedFolders().toSorted().at(-1) ?? '';
    expect(readFileSync(path.join(folder, 'tasklane.db'))).toEqual(text);
    again.close();
    writeFileSync(place.storeFile, 'short');
    expect(place.open().notices).toMatchObject([{ kind: 'damaged' }]);
    expect(damagedFolders()).toHaveLength(3);
  });

  it('case 46: the files that are set aside are what was there, byte for byte', async () => {
    await fillAndClose(20);
    overwrite(place.storeFile, 0, 100);
    const before = readFileSync(place.storeFile);
    place.open();
    const [folder = ''] = damagedFolders();
    expect(readFileSync(path.join(folder, 'tasklane.db'))).toEqual(before);
    expect(readdirSync(folder).filter((name) => !/^(?:tasklane\.db(?:-wal|-shm)?|results\.jsonl)$/.test(name))).toEqual([]);
  });

  it.each(['emptied', 'deleted'])('case 46: a log whose store was %s is set aside and read, not played into a new store', async (how) => {
    const store = place.open();
    await fill(store, 20);
    const log = readFileSync(`${place.storeFile}-wal`);
    store.close();
    if (how === 'emptied') truncateSync(place.storeFile, 0);
    else rmSync(place.storeFile);
    writeFileSync(`${place.storeFile}-wal`, log);
    expect(expectSetAside(place.open())).toEqual(allLines.slice(0, 20));
    const [folder = ''] = damagedFolders();
    expect(readFileSync(path.join(folder, 'tasklane.db-wal'))).toEqual(log);
  });

  it('case 46: a reader refuses a damaged store and leaves it alone', async () => {
    await fillAndClose(20);
    overwrite(place.storeFile, 0, 100);
    const before = readFileSync(place.storeFile);
    expect(errorCode(() => place.open(true))).toBe('store_corrupt');
    expect(readFileSync(place.storeFile)).toEqual(before);
    expect(existsSync(path.join(place.dataDir, DAMAGED_FOLDER))).toBe(false);
  });
});

/** The files of a store as a kill leaves them: the log is full of what was committed. */
async function leaveUnclosed(count: number): Promise<void> {
  const store = place.open();
  await fill(store, count);
  const copies = ['', '-wal'].map((ending) => [`${place.storeFile}${ending}`, readFileSync(`${place.storeFile}${ending}`)] as const);
  store.close();
  for (const [file, content] of copies) writeFileSync(file, content);
}

describe('case 46: the log', () => {
  it('case 46: a log that is broken in the middle is copied aside, told of, and costs only what came after', async () => {
    const store = place.open();
    await fill(store, 100);
    store.close();
    const second = place.open();
    for (let index = 0; index < 5; index += 1) second.batches.update('b1', { name: `name ${index}` });
    const log = readFileSync(`${place.storeFile}-wal`);
    const main = readFileSync(place.storeFile);
    second.close();
    writeFileSync(place.storeFile, main);
    const frame = PAGE + 24;
    log.fill(0xa5, 32 + frame + 24, 32 + frame + 64);
    writeFileSync(`${place.storeFile}-wal`, log);

    const third = place.open();
    expect(third.notices).toMatchObject([{ kind: 'damaged', message: expect.stringMatching(/at least 4 changes could not be read/) as string }]);
    expect(third.batches.get('b1').name).toBe('name 0');
    expect(third.runs.get('r1')).toMatchObject({ total: 100 });
    const [folder = ''] = damagedFolders();
    expect(readFileSync(path.join(folder, 'tasklane.db-wal'))).toEqual(log);
    third.close();
    expect(place.open().notices).toEqual([]);
  });

  it('case 46: a log that a power cut left torn at its end is no damage', async () => {
    await leaveUnclosed(50);
    const log = `${place.storeFile}-wal`;
    truncateSync(log, statSync(log).size - 100);
    const store = place.open();
    expect(store.notices).toEqual([]);
    expect(store.batches.list()).toHaveLength(1);
  });

  it('case 46: after a program that was killed the store is checked, so that damage is found before anything is sent', async () => {
    await fillAndClose();
    const [leaf = 0] = leavesOf('results').slice(5);
    const store = place.open();
    store.batches.update('b1', { name: 'changed' });
    const log = readFileSync(`${place.storeFile}-wal`);
    store.close();
    overwrite(place.storeFile, (leaf - 1) * PAGE, PAGE);
    // Closed properly, nobody looks at all pages: a check at each start would be too slow.
    const trusting = place.open();
    expect(trusting.notices).toEqual([]);
    trusting.close();
    writeFileSync(`${place.storeFile}-wal`, log);
    expect(place.open().notices).toMatchObject([{ kind: 'damaged' }]);
  });
});

describe('case 46: damage that shows only while the store is open', () => {
  it('case 46: is named as such when it is read, and the next start sets the store aside', async () => {
    await fillAndClose();
    for (const page of leavesOf('results').slice(3, 6)) overwrite(place.storeFile, (page - 1) * PAGE, PAGE);
    const store = place.open();
    expect(() => store.results.page({ runId: 'r1', batchId: 'b1', total: TASKS }, -1, TASKS)).toThrow(/malformed/);
    store.close();
    expect(expectSetAside(place.open())).toHaveLength(TASKS);
    expect(damagedFolders()).toHaveLength(1);
  });

  it('case 46: a commit that meets it refuses to send and says that the store is damaged', async () => {
    await fillAndClose();
    for (const page of leavesOf('attempts')) overwrite(place.storeFile, (page - 1) * PAGE, PAGE);
    const store = place.open();
    const told: unknown[] = [];
    store.journal.onFailure((error) => told.push(error));
    const begun = store.journal.begin({ ...beginOf('r1', 0), ordinal: TASKS, number: 2 });
    await expect(begun).rejects.toMatchObject({ code: 'store_corrupt', message: expect.stringContaining('is damaged') as string, hint: expect.stringContaining('start it again') as string });
    expect(told).toHaveLength(1);
    void store.journal.end(endOf('r1', 0));
    expect(() => store.close()).toThrow(/What came of 1 request could not be kept/);
    expect(place.open().notices).toMatchObject([{ kind: 'damaged' }]);
  });
});
