import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeLabels } from '../../../../renderer/charts/data/label-rows.ts';
import { layoutLegend } from '../../../../renderer/charts/data/legend.ts';
import { fitText, textWidth, wrapText } from '../../../../renderer/charts/data/text-width.ts';
import { logTicks, numberTicks, tickStep, timeTickLabel, timeTicks } from '../../../../renderer/charts/data/ticks.ts';
import { slotTicks, timelineGeometry } from '../../../../renderer/charts/timeline-geometry.ts';

const span = fc.tuple(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.double({ min: 0.01, max: 1e7, noNaN: true }));

describe('ticks', () => {
  it('stay within the axis and never crowd it', () => {
    fc.assert(
      fc.property(span, fc.integer({ min: 3, max: 20 }), ([from, length], maxCount) => {
        for (const ticks of [timeTicks(from, from + length, maxCount), numberTicks(from, from + length, maxCount)]) {
          expect(ticks.length).toBeLessThanOrEqual(maxCount);
          expect(ticks.every((tick) => tick >= from - length * 1e-6 && tick <= from + length * (1 + 1e-6))).toBe(true);
        }
      }),
    );
  });

  it('stand on times that people use', () => {
    expect(timeTicks(0, 89_000, 7)).toEqual([0, 15_000, 30_000, 45_000, 60_000, 75_000]);
    expect(timeTicks(0, 3_558_000, 7)).toEqual([0, 600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000]);
    expect(numberTicks(0, 8.3, 5)).toEqual([0, 2, 4, 6, 8]);
    expect(numberTicks(0, 3, 5, 1)).toEqual([0, 1, 2, 3]);
    expect(logTicks(1, 21, 9)).toEqual([1, 2, 3, 5, 10, 20]);
    expect(logTicks(0.2, 300, 6).length).toBeLessThanOrEqual(6);
  });

  it('are labelled in one unit with the decimals that they need', () => {
    const labels = (from: number, to: number): readonly string[] => {
      const ticks = timeTicks(from, to, 5);
      return ticks.map((tick) => timeTickLabel(tick, tickStep(ticks), to));
    };
    expect(labels(0, 400)).toEqual(['0 ms', '100 ms', '200 ms', '300 ms', '400 ms']);
    expect(labels(0, 2400)).toEqual(['0.0 s', '0.5 s', '1.0 s', '1.5 s', '2.0 s']);
    expect(labels(0, 600_000)).toEqual(['0:00', '5:00', '10:00']);
    expect(labels(0, 7_200_000)).toEqual(['0:00:00', '0:30:00', '1:00:00', '1:30:00', '2:00:00']);
  });
});

describe('labels of reference lines', () => {
  const plot = { from: 0, to: 400 };

  it('stand side by side in one row where there is room', () => {
    expect(placeLabels([{ x: 50, widthPx: 60 }, { x: 150, widthPx: 60 }], plot)).toEqual([{ row: 0, side: 'right' }, { row: 0, side: 'right' }]);
  });

  it('change side at the edge and row where they would touch or a line would cross them', () => {
    expect(placeLabels([{ x: 370, widthPx: 120 }, { x: 390, widthPx: 60 }], plot)).toEqual([{ row: 1, side: 'left' }, { row: 0, side: 'left' }]);
  });

  it('never overlap or leave the plot', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ x: fc.integer({ min: 0, max: 400 }), widthPx: fc.integer({ min: 20, max: 120 }) }), { maxLength: 3 }), (labels) => {
        const boxes = placeLabels(labels, plot).map((place, index) => ({ row: place.row, from: place.side === 'right' ? labels[index]!.x : labels[index]!.x - labels[index]!.widthPx, to: place.side === 'right' ? labels[index]!.x + labels[index]!.widthPx : labels[index]!.x }));
        boxes.forEach((box, index) => {
          expect(box.from >= -1 && box.to <= 401).toBe(true);
          for (const other of boxes.slice(index + 1)) expect(other.row !== box.row || other.from >= box.to || other.to <= box.from).toBe(true);
        });
      }),
    );
  });
});

describe('text', () => {
  it('is cut to fit with an ellipsis, or left out where nothing readable is left', () => {
    expect([fitText('Task 12', 200, 11), fitText('Task 12', 4, 11)]).toEqual(['Task 12', '']);
    const cut = fitText('a task was ready, not yet sent', 100, 11);
    expect(cut.endsWith('…') && textWidth(cut, 11) <= 100).toBe(true);
  });

  it('wraps at spaces without losing a word', () => {
    const text = 'The slots spent 80% of their time on requests; the largest loss was the tail.';
    const lines = wrapText(text, 200, 13);
    expect(lines.join(' ')).toBe(text);
    expect(lines.every((line) => textWidth(line, 13) <= 200)).toBe(true);
  });

  it('breaks a legend into rows that fit', () => {
    const items = ['Waiting for first token', 'Streaming', 'Failed', '429, rate limited', 'Retry'].map((label) => ({ label }));
    const layout = layoutLegend(items, 260);
    expect(layout.items.map((placed) => placed.item)).toEqual(items);
    expect(layout.items.every((placed) => placed.x + 16 + textWidth(placed.item.label, 11) <= 260)).toBe(true);
    expect(layout.heightPx).toBeGreaterThan(20);
    expect(layoutLegend([], 260).heightPx).toBe(0);
  });
});

describe('rows of the timeline', () => {
  it('carry labels at few tasks and shrink with the number of slots', () => {
    const geometry = (slots: number, fewTasks: boolean) => timelineGeometry({ widthPx: 900, slots, legendPx: 20, lanesPx: 0, fewTasks });
    expect([geometry(3, true).labelled, geometry(3, false).labelled]).toEqual([true, false]);
    for (const slots of [1, 8, 64, 1000]) expect(geometry(slots, false).heightPx).toBeLessThan(420);
  });

  it('name the first and the last of many slots', () => {
    expect(slotTicks(3, 24)).toEqual([0, 1, 2]);
    const ticks = slotTicks(64, 5);
    expect([ticks[0], ticks.at(-1)]).toEqual([0, 63]);
    expect(ticks.length).toBeLessThan(25);
  });
});
