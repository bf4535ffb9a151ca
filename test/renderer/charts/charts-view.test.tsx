// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SavedChart } from '../../../renderer/charts/ChartCard.tsx';
import { ChartsView } from '../../../renderer/charts/ChartsView.tsx';
import { generatedRun, variedTasks, type GeneratedRun } from './generated-run.ts';

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}

let root: Root | null = null;
let page: HTMLElement;
const opened: number[] = [];
const saved: SavedChart[] = [];

beforeAll(() => {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
});

afterEach(async () => {
  await act(async () => root?.unmount());
  root = null;
  document.body.replaceChildren();
  opened.length = 0;
  saved.length = 0;
});

function view(data: GeneratedRun, version: number) {
  return (
    <ChartsView
      {...data}
      version={version}
      onOpenTask={(index) => opened.push(index)}
      saveChart={async (chart) => {
        saved.push(chart);
      }}
    />
  );
}

async function show(data: GeneratedRun, version = 1): Promise<void> {
  if (root === null) {
    page = document.createElement('div');
    document.body.append(page);
    root = createRoot(page);
  }
  await act(async () => root?.render(view(data, version)));
}

/** Waits until the page holds what is asked for; numbers and cards come in turns of the event loop. */
async function until(found: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !found(); turn += 1) await act(async () => new Promise((resolve) => setTimeout(resolve, 10)));
  expect(found()).toBe(true);
}

const card = (name: string): HTMLElement | null => page.querySelector<HTMLElement>(`[data-testid="chart-${name}"]`);
const NAMES = ['speedup', 'account', 'timeline', 'latency', 'projection', 'drift'] as const;
const drawn = (name: string): boolean => card(name) !== null && card(name)?.querySelector('svg.recharts-surface') !== null;
/** The drift is left out of runs of a handful of tasks. */
const fewCards = (): boolean => NAMES.filter((name) => name !== 'drift').every(drawn);
const allCards = (): boolean => NAMES.every(drawn);
const value = (name: string): string | undefined => page.querySelector(`[data-testid="chart-${name}-value"]`)?.textContent;

async function press(name: string, label: string): Promise<void> {
  const button = card(name)?.querySelector<HTMLElement>(`button[aria-label="${label}"]`);
  await act(async () => button?.click());
}

describe('the Charts tab', () => {
  it('invites instead of showing empty axes before anything was sent', async () => {
    await show(generatedRun([], 3));
    expect(page.textContent).toContain('No requests yet');
    expect(page.querySelector('svg')).toBeNull();
  });

  it('answers every question of a small run, labelled as simulated and without percentiles', async () => {
    await show(generatedRun([{ serviceMs: 2800 }, { serviceMs: 1500 }, { serviceMs: 2400 }], 3));
    await until(fewCards);
    expect(card('drift')).toBeNull();
    expect([value('speedup'), value('ceiling'), value('p50')]).toEqual(['2.4x', '2.4x', undefined]);
    for (const figure of page.querySelectorAll('figure')) {
      expect(figure.textContent).toContain('simulated');
      expect(figure.querySelector('figcaption')?.textContent).not.toBe('');
    }
  });

  it('shows percentiles once there are enough samples, and so far while the run is on', async () => {
    await show(generatedRun(variedTasks(400), 8, 20_000));
    await until(allCards);
    expect(value('p50')).toMatch(/^\d+ ms|^\d+\.\d s/);
    expect(card('latency')?.textContent).toContain('so far');
  });

  it('follows columns that are written in place when the version changes', async () => {
    const data = generatedRun(variedTasks(20), 4);
    await show(data);
    await until(allCards);
    const before = card('latency')?.querySelector('figcaption')?.textContent;
    for (let row = 0; row < data.attempts.finishedMs.length; row += 1) data.attempts.finishedMs[row]! += 5000;
    await show(data, 2);
    await until(() => card('latency')?.querySelector('figcaption')?.textContent !== before);
    expect(value('p50')).toBe('6.0 s');
  });

  it('offers its numbers as a real table, from which a task can be opened', async () => {
    await show(generatedRun([{ serviceMs: 2800 }, { serviceMs: 1500 }], 2));
    await until(fewCards);
    await press('latency', 'View as table');
    const table = card('latency')?.querySelector('table');
    expect([...(table?.querySelectorAll('tr') ?? [])].map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([
      ['Task', 'Service time'],
      ['1', '2.8 s'],
      ['2', '1.5 s'],
    ]);
    await act(async () => table?.querySelectorAll('button')[1]?.click());
    expect(opened).toEqual([1]);
  });

  it('saves a chart as an SVG that stands on its own and says where it comes from', async () => {
    await show(generatedRun(variedTasks(30), 4));
    await until(allCards);
    for (const name of NAMES) await press(name, 'Save as SVG');
    await until(() => saved.length === NAMES.length);
    expect(saved.map((chart) => [chart.name, chart.kind])).toEqual(NAMES.map((name) => [name, 'svg']));
    for (const chart of saved) {
      expect(chart.data).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(chart.data).toContain('>simulated</text>');
      expect(chart.data).toContain('Tasklane · customer reviews.csv · 30 tasks');
      expect(chart.data).not.toMatch(/var\(|<script|foreignObject| class=| style=| on\w+=/);
    }
  });

  it('zooms, moves and opens a task with the keyboard alone', async () => {
    await show(generatedRun(variedTasks(30), 4));
    await until(allCards);
    const surface = card('timeline')?.querySelector<HTMLElement>('[data-testid="timeline-surface"]');
    const key = async (name: string): Promise<void> =>
      act(async () => {
        surface?.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
      });
    const zoomOut = (): boolean | undefined => card('timeline')?.querySelector<HTMLButtonElement>('button[aria-label="Zoom out"]')?.disabled;
    expect(zoomOut()).toBe(true);
    await key('+');
    expect(zoomOut()).toBe(false);
    await key('ArrowRight');
    await key('0');
    expect(zoomOut()).toBe(true);
    for (const name of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter']) await key(name);
    expect(opened).toEqual([0]);
  });
});
