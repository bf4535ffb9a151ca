import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { taskPatchOf } from '../../../shared/contract/columns.ts';
import { fromWire, toWire } from '../../../shared/wire/wire.ts';
import { taskRow } from '../run-fixture.ts';

test('a patch comes back with its kinds of columns, and "not yet" stays NaN', () => {
  const patch = taskPatchOf([taskRow({ index: 7, startedMs: 12.345, finishedMs: Number.NaN, inputTokens: -1 })]);
  const back = fromWire(toWire({ type: 'tasks.changed', runId: 'r', tasks: patch }));
  expect(back).toEqual({ type: 'tasks.changed', runId: 'r', tasks: patch });
});

test('an empty column keeps its kind', () => {
  const patch = taskPatchOf([]);
  expect(fromWire(toWire(patch))).toEqual(patch);
});

test('every kind of column survives the way there and back', () => {
  fc.assert(
    fc.property(fc.uint32Array(), fc.int32Array(), fc.uint16Array(), fc.uint8Array(), fc.array(fc.integer({ min: -1e9, max: 1e9 })), (uint32, int32, uint16, uint8, thousandths) => {
      const value = { uint32, int32, uint16, uint8, float64: Float64Array.from(thousandths, (count) => count / 1000) };
      expect(fromWire(toWire(value))).toEqual(value);
    }),
  );
});

test('plain values pass unchanged, also texts that look like columns', () => {
  const value = { text: '{"$typed":"Uint8Array","values":[1]}', nothing: null, list: [1, 'a', true], nested: { deep: [{}] } };
  expect(fromWire(toWire(value))).toEqual(value);
});

test('an object that only resembles a column is left as it is', () => {
  expect(fromWire('{"$typed":"constructor","values":[1]}')).toEqual({ $typed: 'constructor', values: [1] });
  expect(fromWire('{"$typed":"Uint8Array","values":"1"}')).toEqual({ $typed: 'Uint8Array', values: '1' });
});

test('text that is not JSON is refused', () => {
  expect(() => fromWire('<html>')).toThrow(SyntaxError);
});
