import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withBuildLock } from '../../electron/start/build-lock.ts';
import { sourceHash } from '../../electron/start/source-hash.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tasklane-build-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('two builds at once take turns, or one would move the folders of the other', async () => {
  const lock = join(folder, 'out', '.build-lock');
  const events: string[] = [];
  const build = (name: string) =>
    withBuildLock(lock, async () => {
      events.push(`${name} begins`);
      await delay(50);
      events.push(`${name} ends`);
    });
  await Promise.all([build('first'), build('second')]);
  expect(events.slice(0, 2).map((event) => event.split(' ')[0])).toEqual([events[0]?.split(' ')[0], events[0]?.split(' ')[0]]);
  expect(events.toSorted()).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

test('a build that fails or is killed does not lock out the next one', async () => {
  const lock = join(folder, 'out', '.build-lock');
  await expect(withBuildLock(lock, () => Promise.reject(new Error('broken source')))).rejects.toThrow('broken source');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await writeFile(lock, String(pid));
  expect(await withBuildLock(lock, () => Promise.resolve('built'))).toBe('built');
});

test('the hash of the sources follows their content and names, and nothing else', async () => {
  for (const part of ['electron', 'shared', 'renderer/views']) await mkdir(join(folder, part), { recursive: true });
  for (const file of ['vite.config.ts', 'package.json', 'package-lock.json', 'electron/a.ts', 'renderer/views/b.tsx']) await writeFile(join(folder, file), file);
  const first = await sourceHash(folder);
  await writeFile(join(folder, 'electron/README.md'), 'words');
  await writeFile(join(folder, 'electron/a.ts'), 'electron/a.ts');
  expect(await sourceHash(folder)).toBe(first);
  await writeFile(join(folder, 'renderer/views/b.tsx'), 'changed');
  const changed = await sourceHash(folder);
  await writeFile(join(folder, 'shared/new.ts'), '');
  const added = await sourceHash(folder);
  expect(new Set([first, changed, added]).size).toBe(3);
});
