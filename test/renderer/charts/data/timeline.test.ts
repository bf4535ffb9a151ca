import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heatGrid, heatStep } from '../../../../renderer/charts/data/timeline-heat.ts';
import { fullRange, panRange, selectRange, zoomRange } from '../../../../renderer/charts/data/timeline-range.ts';
import { attemptAt, LIVE_MARKS, STILL_MARKS, timelineView, usedSlots, visibleRows } from '../../../../renderer/charts/data/timeline.ts';
import { attemptWords, countAttempts, timelineSentence, timelineTable } from '../../../../renderer/charts/data/timeline-words.ts';
import { plainText } from '../../../../renderer/charts/data/sentence.ts';
import { generatedRun, variedTasks } from '../generated-run.ts';

const WIDTH = 900;

function viewOf(count: number, slots: number, live = false) {
  const { attempts } = generatedRun(variedTasks(count), slots);
  const range = fullRange(attempts, 0)!;
  return timelineView({ attempts, range, nowMs: range.toMs, widthPx: WIDTH, live });
}

describe('what the timeline is drawn as', () => {
  it('draws few attempts as bars, many on a canvas, very many as a heat strip', () => {
    expect([viewOf(300, 8).kind, viewOf(2000, 16).kind, viewOf(50_000, 64).kind]).toEqual(['bars', 'canvas', 'heat']);
  });

  it('never hands recharts more marks than stay calm, fewer while the run is live', () => {
    // Two phases make two marks an attempt.
    expect([viewOf(STILL_MARKS / 2, 8).kind, viewOf(STILL_MARKS / 2 + 1, 8).kind]).toEqual(['bars', 'canvas']);
    expect([viewOf(LIVE_MARKS / 2, 8, true).kind, viewOf(LIVE_MARKS / 2 + 1, 8, true).kind]).toEqual(['bars', 'canvas']);
  });

  it('shows single attempts again when zoomed into a heat strip', () => {
    const { attempts } = generatedRun(variedTasks(50_000), 64);
    const full = fullRange(attempts, 0)!;
    const range = selectRange(full.fromMs, full.fromMs + 5000, full);
    expect(timelineView({ attempts, range, nowMs: full.toMs, widthPx: WIDTH, live: false }).kind).toBe('bars');
  });

  it('keeps an attempt that spans the whole visible range and leaves out those outside of it', () => {
    const { attempts } = generatedRun([{ serviceMs: 10_000 }, { serviceMs: 1000 }, { serviceMs: 1000 }, { serviceMs: 8000 }], 2);
    expect([...visibleRows(attempts, { fromMs: 4000, toMs: 5000 }, 0)]).toEqual([0, 3]);
    expect(usedSlots(attempts)).toBe(2);
  });
});

describe('the heat strip', () => {
  it('accounts for every busy moment, so that utilisation is neither lost nor doubled', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 3 }), (durations, slots, columns, slotsPerRow) => {
        const { attempts } = generatedRun(durations.map((serviceMs) => ({ serviceMs })), slots);
        const range = fullRange(attempts, 0)!;
        const used = usedSlots(attempts);
        const rows = visibleRows(attempts, range, range.toMs);
        const heat = heatGrid({ attempts, rows, range, nowMs: range.toMs, columns, slots: used, slotsPerRow });
        const cellMs = (range.toMs - range.fromMs) / columns;
        let busyMs = 0;
        heat.utilisation.forEach((fraction, cell) => (busyMs += fraction * cellMs * Math.min(slotsPerRow, used - Math.floor(cell / columns) * slotsPerRow)));
        const sumMs = durations.reduce((sum, serviceMs) => sum + serviceMs, 0);
        expect(busyMs / sumMs).toBeCloseTo(1, 3);
        expect(heat.utilisation.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
      }),
    );
  });

  it('keeps the one failure among many visible, in the column where it happened', () => {
    const tasks = variedTasks(20_000).map((task, index) => (index === 12_345 ? { ...task, failure: 'server' as const } : task));
    const { attempts } = generatedRun(tasks, 32);
    const range = fullRange(attempts, 0)!;
    const view = timelineView({ attempts, range, nowMs: range.toMs, widthPx: WIDTH, live: false });
    if (view.kind !== 'heat') throw new Error(`expected a heat strip, got ${view.kind}`);
    const column = Math.floor(((attempts.finishedMs[12_345]! - range.fromMs) / (range.toMs - range.fromMs)) * view.heat.columns);
    expect([...view.heat.failures.entries()].filter(([, count]) => count > 0)).toEqual([[column, 1]]);
  });

  it('shades by step, an idle cell apart from a hardly used one', () => {
    expect([0, 0.01, 0.2, 0.21, 0.99, 1].map(heatStep)).toEqual([0, 1, 1, 2, 5, 5]);
  });
});

describe('zooming', () => {
  const full = { fromMs: 0, toMs: 100_000 };

  it('keeps the moment under the pointer where it is, within the run', () => {
    fc.assert(
      fc.property(fc.double({ min: 1.01, max: 20, noNaN: true }), fc.double({ min: 1, max: 99_999, noNaN: true }), (factor, aroundMs) => {
        const zoomed = zoomRange(full, factor, aroundMs, full);
        expect(zoomed.fromMs).toBeGreaterThanOrEqual(0);
        expect(zoomed.toMs).toBeLessThanOrEqual(100_000.001);
        expect((aroundMs - zoomed.fromMs) / (zoomed.toMs - zoomed.fromMs)).toBeCloseTo(aroundMs / 100_000, 6);
      }),
    );
  });

  it('stops at the ends of the run and never turns inside out', () => {
    expect(panRange({ fromMs: 10_000, toMs: 20_000 }, -5, full)).toEqual({ fromMs: 0, toMs: 10_000 });
    expect(panRange({ fromMs: 10_000, toMs: 20_000 }, 50, full)).toEqual({ fromMs: 90_000, toMs: 100_000 });
    expect(zoomRange({ fromMs: 40_000, toMs: 60_000 }, 0.01, 50_000, full)).toEqual(full);
    expect(selectRange(30_000, 20_000, full)).toEqual({ fromMs: 20_000, toMs: 30_000 });
    expect(selectRange(5, 5, full)).toEqual({ fromMs: 5, toMs: 6 });
  });

  it('has no range before anything was sent', () => {
    expect(fullRange(generatedRun([], 2).attempts, 5)).toBeNull();
  });
});

describe('pointing at an attempt', () => {
  const { attempts } = generatedRun([{ serviceMs: 1000 }, { serviceMs: 3000 }, { serviceMs: 1000 }], 2);

  it('finds the attempt of that slot and moment', () => {
    expect([attemptAt(attempts, 0, 500, 0, 10), attemptAt(attempts, 0, 1500, 0, 10), attemptAt(attempts, 1, 1500, 0, 10)]).toEqual([0, 2, 1]);
  });

  it('reaches a little beside a short bar, and finds nothing further away', () => {
    expect([attemptAt(attempts, 0, 2005, 0, 10), attemptAt(attempts, 0, 2500, 0, 10), attemptAt(attempts, 7, 500, 0, 10)]).toEqual([2, -1, -1]);
  });
});

describe('the timeline in words', () => {
  const tasks = [{ serviceMs: 1000, firstTokenFraction: 0.25 }, { serviceMs: 500, failure: 'rate_limit' as const }, { serviceMs: 2000, failure: 'server' as const }, { serviceMs: 4000, firstTokenFraction: 0.5 }];
  const { attempts } = generatedRun(tasks, 2, 3000);
  const full = fullRange(attempts, 3000)!;

  it('counts a 429 apart from failures of the task itself', () => {
    expect(plainText(timelineSentence(countAttempts(attempts), 2, full, true))).toBe('So far 4 requests in 2 slots over 3.0 s: 1 answered 429, 1 failed, 1 in flight.');
  });

  it('describes one attempt with times since the first send', () => {
    expect(attemptWords(attempts, 0, full, 3000)).toBe('Task 1 · slot 1 · sent at 0 ms · first token after 250 ms · 1.0 s in all · completed');
    expect(attemptWords(attempts, 2, full, 3000)).toBe('Task 3 · slot 2 · sent at 500 ms · 2.0 s in all · failed: server error');
  });

  it('cuts a long table and says how many rows there are', () => {
    const many = generatedRun(variedTasks(1000), 8);
    const range = fullRange(many.attempts, 0)!;
    const table = timelineTable(many.attempts, visibleRows(many.attempts, range, 0), range, 0);
    expect([table.rows.length, table.total, table.rows[3]?.taskIndex]).toEqual([200, 1000, 3]);
  });
});
