import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { describe, expect, it } from 'vitest';

import { endpointOf, parseSummary, tasksCsv, workplaceForEach } from '../cli/workplace.ts';

const work = workplaceForEach();
const PAGE = 4096;
const SLOTS = 2;

/** Breaks the page to which the next answer will be written, as a bad block on the disk would. */
function breakLastPageOfResults(storeFile: string): void {
  const db = new DatabaseSync(storeFile, { readOnly: true });
  const page = Number(db.prepare("SELECT pageno FROM dbstat WHERE name = 'results' AND pagetype = 'leaf' ORDER BY path DESC LIMIT 1").get()?.['pageno']);
  db.close();
  const handle = openSync(storeFile, 'r+');
  writeSync(handle, Buffer.alloc(PAGE, 0xa5), 0, PAGE, (page - 1) * PAGE);
  closeSync(handle);
}

describe('case 46: a store that turns out to be damaged during a run', () => {
  it('case 46: stops sending, exits with 3 and says so; the next start sets it aside with what can be read, and goes on', async () => {
    const foreign = await work.serve({ answer: ({ prompt }) => `answer to: ${prompt} ${'x'.repeat(800)}` });
    await work.place.write('first.csv', tasksCsv(30));
    await work.place.write('second.csv', tasksCsv(40).replaceAll('question', 'other'));
    expect((await work.place.run(['run', 'first.csv', ...endpointOf(foreign)])).exitCode).toBe(0);
    breakLastPageOfResults(path.join(work.place.dataDir, 'tasklane.db'));

    const stopped = await work.place.run(['run', 'second.csv', ...endpointOf(foreign), '--concurrency', String(SLOTS), '--json']);
    expect(stopped.exitCode).toBe(3);
    expect(parseSummary(stopped.stdout)).toMatchObject({ status: 'paused', stopReason: 'disk', total: 40, completed: 0, queued: 40 });
    expect(stopped.stderr).toMatch(/Stopped: The store is damaged: .* Close Tasklane and start it again/);
    // The next start begins with an empty store, where there is no such run.
    expect(stopped.stderr).not.toContain('goes on from here');
    expect(stopped.stderr).toMatch(/What came of \d requests? could not be kept/);
    expect(foreign.requests.length).toBeLessThanOrEqual(30 + 2 * SLOTS);

    const next = await work.place.run(['runs', '--json']);
    expect(next.exitCode).toBe(0);
    expect(JSON.parse(next.stdout)).toEqual({ runs: [] });
    const [name = ''] = readdirSync(path.join(work.place.dataDir, 'damaged'));
    const folder = path.join(work.place.dataDir, 'damaged', name);
    expect(next.stderr).toContain(`Its files were set aside in ${folder}.`);
    const lines = readFileSync(path.join(folder, 'results.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { batch: string; custom_id: string; status: string; output: string | null });
    const first = lines.filter(({ batch }) => batch === 'first');
    expect(first.map(({ custom_id: id, status }) => [id, status])).toEqual(Array.from({ length: 30 }, (_, index) => [`t${index + 1}`, 'completed']));
    expect(first.filter(({ output }) => output !== null).length).toBeGreaterThan(20);
    expect(lines.filter(({ batch }) => batch === 'second').every(({ status, output }) => status === 'running' && output === null)).toBe(true);

    const again = await work.place.run(['run', 'second.csv', ...endpointOf(foreign), '--json']);
    expect(again.exitCode).toBe(0);
    expect(again.stderr).not.toContain('set aside');
    expect(parseSummary(again.stdout)).toMatchObject({ status: 'completed', completed: 40 });
  });
});
