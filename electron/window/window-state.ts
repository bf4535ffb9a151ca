import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** In device-independent pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  readonly bounds: Rectangle;
  readonly isMaximized: boolean;
}

export const DEFAULT_SIZE = { width: 1280, height: 800 } as const;
export const MIN_SIZE = { width: 900, height: 600 } as const;
/** So much of the window must lie on a display, or it could not be grabbed. */
const MIN_VISIBLE = 100;

const pixels = z.number().int().min(-100_000).max(100_000);
const windowState = z.object({ bounds: z.object({ x: pixels, y: pixels, width: pixels.positive(), height: pixels.positive() }), isMaximized: z.boolean() });

function overlap(from: number, length: number, otherFrom: number, otherLength: number): number {
  return Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom);
}

/** Where to open the window: as it was left, if that place is still on a display; else null, which means centred. */
export function restoredBounds(state: WindowState | null, displays: readonly Rectangle[]): Rectangle | null {
  if (state === null) return null;
  const { x, y } = state.bounds;
  const width = Math.max(state.bounds.width, MIN_SIZE.width);
  const height = Math.max(state.bounds.height, MIN_SIZE.height);
  const isVisible = displays.some((display) => overlap(x, width, display.x, display.width) >= MIN_VISIBLE && y >= display.y && overlap(y, height, display.y, display.height) >= MIN_VISIBLE);
  return isVisible ? { x, y, width, height } : null;
}

/** null when there is none or it can't be read: a window's place is not worth an error. */
export async function readWindowState(file: string): Promise<WindowState | null> {
  try {
    return windowState.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

export async function writeWindowState(file: string, state: WindowState): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify(state));
  await rename(temporary, file);
}
