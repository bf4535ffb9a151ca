import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInputOrder, isMoving, orderRows, rowStatusAt } from '../../../renderer/store/table-order.ts';
import type { TableView } from '../../../renderer/store/table-order.ts';
import { taskPatchOf } from '../../../shared/contract/columns.ts';
import { FAILURE_CLASSES } from '../../../shared/vocabulary.ts';
import { taskRow } from '../program.ts';

const VIEW: TableView = { filter: 'all', sort: 'input', descending: false, found: null };
const TASKS = taskPatchOf([taskRow(0, 'completed', { serviceMs: 300, outputTokens: 5 }), taskRow(1, 'failed', { serviceMs: 100 }), taskRow(2, 'completed', { serviceMs: 300, outputTokens: 2 }), taskRow(3, 'running'), taskRow(4, 'queued', { attempts: 0 })]);

function shown(view: Partial<TableView>, count = 6): readonly number[] | null {
  const order = orderRows(count, TASKS, { ...VIEW, ...view });
  return order === null ? null : [...order];
}

test('input order needs no list, so that 100,000 rows cost nothing', () => {
  expect(shown({})).toBeNull();
  expect([isInputOrder(VIEW), isInputOrder({ ...VIEW, found: new Uint32Array() }), isMoving(VIEW), isMoving({ ...VIEW, sort: 'time' }), isMoving({ ...VIEW, found: new Uint32Array([1]) })]).toEqual([true, false, false, true, false]);
});

test('a filter shows the rows of one state, and rows that no run has are "not run", not queued', () => {
  expect([shown({ filter: 'completed' }), shown({ filter: 'queued' }), shown({ filter: 'idle' })]).toEqual([[0, 2], [4], [5]]);
  expect([rowStatusAt(null, 0), rowStatusAt(TASKS, 5), rowStatusAt(TASKS, 3)]).toEqual(['idle', 'idle', 'running']);
});

test('the rows that were in flight at a crash are found, queued or parked, and those answered since are not', () => {
  const interrupted = FAILURE_CLASSES.indexOf('interrupted') + 1;
  const tasks = taskPatchOf([taskRow(0, 'completed', { failure: interrupted }), taskRow(1, 'queued', { failure: interrupted, flags: 1 }), taskRow(2, 'failed', { failure: interrupted, flags: 1 }), taskRow(3, 'failed', { failure: 4 }), taskRow(4, 'completed', { flags: 4 })]);
  const rows = (filter: TableView['filter']): readonly number[] => [...(orderRows(5, tasks, { ...VIEW, filter }) ?? [])];
  expect([rows('interrupted'), rows('flagged')]).toEqual([[1, 2], [1, 2, 4]]);
  expect(isMoving({ ...VIEW, filter: 'flagged' })).toBe(true);
});

test('rows without a time come last in both directions, and equal ones keep the input order', () => {
  expect([shown({ sort: 'time' }), shown({ sort: 'time', descending: true })]).toEqual([[1, 0, 2, 3, 4, 5], [0, 2, 1, 3, 4, 5]]);
  expect(shown({ sort: 'tokens', descending: true })).toEqual([0, 2, 1, 3, 4, 5]);
});

test('by state, what needs the eye stands first', () => {
  expect(shown({ sort: 'status' })).toEqual([1, 3, 4, 0, 2, 5]);
});

test('what a search found is filtered, sorted and never grows', () => {
  expect(shown({ found: new Uint32Array([2, 3, 9]), sort: 'input', descending: true })).toEqual([3, 2]);
  expect(shown({ found: new Uint32Array([0, 1]), filter: 'failed' })).toEqual([1]);
});

test('sorting loses no row and names none twice', () => {
  const view = fc.record({ filter: fc.constant('all' as const), sort: fc.constantFrom('status' as const, 'attempts' as const, 'time' as const, 'tokens' as const), descending: fc.boolean(), found: fc.constant(null) });
  fc.assert(
    fc.property(view, fc.integer({ min: 5, max: 40 }), (chosen, count) => {
      const order = orderRows(count, TASKS, chosen);
      expect([...(order ?? [])].toSorted((left, right) => left - right)).toEqual(Array.from({ length: count }, (_, index) => index));
    }),
  );
});
