import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWindowState, restoredBounds, writeWindowState } from '../../electron/window/window-state.ts';

const displays = [{ x: 0, y: 0, width: 1920, height: 1080 }, { x: 1920, y: 0, width: 1280, height: 1024 }];
const state = (x: number, y: number, width = 1280, height = 800) => ({ bounds: { x, y, width, height }, isMaximized: false });
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tasklane-window-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the window opens where it was left, on any display', () => {
  expect(restoredBounds(state(2000, 50), displays)).toEqual({ x: 2000, y: 50, width: 1280, height: 800 });
});

test('a window whose display is gone, or whose title bar would be out of reach, opens in the centre', () => {
  expect(restoredBounds(state(4000, 0), displays)).toBe(null);
  expect(restoredBounds(state(100, -500), displays)).toBe(null);
  expect(restoredBounds(state(-1250, 0), displays)).toBe(null);
  expect(restoredBounds(state(100, 1050), displays)).toBe(null);
  expect(restoredBounds(null, displays)).toBe(null);
});

test('a window never comes back smaller than it may be made', () => {
  expect(restoredBounds(state(0, 0, 10, 10), displays)).toEqual({ x: 0, y: 0, width: 900, height: 600 });
});

test('the place survives on disk, without leftovers; a missing or spoilt file is no error', async () => {
  const file = join(folder, 'deep', 'window.json');
  expect(await readWindowState(file)).toBe(null);
  await writeWindowState(file, state(1, 2));
  await writeWindowState(file, { ...state(3, 4), isMaximized: true });
  expect(await readWindowState(file)).toEqual({ ...state(3, 4), isMaximized: true });
  expect(await readdir(join(folder, 'deep'))).toEqual(['window.json']);
  for (const spoilt of ['', '{', '{"bounds": {"x": 1e99}}', '[]']) {
    await writeFile(file, spoilt);
    expect(await readWindowState(file)).toBe(null);
  }
});
