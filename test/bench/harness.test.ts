import { describe, expect, test } from 'vitest';
import { TasklaneError } from '../../shared/errors.ts';
import { parseArguments } from './arguments.ts';
import type { Bench } from './bench.ts';
import { BENCHES as ALL_BENCHES, benchesNamed } from './registry.ts';
import { sectionsOf, withSections } from './report/document.ts';
import { SECTIONS } from './report/kept-document.ts';
import { quote } from './report/quote.ts';
import { sectionOf, tableOf } from './report/section.ts';
import { interleave } from './rounds.ts';
import { differences, median, mostWithin, percentile, ratios } from './statistics.ts';

const bench = (name: string): Bench => ({ name, question: 'How fast?', target: 'at least 2', run: () => Promise.reject(new Error('is not run here')) });
const BENCHES = ['window', 'overhead', 'journal'].map(bench);

describe('which benches run', () => {
  test('an unknown name is refused with the known ones, before anything is measured', () => {
    expect(() => benchesNamed(['window', 'widnow'], BENCHES)).toThrow(new TasklaneError('usage', 'Expected names of benches, got "widnow".', 'Known are: window, overhead, journal.'));
  });

  test('names run once each in the order of the document, no names mean all', () => {
    expect(benchesNamed(['journal', 'window', 'journal'], BENCHES).map(({ name }) => name)).toEqual(['window', 'journal']);
    expect(benchesNamed([], BENCHES)).toEqual(BENCHES);
  });

  test('a misspelt option is refused instead of measuring in full and overwriting the document', () => {
    expect(parseArguments(['window', '--quick'])).toEqual({ names: ['window'], quick: true, help: false });
    expect(() => parseArguments(['--qiuck'])).toThrow(TasklaneError);
  });
});

describe('statistics', () => {
  test('the median does not depend on order and takes the mean of the two in the middle', () => {
    expect([median([9, 1, 5]), median([4, 1, 3, 2]), median([7])]).toEqual([5, 2.5, 7]);
    expect(() => median([])).toThrow(RangeError);
  });

  test('ratios and differences pair the rounds instead of comparing medians', () => {
    expect(ratios([2, 9], [1, 3])).toEqual([2, 3]);
    expect(differences([2, 9], [1, 3])).toEqual([1, 6]);
    expect(() => ratios([1], [1, 2])).toThrow(RangeError);
  });

  test('a percentile is a sample by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(hundred, 0.99), percentile(hundred, 0.5), percentile([3], 0.99)]).toEqual([99, 50, 3]);
  });

  test('the busiest second is found wherever it begins, its end not included', () => {
    expect(mostWithin([0, 900, 1000, 1100, 1899, 1900, 5000], 1000)).toBe(4);
    expect(mostWithin([], 1000)).toBe(0);
  });
});

test('every contender runs once a round and each round begins with another one', async () => {
  const order: string[] = [];
  const results = await interleave(['a', 'b', 'c'], 3, async (name, round) => {
    order.push(`${name}${round}`);
    return round;
  });
  expect(order).toEqual(['a0', 'b0', 'c0', 'b1', 'c1', 'a1', 'c2', 'a2', 'b2']);
  expect(results).toEqual({ a: [0, 1, 2], b: [0, 1, 2], c: [0, 1, 2] });
});

describe('the document', () => {
  test('a figure is quoted with its spread, a single sample alone', () => {
    expect(quote([1.5, 1.25, 2], 2)).toBe('1.50 (1.25–2.00)');
    expect(quote([12345.6], 0)).toBe('12,346');
  });

  test('rows with different figures share one table and leave cells empty', () => {
    const rows = [
      { name: 'one', figures: [{ title: 'tasks/s', samples: [1], digits: 0 }] },
      { name: 'two', figures: [{ title: 'MB', samples: [2], digits: 1 }] },
    ];
    expect(tableOf(rows)).toBe('|  | tasks/s | MB |\n| --- | ---: | ---: |\n| one | 1 |  |\n| two |  | 2.0 |');
  });

  test('a section says question, target, verdict with its figure, command, date and machine', () => {
    const report = { rows: [], verdicts: [{ isMet: false, figure: '1.70 times', target: 'at least 2' }], notes: ['A note.'] };
    expect(sectionOf(bench('window'), report, { command: 'npm run bench -- window', measuredAt: '2026-03-01 12:00 UTC', machine: '2 cores' })).toBe(
      '## window\n\nHow fast?\n\nTarget: at least 2.\n\n|  |\n| --- |\n\n- **Not met**: 1.70 times; target: at least 2.\n\nA note.\n\n`npm run bench -- window`, 2026-03-01 12:00 UTC, 2 cores.',
    );
  });

  test('measuring one bench leaves the sections of the others as they were', () => {
    const order = ['window', 'overhead', 'journal'];
    const first = withSections('', new Map([['journal', '## journal\n\nold'], ['window', '## window\n\nold\n\n### part of it']]), order);
    const second = withSections(first, new Map([['journal', '## journal\n\nnew']]), order);
    expect([...sectionsOf(second)]).toEqual([['window', '## window\n\nold\n\n### part of it'], ['journal', '## journal\n\nnew']]);
    expect(second.startsWith('# Benchmarks\n')).toBe(true);
    expect(withSections(second, new Map(), order)).toBe(second);
  });

  test('the section of a bench that is gone goes too', () => {
    const document = withSections('', new Map([['old', '## old\n\nx'], ['window', '## window\n\ny']]), ['old', 'window']);
    expect([...sectionsOf(withSections(document, new Map(), ['window'])).keys()]).toEqual(['window']);
  });

  test('every bench has its place in the document, or its section would be written and thrown away', () => {
    expect(SECTIONS).toEqual([...ALL_BENCHES.map(({ name }) => name), 'crash']);
  });
});
